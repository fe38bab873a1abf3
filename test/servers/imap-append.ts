import iconv from 'iconv-lite';

export interface Delivery {
  raw: string | Uint8Array;
  /** System flags and keywords: `\\Seen`, `$Forwarded`. */
  flags?: readonly string[];
  /** INTERNALDATE; default now. */
  date?: Date;
}

/** An IMAP conversation that appends all messages without waiting between them (LITERAL+, RFC 7888). */
export function appendCommands(folder: string, messages: readonly Delivery[]): Buffer {
  const mailbox = iconv.encode(folder, 'utf-7-imap').toString('latin1').replace(/["\\]/g, '\\$&');
  const parts: Uint8Array[] = [];
  for (const [index, { raw, flags = [], date = new Date() }] of messages.entries()) {
    const bytes = Buffer.from(raw);
    parts.push(
      Buffer.from(
        `${index} APPEND "${mailbox}" (${flags.join(' ')}) "${dateTime(date)}" {${bytes.length}+}\r\n`,
      ),
      bytes,
      Buffer.from('\r\n'),
    );
  }
  return Buffer.concat([...parts, Buffer.from('end LOGOUT\r\n')]);
}

/** UIDs of the appended messages (RFC 4315 §3). Throws with the server's words when one was refused. */
export function appendedUids(reply: string, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const line = reply.match(new RegExp(`^${index} .*$`, 'm'))?.[0] ?? `no answer to message ${index}`;
    const uid = /\[APPENDUID \d+ (\d+)\]/.exec(line)?.[1];
    if (!uid) throw new Error(`APPEND failed: ${line}`);
    return Number(uid);
  });
}

/** RFC 9051 date-time: ` 1-Jan-2024 10:00:00 +0000`. */
function dateTime(date: Date): string {
  const [, day = '', month, year, time] = date.toUTCString().split(' ');
  return `${day.padStart(2)}-${month}-${year} ${time} +0000`;
}
