import { atom, peek, uidFetch } from '../connections/imap-commands.ts';
import { fetchedMessages } from '../connections/imap-replies.ts';
import type { ImapSession } from '../connections/imap-session.ts';
import type { ImapCommand } from '../connections/imap-wire.ts';
import { MailboxError } from '../domain/errors.ts';
import type { MailRef } from '../domain/mail-id.ts';
import type { MimePart } from '../domain/mime-part.ts';
import { gone, messagesOf } from './fetch-result.ts';

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
  const consume: ImapCommand['consume'] = async (response) => {
    const [message] = await fetchedMessages({ status: 'OK', code: undefined, untagged: [response] });
    const bytes = message?.uid === ref.uid ? message.bodyParts?.get(part) : undefined;
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
  if (received === 0 && size > 0) throw gone();
  if (received < size) {
    throw new MailboxError('unavailable', 'The mail server sent only a part of the attachment.', {
      hint: 'Try again.',
    });
  }
}
