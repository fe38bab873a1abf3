import type { Imap } from '../../connections/imap.ts';
import { uidSearch } from '../../connections/imap-commands.ts';
import { foundUids } from '../../connections/imap-replies.ts';
import { messageIds, parseHeaders } from '../../content/headers.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Log } from '../../log.ts';
import { isMessageId } from '../compose/message-id.ts';
import type { FolderDirectory } from '../folder-directory.ts';
import { messageIdCriteria } from './appender.ts';
import type { OriginalMark, Outgoing } from './outgoing.ts';

const maxRemembered = 200;

/** What a draft has of the mail it answers or forwards. */
type Kinship = Pick<Outgoing, 'marks' | 'familiar'>;

const none: Kinship = { marks: [], familiar: [] };

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
  remember(messageId: string, { marks, familiar }: Kinship): void {
    this.known.set(messageId, { marks, familiar });
    const [oldest] = this.known.keys();
    if (this.known.size > maxRemembered && oldest !== undefined) this.known.delete(oldest);
  }

  /**
   * What is known of a draft, or found by its In-Reply-To in the folders that are searched by default. Never fails:
   * a mark is not worth a mail that is not sent.
   */
  async of(raw: Uint8Array, signal: AbortSignal): Promise<Kinship> {
    const headers = parseHeaders(raw);
    const remembered = this.known.get(headers.first('message-id') ?? '');
    if (remembered) return remembered;
    const [parent] = messageIds(headers.first('in-reply-to')).filter(isMessageId);
    if (parent === undefined) return none;
    try {
      return { ...none, marks: await this.find(parent, signal) };
    } catch (error) {
      this.log.warn('the original of a draft was not found', { cause: error });
      return none;
    }
  }

  private async find(parent: string, signal: AbortSignal): Promise<OriginalMark[]> {
    const folders = (await this.directory.searchable(signal))
      .filter(({ role }) => role !== 'sent' && role !== 'drafts')
      .map(({ path }) => path);
    const question = uidSearch(messageIdCriteria(parent), undefined);
    const results = await this.imap.read(folders, signal, (session) =>
      session.inFolders(
        folders.map((folder) => ({ folder, commands: [question] })),
        { signal, freshness: 'any' },
      ),
    );
    return results.flatMap((result) => {
      if (result instanceof MailboxError) return [];
      const { folder, uidValidity } = result.view;
      const uids = result.replies.flatMap((reply) => foundUids(reply).uids);
      return uids
        .slice(0, 1)
        .map((uid) => ({ ref: { folder, uidValidity, uid }, flag: 'answered' as const }));
    });
  }
}
