import { atom, peekHeaders, uidFetch } from '../connections/imap/commands.ts';
import type { FetchMessageObject, MessageAddressObject } from '../connections/imap/replies.ts';
import { fetchedMessages } from '../connections/imap/replies.ts';
import type { ImapSession } from '../connections/imap/session.ts';
import { parseAddresses } from '../content/address.ts';
import { messageIds, parseHeaders } from '../content/headers.ts';
import { MailboxError } from '../domain/errors.ts';
import type { FolderPlace } from './fetched.ts';

const items = [
  ...['UID', 'FLAGS', 'INTERNALDATE', 'RFC822.SIZE'].map(atom),
  peekHeaders(['Date', 'From', 'To', 'Cc', 'Bcc', 'Subject', 'Message-ID', 'In-Reply-To']),
];

/** Signs of an ENVELOPE that tells less than the headers: raw 8-bit text, Dovecot's words for broken addresses. */
const garbled = /\ufffd|MISSING_MAILBOX|MISSING_DOMAIN|missing_domain|\.MISSING-HOST-NAME\./u;

/**
 * Makes the messages whole whose answer was not: the ENVELOPE or BODYSTRUCTURE may come as a line that cannot be
 * parsed, which imapflow drops, and the mail would be missing from every list; or raw 8-bit headers came as text
 * that is broken. Headers as bytes can always be read. Those that are really gone stay out.
 */
export async function mend(
  session: ImapSession,
  place: FolderPlace,
  uids: readonly number[],
  fetched: Map<number, FetchMessageObject>,
  signal: AbortSignal,
): Promise<void> {
  const broken = uids.filter((uid) => {
    const message = fetched.get(uid);
    return !message?.internalDate || !message.envelope || garbled.test(JSON.stringify(message.envelope));
  });
  for (const message of await salvage(session, place, broken, signal)) {
    fetched.set(message.uid, { ...fetched.get(message.uid), ...message });
  }
}

async function salvage(
  session: ImapSession,
  { folder, uidValidity }: FolderPlace,
  uids: readonly number[],
  signal: AbortSignal,
): Promise<FetchMessageObject[]> {
  if (uids.length === 0) return [];
  const job = { folder, commands: [uidFetch(uids.join(','), items)] };
  const [result] = await session.inFolders([job], { signal, freshness: 'any' });
  if (!result || result instanceof MailboxError || result.view.uidValidity !== uidValidity) return [];
  const [reply] = result.replies;
  if (reply?.status !== 'OK') return [];
  return (await fetchedMessages(reply)).map(({ headers, ...message }) => ({
    ...message,
    envelope: envelope(headers),
  }));
}

/** Four thousand recipients. */
const maxHeaderBytes = 128 * 1024;

function envelope(header: Uint8Array | undefined): NonNullable<FetchMessageObject['envelope']> {
  const headers = parseHeaders((header ?? new Uint8Array()).subarray(0, maxHeaderBytes));
  const people = (name: string): MessageAddressObject[] =>
    headers
      .all(name)
      .flatMap(parseAddresses)
      .map(({ name: display = '', address = '' }) => ({ name: display, address }));
  const date = new Date(headers.first('date') ?? '');
  const [messageId] = messageIds(headers.first('message-id'));
  const [inReplyTo] = messageIds(headers.first('in-reply-to'));
  return {
    ...(Number.isNaN(date.getTime()) ? {} : { date }),
    subject: headers.first('subject') ?? '',
    ...(messageId ? { messageId } : {}),
    ...(inReplyTo ? { inReplyTo } : {}),
    from: people('from'),
    to: people('to'),
    cc: people('cc'),
    bcc: people('bcc'),
  };
}
