import { atom, text } from '../../connections/imap/commands.ts';
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
