export interface Letter {
  subject?: string;
  from?: string;
  to?: string;
  date?: string;
  body?: string;
  headers?: string[];
  id?: string;
}

/** A plain mail as bytes; non-ASCII headers are the caller's to encode. */
export function letter(parts: Letter = {}): Buffer {
  const {
    subject = 'Hello',
    from = 'Bob <bob@example.org>',
    to = 'alice@example.org',
    body = 'Hello Alice.',
  } = parts;
  const { date = 'Mon, 02 Mar 2026 10:00:00 +0100', headers = [], id } = parts;
  return Buffer.from(
    [
      `From: ${from}`,
      `To: ${to}`,
      `Subject: ${subject}`,
      `Date: ${date}`,
      ...(id ? [`Message-ID: ${id}`] : []),
      'MIME-Version: 1.0',
      ...(headers.some((header) => /^content-type:/iu.test(header))
        ? []
        : ['Content-Type: text/plain; charset=utf-8']),
      ...headers,
      '',
      body,
    ].join('\r\n'),
  );
}

export const mixed = (boundary: string) => `Content-Type: multipart/mixed; boundary="${boundary}"`;
export const part = (headers: string[], body: string) => [...headers, '', body].join('\r\n');
export const parts = (boundary: string, ...bodies: string[]) =>
  `${bodies.map((body) => `--${boundary}\r\n${body}\r\n`).join('')}--${boundary}--\r\n`;

export function subjectOf(raw: Buffer): string {
  return /^Subject: (.*)$/mu.exec(raw.toString())?.[1]?.trim() ?? '';
}
