import { Random } from '../../bench/random.ts';
import { letter, mixed, part, parts } from '../../support/letters.ts';

/** A mail too long for an answer, and what its pages must make. */
export interface Long {
  name: string;
  raw(): Buffer;
  /** What is asked for; the part of an attachment, or a format of the mail. */
  asks: { part: string } | { format: 'text' | 'html' | 'source' };
  /** The whole, as it must come. */
  whole(): string;
  /** It is over a limit: its first half at least must come, and a warning that there was more. */
  isCut?: boolean;
}

const megabyte = 1024 * 1024;
const plain = 'Content-Type: text/plain; charset=utf-8';

/** Numbered lines of that many bytes together; nothing in them that cleaning would touch. */
function lines(bytes: number, filling: string): string {
  const texts: string[] = [];
  for (let size = 0; size < bytes; size += Buffer.byteLength(texts.at(-1) ?? '') + 1) {
    texts.push(`${texts.length} ${filling}`);
  }
  return texts.join('\n');
}

const ascii = 'The quick brown fox jumps over the lazy dog, and nobody minds.';
/** Pairs of surrogates wherever a page may end, and characters that JSON or UTF-8 make longer. */
const scripts = '😀😀Größe "é"\\ 日本語 शान्ति Ωμέγα 👍🏽';

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/.{76}/gu, '$&\r\n');
}

/** A mail whose only text is that, in base64: no line is too long, no byte is touched on the way. */
function textMail(subject: string, text: string, type = plain): Buffer {
  const headers = [type, 'Content-Transfer-Encoding: base64'];
  return letter({ subject, headers, body: base64(Buffer.from(text)) });
}

function fileMail(subject: string, name: string, bytes: Uint8Array): Buffer {
  const file = part(
    [
      `Content-Type: text/csv; charset=utf-8; name="${name}"`,
      `Content-Disposition: attachment; filename="${name}"`,
      'Content-Transfer-Encoding: base64',
    ],
    base64(bytes),
  );
  return letter({ subject, headers: [mixed('b9')], body: parts('b9', part([plain], 'see file'), file) });
}

const source = (bytes: number) =>
  letter({ subject: 'Source', body: lines(bytes, ascii).replace(/\n/gu, '\r\n') });

export const longTexts: readonly Long[] = [
  {
    name: 'text of 5 MB',
    raw: () => textMail('Long', lines(5 * megabyte, ascii)),
    asks: { format: 'text' },
    whole: () => lines(5 * megabyte, ascii),
  },
  {
    name: 'text of 5 MB in many scripts',
    raw: () => textMail('Long', lines(5 * megabyte, scripts)),
    asks: { format: 'text' },
    whole: () => lines(5 * megabyte, scripts),
  },
  {
    name: 'text of 40,000 characters',
    raw: () => textMail('Short', lines(40_000, scripts)),
    asks: { format: 'text' },
    whole: () => lines(40_000, scripts),
  },
  {
    name: 'HTML of 2 MB read as text',
    raw: () => textMail('HTML', `<div>${html(2 * megabyte)}</div>`, 'Content-Type: text/html; charset=utf-8'),
    asks: { format: 'text' },
    whole: () => html(2 * megabyte).replaceAll('<br>', '\n'),
    isCut: true,
  },
  {
    name: 'HTML of 1 MB read as text',
    raw: () => textMail('HTML', `<div>${html(megabyte)}</div>`, 'Content-Type: text/html; charset=utf-8'),
    asks: { format: 'text' },
    whole: () => html(megabyte).replaceAll('<br>', '\n'),
  },
  {
    name: 'source of 1 MB',
    raw: () => source(megabyte),
    asks: { format: 'source' },
    whole: () => source(megabyte).toString().replaceAll('\r\n', '\n'),
  },
  {
    name: 'source of 3 MB',
    raw: () => source(3 * megabyte),
    asks: { format: 'source' },
    whole: () =>
      source(3 * megabyte)
        .toString('utf8', 0, 2 * megabyte)
        .replaceAll('\r\n', '\n'),
    isCut: true,
  },
  {
    name: 'attached file of 4 MB',
    raw: () => fileMail('File', 'a.csv', Buffer.from(lines(4 * megabyte, ascii))),
    asks: { part: '2' },
    whole: () => lines(4 * megabyte, ascii),
  },
  {
    name: 'attached file of 7 MB',
    raw: () => fileMail('File', 'a.csv', Buffer.from(lines(7 * megabyte, ascii))),
    asks: { part: '2' },
    whole: () => lines(7 * megabyte, ascii),
    isCut: true,
  },
];

function html(bytes: number): string {
  return lines(bytes, ascii).replaceAll('\n', '<br>');
}

export const manyFiles = { count: 300, textOf: (nth: number) => `This is file number ${nth}.` };

export function mailWithManyFiles(): Buffer {
  const files = Array.from({ length: manyFiles.count }, (_, at) =>
    part(
      ['Content-Type: text/plain', `Content-Disposition: attachment; filename="file ${at + 1}.txt"`],
      manyFiles.textOf(at + 1),
    ),
  );
  const body = parts('many', part([plain], 'see files'), ...files);
  return letter({ subject: 'Many', headers: [mixed('many')], body });
}

/** A mail of 25 MB: so much do files of 18 MB grow on their way. */
export function mailWithLargeFile(seed: number): { raw: Buffer; file: Buffer } {
  const random = new Random(seed);
  const file = Buffer.alloc(18 * megabyte);
  for (let at = 0; at < file.length; at += 4) file.writeUInt32LE(random.below(2 ** 32), at);
  return { raw: fileMail('Large', 'large.bin', file), file };
}
