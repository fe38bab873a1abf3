/**
 * Undoes a Content-Transfer-Encoding (RFC 2045 §6, and the `x-uuencode` of old). What is broken is read as far
 * as it makes sense; an unknown encoding gives the bytes as they are. Never throws; linear in time.
 */
export function decodeTransfer(bytes: Uint8Array, encoding: string): Uint8Array {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return decodeBase64(bytes);
    case 'quoted-printable':
      return decodeQuotedPrintable(bytes);
    case 'x-uuencode':
    case 'x-uue':
    case 'uuencode':
      return decodeUuencode(bytes);
    default:
      return bytes;
  }
}

/**
 * Lines are judged one by one: a line of prose after the padding is a footer that a mailing list put there
 * after encoding, and ends the data. Several padded segments in a row are decoded one after the other.
 */
function decodeBase64(bytes: Uint8Array): Uint8Array {
  const segments: string[] = [];
  let open = '';
  for (const line of latin1(bytes).split('\n')) {
    if (open === '' && segments.length > 0 && /[^A-Za-z0-9+/=\s]|\S\s+\S/u.test(line)) break;
    const data = line
      .replace(/-/gu, '+')
      .replace(/_/gu, '/')
      .replace(/[^A-Za-z0-9+/=]/gu, '');
    const pieces = data.split(/=+/u);
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      segments.push(open + piece);
      open = '';
    }
    open += last;
  }
  if (open) segments.push(open);
  return Buffer.concat(segments.map((segment) => Buffer.from(segment, 'base64')));
}

const equals = 0x3d;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

function decodeQuotedPrintable(bytes: Uint8Array): Uint8Array {
  const out = Buffer.alloc(bytes.length);
  let length = 0;
  let solid = 0; // length up to the last byte that is no trailing blank (RFC 2045 §6.7 rule 3)
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === equals) {
      const soft = softBreakEnd(bytes, at + 1);
      const value = soft === undefined ? hexPair(bytes[at + 1], bytes[at + 2]) : undefined;
      if (soft !== undefined) at = soft - 1;
      else {
        out[length++] = value ?? equals;
        if (value !== undefined) at += 2;
      }
      solid = length;
      continue;
    }
    if (byte === lineFeed || byte === carriageReturn) length = solid;
    out[length++] = byte;
    if (byte !== 0x20 && byte !== 0x09) solid = length;
  }
  return out.subarray(0, length);
}

/** Where the text goes on when only blanks and a line end follow the `=`. */
function softBreakEnd(bytes: Uint8Array, from: number): number | undefined {
  let at = from;
  // The bound keeps `=` followed by megabytes of blanks linear.
  while (at < from + 1000 && (bytes[at] === 0x20 || bytes[at] === 0x09)) at += 1;
  if (bytes[at] === carriageReturn) return bytes[at + 1] === lineFeed ? at + 2 : at + 1;
  if (bytes[at] === lineFeed) return at + 1;
  return at === bytes.length ? at : undefined;
}

function hexPair(high: number | undefined, low: number | undefined): number | undefined {
  const text = String.fromCharCode(high ?? 0, low ?? 0);
  return /^[0-9a-f]{2}$/iu.test(text) ? Number.parseInt(text, 16) : undefined;
}

function decodeUuencode(bytes: Uint8Array): Uint8Array {
  const lines = latin1(bytes).split(/\r?\n/u);
  const begin = lines.findIndex((line) => /^begin [0-7]{3,4} /u.test(line));
  if (begin < 0) return bytes;
  const rows: Buffer[] = [];
  for (const line of lines.slice(begin + 1)) {
    if (line === 'end' || line === '') break;
    rows.push(decodeUuRow(line));
  }
  return Buffer.concat(rows);
}

function decodeUuRow(line: string): Buffer {
  const sextet = (index: number) => (line.charCodeAt(index) - 0x20) & 0x3f;
  const size = sextet(0);
  const row = Buffer.alloc(Math.ceil(size / 3) * 3);
  for (let group = 0; group * 3 < size; group += 1) {
    const at = 1 + group * 4;
    const bits = (sextet(at) << 18) | (sextet(at + 1) << 12) | (sextet(at + 2) << 6) | sextet(at + 3);
    row.writeUIntBE(bits & 0xffffff, group * 3, 3);
  }
  return row.subarray(0, size);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
