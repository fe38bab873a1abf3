import { atom, peek, status, uidFetch, uidSearch } from '../../connections/imap/commands.ts';
import { type FetchMessageObject, folderStatuses, foundUids } from '../../connections/imap/replies.ts';
import type { FolderRun, ImapSession } from '../../connections/imap/session.ts';
import type { ImapCommand } from '../../connections/imap/wire.ts';
import type { Imap } from '../../connections/imap.ts';
import { parseHeaders } from '../../content/headers.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { MailRef } from '../../domain/mail-id.ts';
import { isMessageId } from '../compose/message-id.ts';
import { type Content, saysTheSame } from '../compose/wire-bytes.ts';
import { messagesOf } from '../fetch-result.ts';
import type { FolderDirectory } from '../folder-directory.ts';
import type { FolderEntry } from '../folders.ts';
import type { Place } from './appender.ts';
import { type About, alike, inDoubt, recent } from './repeat-criteria.ts';
import { answered, ask, runInPlace, selectedLately } from './selected.ts';
import { maybeSent, sentAgo, windowMs } from './send-guard.ts';
import type { SentFolder } from './sent-folder.ts';

export interface Sought extends About {
  /** The draft that is being sent, which itself is no repeat. */
  draft?: MailRef | undefined;
}

export interface RepeatLooked {
  /** Where Sent ends. */
  place: Place;
  /** Why this content must not go out; undefined when it was not sent and is not in doubt. */
  repeats(content: Content): MailboxError | undefined;
}

export interface RepeatLookOptions {
  imap: Imap;
  directory: FolderDirectory;
  sent: SentFolder;
  now?: () => number;
}

interface Asking {
  session: ImapSession;
  sent: FolderEntry;
  drafts: string | undefined;
  sought: Sought;
  signal: AbortSignal;
}

interface Answers {
  /** What in Sent may be the same. */
  copies: FolderRun;
  /** The same for Drafts; undefined when nothing there is in doubt. */
  doubts: FolderRun | undefined;
}

/** As many as are sent within the time, by the default of MAILBOX_SEND_LIMIT. */
const maxCandidates = 30;
const startBytes = 64 * 1024;
const items = [
  ...['UID', 'INTERNALDATE', 'RFC822.SIZE'].map(atom),
  peek('', { start: 0, length: startBytes }),
];

/**
 * Asks the server what the memory of this process cannot know: whether the same content was sent in the last ten minutes,
 * before a restart or by another process, or lies in Drafts in doubt. One round trip where nothing is like it.
 * By subject and recipient, so that it may go on while the message is made.
 */
export class RepeatLook {
  private readonly imap: Imap;
  private readonly directory: FolderDirectory;
  private readonly sent: SentFolder;
  private readonly now: () => number;
  /** The state of Drafts in which nothing there was in doubt. */
  private settled: string | undefined;

  constructor({ imap, directory, sent, now = Date.now }: RepeatLookOptions) {
    this.imap = imap;
    this.directory = directory;
    this.sent = sent;
    this.now = now;
  }

  /** @throws MailboxError when it cannot be known; `not_found` when the account has no folder for sent mail. */
  async look(sought: Sought, signal: AbortSignal): Promise<RepeatLooked> {
    const sent = await this.directory.resolve('sent', signal);
    const drafts = await this.drafts(signal);
    try {
      return await this.imap.read([sent.path], signal, async (session) => {
        const asking = { session, sent, drafts: drafts?.path, sought, signal };
        const { copies, doubts } = (await this.again(asking)) ?? (await this.anew(asking));
        const { uidValidity, uidNext } = copies.view;
        const last = this.sent.ended?.uidValidity === uidValidity ? this.sent.ended.uidNext : 1;
        const place = { folder: sent.path, uidValidity, uidNext: Math.max(last, uidNext) };
        this.sent.ended = place;
        return { place, repeats: await this.judge(asking, copies, doubts) };
      });
    } catch (error) {
      // A folder that was renamed since it was listed.
      if (error instanceof MailboxError && error.code === 'not_found') this.directory.forget();
      throw error;
    }
  }

