import { atom, uidFetch } from '../../connections/imap-commands.ts';
import { fetchedMessages } from '../../connections/imap-replies.ts';
import type { ImapSession } from '../../connections/imap-session.ts';
import type { ImapReply } from '../../connections/imap-wire.ts';
import { uidExpunge, uidStore } from '../../connections/imap-write-commands.ts';
import { MailboxError } from '../../domain/errors.ts';
import { uidSet } from './batch.ts';
import type { Seen } from './look.ts';

export interface Expunged {
  /** Proven to be gone. */
  gone: number[];
  replies: readonly ImapReply[];
}

const deleted = ['\\Deleted'];

/**
 * Removes exactly these mails of the selected folder for good (RFC 4315 §2.1), in one round trip with its proof. Those
 * that would not go lose the mark again, or the next plain EXPUNGE of any program would take them.
 * @throws MailboxError when the connection breaks.
 */
export async function expunge(
  session: ImapSession,
  seen: ReadonlyMap<number, Seen>,
  uids: readonly number[],
  signal: AbortSignal,
): Promise<Expunged> {
  const set = uidSet(uids);
  const commands = [
    uidStore(set, '+', deleted),
    uidExpunge(set),
    uidFetch(set, [atom('UID'), atom('FLAGS')]),
  ];
  const replies = await session.run(commands, { signal });
  const proof = replies.at(-1);
  if (proof?.status !== 'OK') return { gone: [], replies };
  const left = new Set((await fetchedMessages(proof)).filter(({ flags }) => flags).map(({ uid }) => uid));
  const ours = [...left].filter((uid) => !seen.get(uid)?.flags.has('\\Deleted'));
  if (ours.length > 0) await session.run([uidStore(uidSet(ours), '-', deleted)], { signal });
  return { gone: uids.filter((uid) => !left.has(uid)), replies };
}

/** @throws MailboxError `unsupported` without UIDPLUS: a plain EXPUNGE would take what others have marked. */
export function requireUidExpunge(session: ImapSession): void {
  if (session.supports('UIDPLUS')) return;
  throw new MailboxError('unsupported', 'This mail server cannot remove single e-mails for good (UIDPLUS).', {
    hint: 'Nothing was changed. Remove them with a mail program, or on the website of the mail provider.',
  });
}
