import type { MailboxError } from '../../domain/errors.ts';
import { listNamed } from './commands.ts';
import { refused } from './errors.ts';
import { listedFolders } from './replies.ts';
import type { ImapCommand, ImapReply } from './wire.ts';

interface Runner {
  run(commands: readonly ImapCommand[], options: { signal: AbortSignal }): Promise<ImapReply[]>;
}

/** These speak of the server, not of the name (RFC 5530 §3). */
const trouble = new Set([
  'AUTHORIZATIONFAILED',
  'CONTACTADMIN',
  'CORRUPTION',
  'EXPIRED',
  'PRIVACYREQUIRED',
  'SERVERBUG',
]);

/**
 * What it means that folders could not be opened or asked: `not_found` only for those that are proven to be missing.
 * Dovecot says NONEXISTENT; from others a bare NO may be a passing trouble, and only LIST tells the two apart.
 * @param refusals by folder, the answers that were not OK.
 * @throws MailboxError as `ImapSession.run`
 */
export async function folderRefusals(
  session: Runner,
  what: string,
  refusals: ReadonlyMap<string, ImapReply | undefined>,
  { signal }: { signal: AbortSignal },
): Promise<Map<string, MailboxError>> {
  const errors = new Map<string, MailboxError>();
  for (const [folder, reply] of refusals) errors.set(folder, refused(what, reply?.code, reply?.cause));
  const unclear = [...refusals].filter(
    ([folder, reply]) =>
      reply?.status === 'NO' && errors.get(folder)?.code === 'unavailable' && !trouble.has(reply.code ?? ''),
  );
  const missing = await missingAmong(
    session,
    unclear.map(([folder]) => folder),
    signal,
  );
  for (const folder of missing) errors.set(folder, refused(what, 'NONEXISTENT', refusals.get(folder)?.cause));
  return errors;
}

/** Those that LIST does not name as folders that can be opened. A server that does not even name INBOX proves nothing. */
async function missingAmong(
  session: Runner,
  folders: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  if (folders.length === 0) return [];
  const replies = await session.run(['INBOX', ...folders].map(listNamed), { signal });
  if (replies.some(({ status }) => status !== 'OK')) return [];
  const listed = replies.flatMap(listedFolders);
  const openable = listed.filter(
    ({ attributes }) => !attributes.has('\\noselect') && !attributes.has('\\nonexistent'),
  );
  const names = new Set(openable.map(({ path }) => path));
  return names.has('INBOX') ? folders.filter((folder) => !names.has(folder)) : [];
}
