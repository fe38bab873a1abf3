import { atom, text, uidSearch } from '../../connections/imap/commands.ts';
import { refused } from '../../connections/imap/errors.ts';
import { foundUids } from '../../connections/imap/replies.ts';
import type { FolderRun, ImapSession } from '../../connections/imap/session.ts';
import { appendedUid } from '../../connections/imap/uidplus.ts';
import type { ImapCommand } from '../../connections/imap/wire.ts';
import { append } from '../../connections/imap/write-commands.ts';
import type { Imap } from '../../connections/imap.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { FolderRole } from '../../domain/mail.ts';
import type { MailRef } from '../../domain/mail-id.ts';
import type { FolderDirectory } from '../folder-directory.ts';
import { answered, ask } from './selected.ts';

/** A folder and where it ended when it was looked at: what is added later has a UID from `uidNext` on. */
export interface Place {
  folder: string;
  uidValidity: bigint;
  uidNext: number;
}

export interface NewMessage {
  raw: Uint8Array;
  messageId: string;
  flags: readonly string[];
}

/** Sending many megabytes takes longer than a command without them. */
const appendTimeoutMs = 100_000;
const recheckMs = 8_000;

/** Stores messages in the folder of a role, and believes that one is stored only when the server proves it. */
export class Appender {
  private readonly imap: Imap;
  private readonly directory: FolderDirectory;

  constructor(imap: Imap, directory: FolderDirectory) {
    this.imap = imap;
    this.directory = directory;
  }

  /**
   * The role's folder as it is now, and the answers to questions asked in it, in one round trip.
   * @throws MailboxError `not_found` when the account has no such folder.
   */
  async look(
    role: FolderRole,
    questions: readonly ImapCommand[],
    signal: AbortSignal,
  ): Promise<{ place: Place; replies: FolderRun['replies'] }> {
    const { path } = await this.directory.resolve(role, signal);
    try {
      return await this.imap.read([path], signal, async (session) => {
        const job = { folder: path, commands: questions };
        const [result] = await session.inFolders([job], { signal, freshness: 'synced' });
        const { view, replies } = answered(result);
        return {
          place: { folder: path, uidValidity: view.uidValidity, uidNext: Math.max(1, view.uidNext) },
          replies,
        };
      });
    } catch (error) {
      // A folder that was renamed since it was listed.
      if (error instanceof MailboxError && error.code === 'not_found') this.directory.forget();
      throw error;
    }
  }

  /** As `look`; undefined when the account has no such folder, by the folders as they are now. */
  async lookIfThere(role: FolderRole, questions: readonly ImapCommand[], signal: AbortSignal) {
    const look = () => this.look(role, questions, signal).catch(unlessMissing);
    return (await look()) ?? (await look());
  }

  /**
   * Stores the message, unless one with its Message-ID has arrived there since the look (`unlessThere`: a server
   * may file sent mail itself). Never tried twice: after a lost answer the folder is asked what it holds.
   * @throws MailboxError when it is not stored; `unknown_outcome` when that cannot be known.
   */
  async append(
    place: Place,
    message: NewMessage,
    { unlessThere, signal }: { unlessThere: boolean; signal: AbortSignal },
  ): Promise<MailRef> {
    let committed = false;
    let stalled = false;
    let refusal: unknown;
    try {
      const stored = await this.imap.change([place.folder], signal, async (session, commit) => {
        const there = unlessThere ? await find(session, place, message.messageId, signal) : undefined;
        if (there) return there;
        await session.prove(signal);
        commit();
        committed = true;
        return await store(session, place, message, signal);
      });
      this.imap.access.worked();
      if (stored) return stored;
    } catch (error) {
      if (!committed || isExplained(error)) throw this.noted(error);
      if (error instanceof Refusal) refusal = error;
      stalled = error instanceof MailboxError && error.code === 'timeout';
    }
    return await this.recheck(place, message.messageId, { stalled, refusal });
  }

  private noted(error: unknown): unknown {
    if (error instanceof MailboxError && error.code === 'not_found') this.directory.forget();
    if (error instanceof MailboxError && error.code === 'forbidden') this.imap.access.refused(error);
    return error;
  }

  /**
   * @param doubt `stalled`: what was sent may still be on its way, and "not there" proves nothing; `refusal`: what is
   * thrown when it is not there. Without either the server has said that it is.
   */
  private async recheck(
    place: Place,
    messageId: string,
    { stalled, refusal }: { stalled: boolean; refusal: unknown },
  ): Promise<MailRef> {
    const isAccepted = !stalled && refusal === undefined;
    let found: MailRef | undefined;
    try {
      const signal = AbortSignal.timeout(recheckMs);
      found = await this.imap.read([], signal, (session) =>
        find(session, place, messageId, signal, isAccepted),
      );
    } catch (cause) {
      throw refusal ?? unknown(place, cause);
    }
    if (found) return found;
    if (refusal !== undefined) throw refusal;
    if (stalled) throw unknown(place, undefined);
    throw new MailboxError('unavailable', 'The mail server did not store the message.', {
      hint: 'Try again.',
    });
  }
}

function unknown({ folder }: Place, cause: unknown): MailboxError {
  return new MailboxError('unknown_outcome', 'Nobody knows yet whether it was stored.', {
    hint: `Look into ${folder} before you try again.`,
    cause,
  });
}

/** undefined: the server says OK but not where (no UIDPLUS), or where it cannot be, which a look has to tell. */
async function store(
  session: ImapSession,
  { folder, uidValidity, uidNext }: Place,
  { raw, flags }: NewMessage,
  signal: AbortSignal,
): Promise<MailRef | undefined> {
  const [reply] = await session.run([append(folder, flags, raw)], { signal, timeoutMs: appendTimeoutMs });
  if (reply?.status !== 'OK') throw new Refusal(refused('store a message', reply?.code, reply?.cause));
  const told = appendedUid(reply);
  // What was there before the look is somebody's own, and may be removed as ours.
  if (told?.uidValidity !== uidValidity || told.uid < uidNext) return undefined;
  return { folder, ...told };
}

/** @param anew also in a folder that has taken the place of this one since: of the messages there the last. */
async function find(
  session: ImapSession,
  place: Place,
  messageId: string,
  signal: AbortSignal,
  anew = false,
): Promise<MailRef | undefined> {
  const question = uidSearch(
    [atom('UID'), { type: 'SEQUENCE', value: `${place.uidNext}:*` }, ...messageIdCriteria(messageId)],
    undefined,
  );
  const { view, replies } = await ask(session, place.folder, [question], signal);
  const { uidValidity } = view;
  if (uidValidity !== place.uidValidity) {
    return anew ? await find(session, { ...place, uidValidity, uidNext: 1 }, messageId, signal) : undefined;
  }
  // `n:*` also means the last message when its UID is below n (RFC 9051 §9).
  const uids = replies.flatMap((reply) => foundUids(reply).uids).filter((uid) => uid >= place.uidNext);
  return uids.length === 0 ? undefined : { folder: place.folder, uidValidity, uid: Math.max(...uids) };
}

export function messageIdCriteria(messageId: string) {
  return [atom('HEADER'), text('Message-ID'), text(messageId)];
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof MailboxError && error.code === 'not_found')) throw error;
}

/** The server answered and said no. */
class Refusal extends MailboxError {
  constructor({ code, message, hint, cause }: MailboxError) {
    super(code, message, { ...(hint === undefined ? {} : { hint }), cause });
  }
}

/** A NO that names its reason is believed; after any other a server may have stored it all the same. */
function isExplained(error: unknown): boolean {
  return error instanceof Refusal && error.code !== 'unavailable';
}
