import type { Imap } from '../../connections/imap.ts';
import type { ImapSession } from '../../connections/imap-session.ts';
import { copiedUids } from '../../connections/imap-uidplus.ts';
import type { ImapReply } from '../../connections/imap-wire.ts';
import { uidCopy, uidMove } from '../../connections/imap-write-commands.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Failed } from '../../domain/filing.ts';
import { formatMailId } from '../../domain/mail-id.ts';
import { type Batch, idOf, uidSet } from './batch.ts';
import { begin, failureCode, refusalIn, type Trouble, untilLost } from './change.ts';
import { expunge } from './expunge.ts';
import { look, type Sight } from './look.ts';
import type { Outcome } from './outcome.ts';
import { arrivals, ifPossible, recognise, standing } from './recheck.ts';

export interface Relocated {
  id: string;
  newId?: string;
}

/** How far a move came, as the server confirmed it. */
interface Progress {
  /** Proven to have left their folder. */
  gone: Set<number>;
  /** The new ids of the copies, by COPYUID. */
  copies: Map<number, string>;
  /** The server told with its OK which mails it took. */
  named: boolean;
  trouble: Trouble | undefined;
}

/** What is known of the mails of which the server did not confirm everything. */
interface Finding {
  there: ReadonlySet<number>;
  /** The new ids of mails that turned up in the target; undefined where several look the same. */
  found: ReadonlyMap<number, string | undefined>;
}

/** Moves the mails of one folder into another, and tells of each what has become of it. */
export class Mover {
  private readonly imap: Imap;

  constructor(imap: Imap) {
    this.imap = imap;
  }

  /**
   * UID MOVE, or where that is missing COPY, and the originals expunged one by one.
   * @param target path of a folder that can hold messages.
   * @throws MailboxError while nothing has been changed: the mails could not be looked at, there is no such target,
   * or the server can neither move nor expunge single mails.
   */
  async move(batch: Batch, target: string, signal: AbortSignal): Promise<Outcome<Relocated>> {
    const progress: Progress = { gone: new Set(), copies: new Map(), named: false, trouble: undefined };
    const sight = await this.imap.change([batch.folder], signal, async (session, commit) => {
      const seen = await look(session, batch, signal, target);
      if (seen.seen.size === 0 || batch.folder === target) return seen;
      const way = this.way(session);
      begin(session, commit);
      progress.trouble = await untilLost(() => way(session, seen, target, progress, signal));
      return seen;
    });
    if (batch.folder === target) return { done: unmoved(batch, sight), failed: sight.missing };
    const finding = await this.find(batch, sight, progress, signal);
    const outcome = judge(batch, sight, progress, finding);
    if (outcome.done.length > 0) this.imap.access.worked();
    return { done: outcome.done, failed: [...sight.missing, ...outcome.failed] };
  }

  private way(session: ImapSession) {
    if (session.supports('MOVE')) return this.moveAtOnce;
    if (session.supports('UIDPLUS')) return this.copyAndExpunge;
    throw new MailboxError(
      'unsupported',
      'This mail server cannot move e-mails (neither MOVE nor UIDPLUS).',
      {
        hint: 'Nothing was changed. Move them with a mail program.',
      },
    );
  }

  private readonly moveAtOnce = async (
    session: ImapSession,
    { seen }: Sight,
    target: string,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<Trouble | undefined> => {
    const [reply] = await session.run([uidMove(uidSet(seen.keys()), target)], { signal });
    note(progress, seen, target, reply);
    if (reply?.status === 'OK') for (const uid of progress.copies.keys()) progress.gone.add(uid);
    return refusalIn([reply], 'move e-mails', this.imap.access);
  };

  private readonly copyAndExpunge = async (
    session: ImapSession,
    { seen }: Sight,
    target: string,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<Trouble | undefined> => {
    const [reply] = await session.run([uidCopy(uidSet(seen.keys()), target)], { signal });
    note(progress, seen, target, reply);
    const copied = [...progress.copies.keys()];
    if (reply?.status !== 'OK' || copied.length === 0) {
      return refusalIn([reply], 'copy e-mails', this.imap.access);
    }
    const { gone, replies } = await expunge(session, seen, copied, signal);
    for (const uid of gone) progress.gone.add(uid);
    return refusalIn(replies, 'remove the originals', this.imap.access);
  };

  /** Looks where the mails are that the server did not confirm; undefined when that cannot be asked. */
  private async find(
    batch: Batch,
    { seen, target }: Sight,
    { gone, copies, trouble }: Progress,
    signal: AbortSignal,
  ): Promise<Finding | undefined> {
    const open = [...seen.keys()].filter((uid) => !gone.has(uid));
    if (open.length === 0 || !target) return { there: new Set(), found: new Map() };
    return await ifPossible(async () => {
      const options = { signal, lost: trouble?.lost === true };
      const there = new Set((await standing(this.imap, batch, open, options)).keys());
      const unnamed = open.filter((uid) => !copies.has(uid));
      if (unnamed.length === 0) return { there, found: new Map() };
      const arrived = await arrivals(this.imap, target, new Set(copies.values()), signal);
      const [left, stayed] = [
        unnamed.filter((uid) => !there.has(uid)),
        unnamed.filter((uid) => there.has(uid)),
      ];
      return { there, found: recognise(left, stayed, seen, arrived) };
    });
  }
}

/** Takes over what COPYUID says of our mails (RFC 4315 §3). */
function note(progress: Progress, seen: Sight['seen'], folder: string, reply: ImapReply | undefined): void {
  const copied = reply && copiedUids(reply);
  if (!copied) return;
  const { uidValidity, uids } = copied;
  for (const [from, uid] of uids) {
    if (seen.has(from) && uid > 0) progress.copies.set(from, formatMailId({ folder, uidValidity, uid }));
  }
  progress.named = reply.status === 'OK';
}

function unmoved(batch: Batch, { seen }: Sight): Relocated[] {
  return [...seen.keys()].map((uid) => ({ id: idOf(batch, uid), newId: idOf(batch, uid) }));
}

/** A verdict on every mail that was seen before. */
function judge(
  batch: Batch,
  { seen }: Sight,
  { gone, copies, named, trouble }: Progress,
  finding: Finding | undefined,
): Outcome<Relocated> {
  const done: Relocated[] = [];
  const failed: Failed = [];
  for (const uid of seen.keys()) {
    const id = idOf(batch, uid);
    const newId = copies.get(uid) ?? finding?.found.get(uid);
    const there = finding?.there.has(uid);
    const arrived = newId !== undefined || finding?.found.has(uid);
    if (gone.has(uid) || (there === false && arrived)) {
      done.push({ id, ...(newId ? { newId } : {}) });
    } else {
      const lost = finding && named ? 'not_found' : 'unknown_outcome';
      failed.push({ id, code: there ? failureCode(trouble) : lost, ...(newId ? { copyId: newId } : {}) });
    }
  }
  return { done, failed };
}
