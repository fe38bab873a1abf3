import libmime from 'libmime';
import { needsQuotes, quote } from './address.ts';
import { decodeBytes } from './charset.ts';

/** The fields of one header block, in the order they stand in. Names are matched without regard to case. */
export interface Headers {
  first(name: string): string | undefined;
  all(name: string): string[];
  /** Every field from top to bottom, its name in lower case. */
  entries(): readonly HeaderField[];
}

export interface HeaderField {
  name: string;
  value: string;
}

/** A header block larger than this is no mail anybody wrote; the rest is not read. */
const maxBytes = 1_000_000;
/** Guessing a charset takes up to a millisecond; raw values beyond these are taken for Western European. */
const maxGuesses = 100;

/** Fields that hold addresses: there a decoded word must not bring commas and angle brackets into the grammar. */
const addressFields = new Set(
  'from sender reply-to to cc bcc resent-from resent-sender resent-to resent-cc resent-bcc return-path mail-followup-to disposition-notification-to'.split(
    ' ',
  ),
);

/**
 * Parses a raw header block (RFC 5322 §2.2): unfolded, encoded words decoded (RFC 2047), raw 8-bit values decoded
 * as `decodeBytes` decodes what has no label. Values are trimmed but not cleaned. Stops at the first empty line.
 */
export function parseHeaders(bytes: Uint8Array): Headers {
  const fields: HeaderField[] = [];
  let guesses = 0;
  for (const line of unfoldedLines(bytes.subarray(0, maxBytes))) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon < 1 || /[^!-9;-~]/u.test(name)) continue;
    const raw = line.slice(colon + 1).trim();
    const isPlain = isAscii(raw);
    if (!isPlain) guesses += 1;
    const value = isPlain ? raw : decodeRaw(raw, guesses);
    fields.push({ name, value: decodeWords(name, value) });
  }
  return headersOf(fields);
}

/** Parsed fields under their names again, for those that came as data from elsewhere. */
export function headersOf(fields: readonly HeaderField[]): Headers {
  const byName = new Map<string, string[]>();
  for (const { name, value } of fields) {
    const values = byName.get(name);
    if (values) values.push(value);
    else byName.set(name, [value]);
  }
  const all = (name: string) => byName.get(name.toLowerCase()) ?? [];
  return { all, first: (name) => all(name)[0], entries: () => fields };
}

/** The ids in a Message-ID, In-Reply-To or References value, each with its brackets; one without is given them. */
export function messageIds(value: string | undefined): string[] {
  const text = value?.slice(0, maxBytes) ?? '';
  const bracketed = text.match(/<[^<>]+>/gu) ?? [];
  const ids = bracketed.length > 0 ? bracketed : text.split(/[\s<>,;"()]+/u).filter((id) => id.includes('@'));
  return ids.map((id) => `<${id.replace(/[<>\s]+/gu, '')}>`).filter((id) => id.length > 2);
}

/** Lines as latin1, one character a byte, so that a value's bytes are still there when its charset is sought. */
function unfoldedLines(bytes: Uint8Array): string[] {
  const lines: string[][] = [];
  for (const line of Buffer.from(bytes)
    .toString('latin1')
    .split(/\r\n|\n|\r/u)) {
    if (line === '') {
      if (lines.length > 0) break;
    } else if (/^[ \t]/u.test(line)) lines.at(-1)?.push(line);
    else lines.push([line]);
  }
  return lines.map((parts) => parts.join(''));
}

function decodeRaw(raw: string, guesses: number): string {
  const label = guesses > maxGuesses ? 'windows-1252' : undefined;
  return decodeBytes(Buffer.from(raw, 'latin1'), label).text;
}

function decodeWords(name: string, value: string): string {
  if (!value.includes('=?')) return value;
  return addressFields.has(name) ? decodePhrases(value) : libmime.decodeWords(value);
}

/** Nearly every value is, and has no charset to be sought. */
function isAscii(value: string): boolean {
  return /^[\0-\x7f]*$/u.test(value);
}

const encodedWords = /=\?[^?\s]+\?[bq]\?[^?]*\?=(?:\s+=\?[^?\s]+\?[bq]\?[^?]*\?=)*/giu;

/** Decodes the words of an address list: outside quotes each becomes a phrase, inside it stays in its quotes. */
function decodePhrases(value: string): string {
  return splitQuotes(value)
    .map((piece) => {
      if (piece.startsWith('"')) return quotedAgain(piece);
      return piece.replace(encodedWords, (words) => phrase(libmime.decodeWords(words)));
    })
    .join('');
}

function quotedAgain(piece: string): string {
  if (!piece.includes('=?')) return piece;
  return quote(libmime.decodeWords(piece.replace(/^"|"$/gu, '')));
}

function phrase(text: string): string {
  return needsQuotes(text) ? quote(text) : text;
}

/** The text cut into quoted strings and what stands between them. */
function splitQuotes(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (quoted && text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === '"') {
      const end = quoted ? at + 1 : at;
      pieces.push(text.slice(start, end));
      start = end;
      quoted = !quoted;
    }
  }
  pieces.push(text.slice(start));
  return pieces;
}