  private async drafts(signal: AbortSignal): Promise<FolderEntry | undefined> {
    try {
      return await this.directory.resolve('drafts', signal);
    } catch (error) {
      if (error instanceof MailboxError && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  /** Where Sent is still selected and nothing has changed in Drafts, no folder need be opened. */
  private async again({ session, sent, drafts, sought, signal }: Asking): Promise<Answers | undefined> {
    const view = selectedLately(session, sent.path);
    const { ended } = this.sent;
    if (!view || ended?.uidValidity !== view.uidValidity) return undefined;
    if (drafts !== undefined && this.settled === undefined) return undefined;
    const search = this.ofSent(session, ended.uidNext, sought);
    const commands = drafts === undefined ? [search] : [status(drafts, true), search];
    const replies = await runInPlace(session, view, commands, signal);
    if (!replies) return undefined;
    answered({ view, replies });
    if (drafts !== undefined && replies.flatMap(folderStatuses)[0]?.token !== this.settled) return undefined;
    return { copies: { view, replies: replies.slice(-1) }, doubts: undefined };
  }

  private async anew({ session, sent, drafts, sought, signal }: Asking): Promise<Answers> {
    const { ended } = this.sent;
    const known = ended?.folder === sent.path ? ended : sent.status;
    const jobs = [
      ...(drafts === undefined ? [] : [{ folder: drafts, commands: ofDrafts(sought) }]),
      // The last, so that it stays selected for the copy.
      { folder: sent.path, commands: known ? [this.ofSent(session, known.uidNext, sought)] : [] },
    ];
    const results = await session.inFolders(jobs, { signal, freshness: 'anew' });
    let copies = answered(results.at(-1));
    if (copies.view.uidValidity !== known?.uidValidity) {
      copies = await ask(session, sent.path, [this.ofSent(session, copies.view.uidNext, sought)], signal);
    }
    const doubts = drafts === undefined ? undefined : answered(results[0]);
    const nothing = doubts?.replies[0] && foundUids(doubts.replies[0]).uids.length === 0;
    this.settled = nothing ? doubts.view.token : undefined;
    return { copies, doubts: nothing ? undefined : doubts };
  }

  private ofSent(session: ImapSession, uidNext: number, sought: Sought): ImapCommand {
    const ofLate = recent(uidNext, session.supports('WITHIN'), this.now());
    return uidSearch([...ofLate, ...alike(sought)], undefined);
  }

  private async judge(
    { session, sought, signal }: Asking,
    copies: FolderRun,
    doubts: FolderRun | undefined,
  ): Promise<RepeatLooked['repeats']> {
    const age = ({ internalDate }: FetchMessageObject) =>
      internalDate === undefined ? 0 : this.now() - new Date(internalDate).getTime();
    // Without WITHIN the server has told days only.
    const sent = (await candidates(session, copies, sought, signal)).filter(
      (one) => session.supports('WITHIN') || age(one) <= windowMs,
    );
    const unclear = doubts ? await candidates(session, doubts, sought, signal) : [];
    return (content) => {
      const copy = sent.findLast((one) => isSame(content, one));
      if (copy) return sentAgo(idOf(copy), age(copy));
      const doubt = unclear.find((one) => isSame(content, one));
      return doubt && maybeSent(idOf(doubt));
    };
  }
}

/** All that is in doubt, and what of it may be the same. */
function ofDrafts(sought: Sought): ImapCommand[] {
  return [uidSearch(inDoubt, undefined), uidSearch([...inDoubt, ...alike(sought)], undefined)];
}

/** The beginnings of what the server found, oldest first. */
async function candidates(
  session: ImapSession,
  { view, replies }: FolderRun,
  { draft }: Sought,
  signal: AbortSignal,
): Promise<FetchMessageObject[]> {
  const itself = draft?.folder === view.folder && draft.uidValidity === view.uidValidity && draft.uid;
  const found = replies.slice(-1).flatMap((reply) => foundUids(reply).uids);
  const uids = found.filter((uid) => uid !== itself).sort((a, b) => a - b);
  if (uids.length === 0) return [];
  const newest = uids.slice(-maxCandidates).join(',');
  const job = { folder: view.folder, commands: [uidFetch(newest, items)] };
  const [result] = await session.inFolders([job], { signal, freshness: 'any' });
  return (await messagesOf(result, view.uidValidity)).sort((a, b) => a.uid - b.uid);
}

function isSame({ split }: Content, { source, size = 0 }: FetchMessageObject): boolean {
  if (!source) return false;
  // Servers count a little wrong, or send less than there is.
  const lengths = source.length < startBytes ? [source.length, size] : [size];
  return lengths.some((length) => saysTheSame(split, source, length));
}

/** Other programs file in Sent, too. */
function idOf({ source }: FetchMessageObject): string {
  const id = source && parseHeaders(source).first('message-id');
  return id !== undefined && isMessageId(id) ? id : 'unknown';
}
