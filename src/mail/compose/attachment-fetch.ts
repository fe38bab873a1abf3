import { atom, peek, uidFetch } from '../../connections/imap/commands.ts';
import { fetchedMessages } from '../../connections/imap/replies.ts';
import type { ImapSession } from '../../connections/imap/session.ts';
import type { ImapCommand } from '../../connections/imap/wire.ts';
import type { Imap } from '../../connections/imap.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { MailRef } from '../../domain/mail-id.ts';
import type { MimePart } from '../../domain/mime-part.ts';
import { gone, messagesOf, sectionBytes } from '../fetch-result.ts';
import type { Facts } from '../fetched.ts';
import { PartBytes } from './attachment-decode.ts';

const pieceBytes = 256 * 1024;
/** Just below the time every call has. */
const timeoutMs = 43_000;

/** The whole message as if it were a part, numbered ''; its source is BODY[]. */
export function wholeMessage({ size }: Facts): MimePart {
  return { part: '', type: 'message/rfc822', parameters: {}, encoding: '8bit', size, children: [] };
}

/**
 * The decoded bytes of parts of one message by part number, all fetched in one round trip, in pieces that are decoded
 * as they arrive. \Seen stays as it is.
 * @throws MailboxError `unavailable` when less arrives than the server announced, otherwise as `MessageStore.load`.
 */
export async function fetchParts(
  imap: Imap,
  ref: MailRef,
  parts: readonly MimePart[],
  signal: AbortSignal,
): Promise<Map<string, Buffer>> {
  // Begun anew when a connection is lost and the work runs again.
  return await imap.read([ref.folder], signal, async (session) => {
    const gathered = new Map(parts.map((part) => [part.part, new PartBytes(part.encoding)]));
    const isThere = await stream(session, ref, parts, gathered, signal);
    const decoded = new Map<string, Buffer>();
    for (const part of parts) {
      const bytes = gathered.get(part.part);
      if (!bytes || !isThere) throw gone();
      if (bytes.received < part.size) throw incomplete();
      decoded.set(part.part, bytes.end());
    }
    return decoded;
  });
}

/** @returns whether the server told anything of the message. */
async function stream(
  session: ImapSession,
  ref: MailRef,
  parts: readonly MimePart[],
  gathered: ReadonlyMap<string, PartBytes>,
  signal: AbortSignal,
): Promise<boolean> {
  let isThere = false;
  const consume: ImapCommand['consume'] = async (response) => {
    const [message] = await fetchedMessages({ status: 'OK', code: undefined, untagged: [response] });
    if (message?.uid !== ref.uid) return;
    isThere = true;
    for (const [part, bytes] of gathered) {
      const piece = sectionBytes(message, part || 'source');
      if (piece) bytes.push(piece);
    }
  };
  const commands = parts.flatMap(({ part, size }) =>
    Array.from({ length: Math.ceil(size / pieceBytes) || 1 }, (_, index) => {
      const item = peek(part, { start: index * pieceBytes, length: pieceBytes });
      return { ...uidFetch(String(ref.uid), [atom('UID'), item]), consume };
    }),
  );
  const options = { signal, timeoutMs, freshness: 'any' } as const;
  const [result] = await session.inFolders([{ folder: ref.folder, commands }], options);
  await messagesOf(result, ref.uidValidity);
  return isThere;
}

function incomplete(): MailboxError {
  return new MailboxError('unavailable', 'The mail server sent only a part of the attachment.', {
    hint: 'Try again.',
  });
}
