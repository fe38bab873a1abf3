import { atom, peek, uidFetch } from '../connections/imap/commands.ts';
import { fetchedMessages } from '../connections/imap/replies.ts';
import type { ImapSession } from '../connections/imap/session.ts';
import type { ImapCommand } from '../connections/imap/wire.ts';
import type { MailRef } from '../domain/mail-id.ts';
import type { MimePart } from '../domain/mime-part.ts';
import { messagesOf, onlyPart } from './fetch-result.ts';
import { absence } from './withheld.ts';

const pieceBytes = 256 * 1024;
/** Just below the time every call has. */
const timeoutMs = 43_000;

/**
 * Fetches a part piece by piece, all asked for in one round trip and each handed on as it arrives, so that no
 * large part stands in memory.
 * @throws MailboxError `unavailable` when less arrives than the server announced, otherwise as `load`.
 */
export async function streamPart(
  session: ImapSession,
  ref: MailRef,
  { part, size }: MimePart,
  onPiece: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let received = 0;
  let answered = false;
  const consume: ImapCommand['consume'] = async (response) => {
    const [message] = await fetchedMessages({ status: 'OK', code: undefined, untagged: [response] });
    if (message?.uid !== ref.uid) return;
    answered = true;
    const bytes = message.bodyParts?.get(part);
    if (!bytes) return;
    received += bytes.byteLength;
    await onPiece(bytes);
  };
  const commands = Array.from({ length: Math.ceil(size / pieceBytes) || 1 }, (_, index) => {
    const item = peek(part, { start: index * pieceBytes, length: pieceBytes });
    return { ...uidFetch(String(ref.uid), [atom('UID'), item]), consume };
  });
  const [result] = await session.inFolders([{ folder: ref.folder, commands }], {
    signal,
    timeoutMs,
    freshness: 'any',
  });
  await messagesOf(result, ref.uidValidity);
  if (!answered) throw await absence(session, ref, signal);
  if (received < size) throw onlyPart('the attachment');
}
