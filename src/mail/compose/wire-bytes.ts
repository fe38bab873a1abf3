import { createHash } from 'node:crypto';
import { parseAddresses } from '../../content/address.ts';
import { invalid } from '../../content/header-text.ts';
import { parseHeaders } from '../../content/headers.ts';
import type { Mailbox } from '../../content/mailbox.ts';
import { headerMailbox, type Recipients, withoutDuplicates } from './addresses.ts';
import { joinMessage, type RawField, type SplitMessage, splitMessage, withCrlf } from './header-block.ts';

export interface Envelope extends Recipients {
  from: Mailbox;
}

const blindFields = new Set(['bcc', 'resent-bcc']);

/** As many bytes of header as `parseHeaders` reads; of more, recipients might be overlooked. */
const maxHeaderBytes = 1_000_000;

/** What is read off a message's bytes before it leaves. */
export interface Content {
  /** As `contentFingerprint`. */
  fingerprint: string;
  /** As `withoutBcc`. */
  wire: Uint8Array;
  /** With Bcc, as it is filed, in bytes. */
  size: number;
  /** With CRLF line ends. */
  split: SplitMessage;
}

/** All of it from cutting the message once. */
export function contentOf(raw: Uint8Array): Content {
  const bytes = withCrlf(raw);
  const split = splitMessage(bytes);
  return { fingerprint: fingerprint(split), wire: wireOf(bytes, split), size: bytes.length, split };
}

/** The bytes to transmit: without Bcc and Resent-Bcc, bare CR and LF made CRLF, all else as it was. */
export function withoutBcc(raw: Uint8Array): Uint8Array {
  const bytes = withCrlf(raw);
  return wireOf(bytes, splitMessage(bytes));
}

function wireOf(bytes: Uint8Array, { fields, rest }: SplitMessage): Uint8Array {
  const kept = fields.filter(({ name }) => !blindFields.has(name));
  return kept.length === fields.length ? bytes : joinMessage({ fields: kept, rest });
}

/**
 * Sender and recipients of a stored draft, each once.
 * @throws MailboxError `invalid_input` when one of them is no address, or there is not exactly one sender.
 */
export function envelopeOf(raw: Uint8Array): Envelope {
  const { fields } = splitMessage(withCrlf(raw));
  const block = fields.map(({ text }) => text).join('');
  if (block.length > maxHeaderBytes) throw invalid('The draft', 'has too large a header');
  const headers = parseHeaders(Buffer.from(block, 'latin1'));
  const mailboxes = (field: string) =>
    headers
      .all(field)
      .flatMap((value) => parseAddresses(value))
      .map((address, index) => headerMailbox(`The draft's ${field}[${index}]`, address));
  const [from, ...others] = mailboxes('from');
  if (!from || others.length > 0) throw invalid("The draft's from", 'must name exactly one sender');
  return { from, ...withoutDuplicates({ to: mailboxes('to'), cc: mailboxes('cc'), bcc: mailboxes('bcc') }) };
}

/** Whether the message needs 8BITMIME (RFC 6152) or, in its header, SMTPUTF8. */
export function has8Bit(raw: Uint8Array): boolean {
  for (let at = 0; at < raw.length; at += 1) if ((raw[at] ?? 0) > 127) return true;
  return false;
}

/**
 * SHA-256 (hex) over what a message says: Message-ID, Date and the notes of other mail programs to themselves do not
 * count, so composing the same again gives the same.
 */
export function contentFingerprint(raw: Uint8Array): string {
  return fingerprint(splitMessage(withCrlf(raw)));
}

function fingerprint({ fields, rest }: SplitMessage): string {
  return createHash('sha256').update(significant(fields), 'latin1').update(rest).digest('hex');
}

/**
 * Whether a stored message says the same, as far as `contentFingerprint` goes, by its beginning: header and body must be
 * equal so far, and the body just as long.
 * @param start its first bytes, with CRLF line ends.
 * @param size of all of it.
 */
export function saysTheSame({ fields, rest }: SplitMessage, start: Uint8Array, size: number): boolean {
  const other = splitMessage(start);
  const begun = Buffer.from(other.rest.buffer, other.rest.byteOffset, other.rest.byteLength);
  return (
    size - (start.length - begun.length) === rest.length &&
    begun.equals(rest.subarray(0, begun.length)) &&
    significant(other.fields) === significant(fields)
  );
}

function significant(fields: readonly RawField[]): string {
  return fields.map((field) => (isIncidental(field) ? '' : field.text)).join('');
}

function isIncidental({ name }: RawField): boolean {
  return name === 'message-id' || name === 'date' || /^x-(?:mozilla|identity)-/u.test(name);
}
