import { uidSearch } from '../../connections/imap/commands.ts';
import { foundUids } from '../../connections/imap/replies.ts';
import type { Imap } from '../../connections/imap.ts';
import { messageIds, parseHeaders } from '../../content/headers.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { MailRef } from '../../domain/mail-id.ts';
import type { Log } from '../../log.ts';
import { isMessageId } from '../compose/message-id.ts';
import type { FolderDirectory } from '../folder-directory.ts';
import { messageIdCriteria } from './appender.ts';
import type { Outgoing } from './outgoing.ts';

const maxRemembered = 200;

/** What a draft has of the mail it answers or forwards, and what its author was warned of. */
type Kinship = Pick<Outgoing, 'marks' | 'familiar' | 'warnings'>;

const none: Kinship = { marks: [], familiar: [], warnings: [] };

/** Which mail a draft answers or forwards, so that it is marked when the draft has gone out. */
export class Originals {
  private readonly imap: Imap;
  private readonly directory: FolderDirectory;
  private readonly log: Log;
  private readonly known = new Map<string, Kinship>();

  constructor({ imap, directory, log }: { imap: Imap; directory: FolderDirectory; log: Log }) {
    this.imap = imap;
    this.directory = directory;
    this.log = log;
  }

  /** A draft of this session, by its Message-ID. */
  remember(messageId: string, { marks, familiar, warnings }: Kinship): void {
    this.known.set(messageId, { marks, familiar, warnings });
    const [oldest] = this.known.keys();
    if (this.known.size > maxRemembered && oldest !== undefined) this.known.delete(oldest);
  }

  /**
   * What is known of a draft, or found by its In-Reply-To or X-Forwarded-Message-Id. Never fails: a mark is not worth a
   * mail that is not sent.
   */
  async of(raw: Uint8Array, signal: AbortSignal): Promise<Kinship> {
    const headers = parseHeaders(raw);
    const remembered = this.known.get(headers.first('message-id') ?? '');
    if (remembered) return remembered;
    const [answered, forwarded] = ['in-reply-to', 'x-forwarded-message-id'].map((field) =>
      messageIds(headers.first(field)).find(isMessageId),
    );
    const messageId = answered ?? forwarded;
    const ref = messageId && (await this.locate(messageId, signal));
    if (!ref) return none;
    return { ...none, marks: [{ ref, messageId, flag: answered ? 'answered' : 'forwarded' }] };
  }

  /** Where a mail is now, among the folders that are searched by default; undefined when it is not found. Never fails. */
  async locate(messageId: string, signal: AbortSignal): Promise<MailRef | undefined> {
    try {
      return await this.find(messageId, signal);
    } catch (error) {
      this.log.warn('an original was not found', { cause: error });
      return undefined;
    }
  }

  private async find(messageId: string, signal: AbortSignal): Promise<MailRef | undefined> {
    const folders = (await this.directory.searchable(signal))
      .filter(({ role }) => role !== 'sent' && role !== 'drafts')
      .map(({ path }) => path);
    const question = uidSearch(messageIdCriteria(messageId), undefined);
    const results = await this.imap.read(folders, signal, (session) =>
      session.inFolders(
        folders.map((folder) => ({ folder, commands: [question] })),
        { signal, freshness: 'any' },
      ),
    );
    for (const result of results) {
      if (result instanceof MailboxError) continue;
      const { folder, uidValidity } = result.view;
      const [uid] = result.replies.flatMap((reply) => foundUids(reply).uids);
      if (uid !== undefined) return { folder, uidValidity, uid };
    }
    return undefined;
  }
}
