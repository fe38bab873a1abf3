import { atom, uidSearch } from '../connections/imap/commands.ts';
import { foundUids } from '../connections/imap/replies.ts';
import type { ImapSession } from '../connections/imap/session.ts';
import { MailboxError } from '../domain/errors.ts';
import type { MailRef } from '../domain/mail-id.ts';
import { gone } from './fetch-result.ts';
import type { FolderPlace } from './fetched.ts';

/**
 * Whether the folder still holds any of the mails that the server found and then told nothing of. Those that were moved
 * or deleted meanwhile are missed by nobody; the others make an answer incomplete.
 * @throws MailboxError as `ImapSession.run`
 */
export async function isWithheld(
  session: ImapSession,
  { folder, uidValidity }: FolderPlace,
  uids: readonly number[],
  signal: AbortSignal,
): Promise<boolean> {
  if (uids.length === 0) return false;
  const among = [atom('UID'), { type: 'SEQUENCE' as const, value: uids.join(',') }];
  const job = { folder, commands: [uidSearch(among, undefined)] };
  const [result] = await session.inFolders([job], { signal, freshness: 'anew' });
  if (result instanceof MailboxError) return result.code !== 'not_found';
  if (result?.view.uidValidity !== uidValidity) return true;
  const [reply] = result.replies;
  // Every server answers a search, if only with nothing.
  if (reply?.status !== 'OK' || reply.untagged.length === 0) return true;
  const asked = new Set(uids);
  return foundUids(reply).uids.some((uid) => asked.has(uid));
}

/** Why nothing came of this mail: `not_found` when it is gone, `unavailable` when the server still finds it. */
export async function absence(
  session: ImapSession,
  ref: MailRef,
  signal: AbortSignal,
): Promise<MailboxError> {
  return (await isWithheld(session, ref, [ref.uid], signal)) ? nothingGiven() : gone();
}

export function nothingGiven(): MailboxError {
  return new MailboxError('unavailable', 'The mail server found e-mails and then told nothing of them.', {
    hint: 'Try again.',
  });
}
