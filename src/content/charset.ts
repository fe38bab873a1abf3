import { TextDecoder } from 'node:util';
import { analyse } from 'chardet';
import iconv from 'iconv-lite';

export interface Decoded {
  text: string;
  /** The charset taken where the sender named none we know. Absent when there was nothing to guess. */
  guessed?: string;
}

/** Bytes the detector looks at; more changes nothing and costs time. */
const sampleBytes = 65_536;

/** Below this certainty (0 to 100) Western European is the better bet for mail. */
const minConfidence = 50;

/** `iconv-lite` lists these as encodings, but they are transports, no charsets. */
const notCharsets = new Set(['base64', 'hex', 'binary', 'internal']);

/** What senders write and neither table knows, and the supersets everybody means (WHATWG encoding standard §4.2). */
const aliases: Readonly<Record<string, string>> = {
  'x-mac-roman': 'macintosh',
  utf8mb4: 'utf-8',
  'euc-kr': 'cp949',
  johab: 'cp1361',
  gbk: 'gb18030',
  'iso-8859-8-i': 'iso-8859-8',
  'iso-8859-8-e': 'iso-8859-8',
};

/**
 * Decodes by the sender's label (WHATWG aliases included, `iso-8859-1` means windows-1252 as everywhere).
 * Without a known label: UTF-8 if the bytes are valid UTF-8, else what chardet finds, else windows-1252; then
 * `guessed` names it. `us-ascii` with 8-bit bytes counts as no label. A byte order mark outranks all. Never throws.
 */
export function decodeBytes(bytes: Uint8Array, charset: string | undefined): Decoded {
  const named = knownCharset(charset);
  const mark = byteOrderMark(bytes);
  if (mark) return named ? decodeAs(bytes, mark) : { ...decodeAs(bytes, mark), guessed: mark };
  if (named && !(named === 'us-ascii' && !isAscii(bytes))) return decodeAs(bytes, named);
  // UTF-7 and the ISO 2022 family are 7-bit too, but without a label nobody means them.
  if (isAscii(bytes)) return decodeAs(bytes, 'us-ascii');
  const guessed = guessCharset(bytes);
  return { ...decodeAs(bytes, guessed), guessed };
}

/** Canonical name of a charset label, undefined when no decoder knows it. */
export function knownCharset(label: string | undefined): string | undefined {
  const name =
    label
      ?.trim()
      .toLowerCase()
      .replace(/^["']|["']$/gu, '')
      .replace(/\*.*$/u, '') ?? '';
  if (name === '' || notCharsets.has(name)) return undefined;
  if (/^(?:us-)?ascii$|^ansi_x3\.4|^iso-ir-6$|^iso646-us$/u.test(name)) return 'us-ascii';
  const canonical = whatwgName(aliases[name] ?? name);
  const known = aliases[canonical] ?? canonical;
  return iconv.encodingExists(known) || whatwgDecoder(known) ? known : undefined;
}

function decodeAs(bytes: Uint8Array, charset: string): Decoded {
  if (charset === 'us-ascii') return { text: Buffer.from(bytes).toString('latin1') };
  if (iconv.encodingExists(charset)) return { text: iconv.decode(Buffer.from(bytes), charset) };
  const text = whatwgDecoder(charset)?.decode(bytes);
  return { text: text ?? iconv.decode(Buffer.from(bytes), 'windows-1252') };
}

function guessCharset(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return 'utf-8';
  const [best] = analyse(bytes.subarray(0, sampleBytes));
  const found = best && best.confidence >= minConfidence ? knownCharset(best.name) : undefined;
  return found && found !== 'us-ascii' && found !== 'utf-8' ? found : 'windows-1252';
}

/** Node's own decoder maps labels as browsers do; it decodes only where iconv-lite cannot (ISO-2022-JP). */
function whatwgDecoder(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function whatwgName(label: string): string {
  // Here iconv-lite knows better: it looks which byte order the text is in.
  return label === 'utf-16' ? label : (whatwgDecoder(label)?.encoding ?? label);
}

function byteOrderMark(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

/** The last character may be cut: bodies are fetched in bounded pieces. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
