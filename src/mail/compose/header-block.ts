/** One header field as it stands in the message. */
export interface RawField {
  /** Lower case; empty for a line that is no field. */
  name: string;
  /** Name, value and line ends, folded lines included; one character a byte. */
  text: string;
}

/** A message cut after its header: joining `fields` and `rest` gives the same bytes. */
export interface SplitMessage {
  fields: RawField[];
  /** From the empty line on. */
  rest: Uint8Array;
}

/** The message with CRLF at every line end; the same array when it has them already. */
export function withCrlf(raw: Uint8Array): Uint8Array {
  if (!hasBareBreak(raw)) return raw;
  return Buffer.from(latin1(raw).replace(/\r\n?|\n/gu, '\r\n'), 'latin1');
}

/** Cuts a message with CRLF line ends (RFC 5322 §2.2). One that begins with an empty line has no header. */
export function splitMessage(raw: Uint8Array): SplitMessage {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const end = bytes.subarray(0, 2).equals(crlf) ? 0 : bytes.indexOf('\r\n\r\n') + 2;
  const length = end === 1 ? bytes.length : end;
  const fields: RawField[] = [];
  for (const line of latin1(bytes.subarray(0, length)).match(/.*?(?:\r\n|$)/gsu) ?? []) {
    const last = fields.at(-1);
    if (line === '') continue;
    if (/^[ \t]/u.test(line) && last) last.text += line;
    else fields.push({ name: /^([!-9;-~]+)[ \t]*:/u.exec(line)?.[1]?.toLowerCase() ?? '', text: line });
  }
  return { fields, rest: bytes.subarray(length) };
}

/** The inverse of `splitMessage`. */
export function joinMessage({ fields, rest }: SplitMessage): Uint8Array {
  return Buffer.concat([Buffer.from(fields.map(({ text }) => text).join(''), 'latin1'), rest]);
}

const crlf = Buffer.from('\r\n');

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** By index: iterating over tens of megabytes takes twenty times as long. */
function hasBareBreak(raw: Uint8Array): boolean {
  let previous = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at] ?? 0;
    if ((byte === 10) !== (previous === 13)) return true;
    previous = byte;
  }
  return previous === 13;
}
