import { atom, peekHeaders, uidFetch } from '../connections/imap-commands.ts';
import type { FetchMessageObject, MessageAddressObject } from '../connections/imap-replies.ts';
import { fetchedMessages } from '../connections/imap-replies.ts';
import type { ImapSession } from '../connections/imap-session.ts';
import { parseAddresses } from '../content/address.ts';
import { messageIds, parseHeaders } from '../content/headers.ts';
import { MailboxError } from '../domain/errors.ts';
import type { FolderPlace } from './fetched.ts';

const items = [
  ...['UID', 'FLAGS', 'INTERNALDATE', 'RFC822.SIZE'].map(atom),
  peekHeaders(['Date', 'From', 'To', 'Cc', 'Bcc', 'Subject', 'Message-ID', 'In-Reply-To']),
];

/**
 * Messages the server has but whose ENVELOPE or BODYSTRUCTURE came as a line that cannot be parsed: imapflow drops
 * it, and the mail would be missing from every list. Their headers, as bytes, can always be read. Those that are
 * really gone stay out.
 */
export async function salvage(
  session: ImapSession,
  { folder, uidValidity }: FolderPlace,
  uids: readonly number[],
  signal: AbortSignal,
): Promise<FetchMessageObject[]> {
  if (uids.length === 0) return [];
  const [result] = await session.inFolders([{ folder, commands: [uidFetch(uids.join(','), items)] }], {
    signal,
    fresh: false,
  });
  if (!result || result instanceof MailboxError || result.view.uidValidity !== uidValidity) return [];
  const [reply] = result.replies;
  if (reply?.status !== 'OK') return [];
  return (await fetchedMessages(reply)).map((message) => ({
    ...message,
    envelope: envelope(message.headers),
  }));
}

function envelope(header: Uint8Array | undefined): NonNullable<FetchMessageObject['envelope']> {
  const headers = parseHeaders(header ?? new Uint8Array());
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
