import { atom, text } from '../../connections/imap/commands.ts';
import { parseHeaders } from '../../content/headers.ts';
import { MailboxError } from '../../domain/errors.ts';
import { messageIdCriteria } from './appender.ts';

/** Not every server keeps keywords; a field stays, and no copy that another program makes of a draft has it. */
const field = 'X-Mailbox-Mcp-Copy';
const value = 'of a draft being sent';

/** The bytes of a draft as they are stored beside it while it is sent; those of the draft itself go out. */
export function copyOfDraft(raw: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${field}: ${value}\r\n`), raw]);
}

/** Finds the copies made by `copyOfDraft`, and nobody else's (RFC 9051 §6.4.4). */
export function copyCriteria(messageId: string) {
  return [...messageIdCriteria(messageId), atom('HEADER'), text(field), text(value)];
}

/** @throws MailboxError `conflict` when these bytes are such a copy, left by a process that was ended: its draft may have gone out. */
export function refuseCopyOfDraft(raw: Uint8Array): void {
  if (parseHeaders(raw).first(field) !== value) return;
  throw new MailboxError('conflict', 'This is a copy of a draft that may have been sent; nobody knows.', {
    hint: 'Nothing was sent. Look into Sent, or ask the recipient. To send it on purpose, delete this copy and send the draft beside it, or write it anew.',
  });
}
