import type { ImapSession } from '../../connections/imap/session.ts';
import { uidExpunge, uidStore } from '../../connections/imap/write-commands.ts';
import type { Imap } from '../../connections/imap.ts';
import type { WriteAccess } from '../../connections/write-access.ts';
import { MailboxError } from '../../domain/errors.ts';
import { type Batch, uidSet } from './batch.ts';
import { begin, readOnly, refusalIn, type Trouble } from './change.ts';
import { look, proof, proven, type Seen } from './look.ts';
import { ifPossible } from './recheck.ts';

export interface ExpungeRequest {
  batch: Batch;
  /** The mails as they were. */
  seen: ReadonlyMap<number, Seen>;
  uids: readonly number[];
  access: WriteAccess;
  signal: AbortSignal;
}

export interface Expunged {
  /** Proven to be gone. */
  gone: number[];
  trouble: Trouble | undefined;
}

const deleted = ['\\Deleted'];

/**
 * Removes exactly these mails of the selected folder for good (RFC 4315 §2.1), in one round trip with its proof. Those
 * that would not go lose the mark again, or the next plain EXPUNGE of any program would take them.
 * @throws MailboxError when the connection breaks.
 */
export async function expunge(
  session: ImapSession,
  { batch, seen, uids, access, signal }: ExpungeRequest,
): Promise<Expunged> {
  const set = uidSet(uids);
  const commands = [uidStore(set, '+', deleted), uidExpunge(set), ...proof(session, batch.folder, uids)];
  const replies = await session.run(commands, { signal });
  const refusal = refusalIn(replies.slice(0, 2), 'delete e-mails', access);
  const { left, readOnly: ignored } = await proven(replies, new Set(uids));
  if (!left) return { gone: [], trouble: refusal };
  const marked = [...left].filter(([uid, { flags }]) => isDeleted(flags) && !isDeleted(seen.get(uid)?.flags));
  if (marked.length > 0) {
    await session.run([uidStore(uidSet(marked.map(([uid]) => uid)), '-', deleted)], { signal });
    if (session.view) session.view.news++;
  }
  const silent = ignored && left.size > 0 ? { error: readOnly(access), lost: false } : undefined;
  return { gone: uids.filter((uid) => !left.has(uid)), trouble: refusal ?? silent };
}

/**
 * After a connection broke between mark and expunge: takes the mark back from those that are still there. Never fails:
 * there is an error to be told already.
 */
export async function unmark(
  imap: Imap,
  batch: Batch,
  seen: ReadonlyMap<number, Seen>,
  there: ReadonlyMap<number, Seen>,
  signal: AbortSignal,
): Promise<void> {
  const marked = [...there].filter(
    ([uid, { flags }]) => isDeleted(flags) && !isDeleted(seen.get(uid)?.flags),
  );
  if (marked.length === 0) return;
  await ifPossible(() =>
    imap.change([batch.folder], signal, async (session, commit) => {
      const { missing } = await look(session, batch, signal);
      if (missing.some(({ code }) => code === 'stale_reference')) return;
      begin(session, commit);
      await session.run([uidStore(uidSet(marked.map(([uid]) => uid)), '-', deleted)], { signal });
    }),
  );
}

export function isDeleted(flags: ReadonlySet<string> | undefined): boolean {
  return flags?.has('\\Deleted') === true;
}

/** @throws MailboxError `unsupported` without UIDPLUS: a plain EXPUNGE would take what others have marked. */
export function requireUidExpunge(session: ImapSession): void {
  if (session.supports('UIDPLUS')) return;
  throw new MailboxError('unsupported', 'This mail server cannot remove single e-mails for good (UIDPLUS).', {
    hint: 'Nothing was changed. Remove them with a mail program, or on the website of the mail provider.',
  });
}
