/** A person as seed mails name one. */
export interface Person {
  name: string;
  email: string;
}

export interface SeedAttachment {
  name: string;
  type: string;
  content: Buffer;
  /** Shown inside the HTML by this id. */
  contentId?: string;
}

export interface SeedMail {
  /** Left part of the Message-ID. */
  key: string;
  from: Person;
  to: readonly Person[];
  cc?: readonly Person[];
  subject: string;
  date: Date;
  text?: string;
  html?: string;
  /** text/calendar beside the text, with its METHOD. */
  calendar?: { method: string; ics: string };
  attachments?: readonly SeedAttachment[];
  /** Message-IDs of the ancestors, oldest first. */
  references?: readonly string[];
  /** Further header fields, ASCII. */
  headers?: readonly (readonly [name: string, value: string])[];
}

/** Message-ID of a seed mail, with angle brackets. */
export function messageId(key: string, from: Person): string {
  return `<${key}@${from.email.slice(from.email.indexOf('@') + 1)}>`;
}

/** The bytes of a mail, the same for the same input. CRLF line ends. */
export function composeMail(mail: SeedMail): string {
  const references = mail.references ?? [];
  const fields: (readonly [string, string])[] = [
    ...(mail.headers ?? []),
    ['Date', formatMailDate(mail.date)],
    ['From', formatPerson(mail.from)],
    ['To', mail.to.map(formatPerson).join(',\r\n ')],
    ...(mail.cc ? [['Cc', mail.cc.map(formatPerson).join(',\r\n ')] as const] : []),
    ['Subject', encodeText(mail.subject)],
    ['Message-ID', messageId(mail.key, mail.from)],
    ...(references.length > 0
      ? ([
          ['In-Reply-To', references.at(-1) ?? ''],
          ['References', references.join('\r\n ')],
        ] as const)
      : []),
    ['MIME-Version', '1.0'],
  ];
  return `${formatFields(fields)}${bodyOf(mail)}`;
}

export function formatFields(fields: readonly (readonly [string, string])[]): string {
  return fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
}

export function formatPerson({ name, email }: Person): string {
  return /^[\w .-]*$/u.test(name) ? `${name} <${email}>` : `${encodeText(name)} <${email}>`;
}

/** RFC 5322 date in UTC. */
export function formatMailDate(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}

/** RFC 2047, in words of at most 75 characters, never cutting a character. */
export function encodeText(text: string): string {
  if (/^[\x20-\x7e]*$/u.test(text)) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > 42) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word]
    .map((piece) => `=?UTF-8?B?${Buffer.from(piece).toString('base64')}?=`)
    .join('\r\n ');
}

function bodyOf(mail: SeedMail): string {
  const inline = (mail.attachments ?? []).filter(({ contentId }) => contentId);
  const attached = (mail.attachments ?? []).filter(({ contentId }) => !contentId);
  const alternatives = [
    ...(mail.text === undefined ? [] : [textPart('plain', mail.text)]),
    ...(mail.html === undefined
      ? []
      : [multipart('related', `${mail.key}-rel`, [textPart('html', mail.html), ...inline.map(filePart)])]),
    ...(mail.calendar ? [calendarPart(mail.calendar)] : []),
  ];
  const shown = multipart('alternative', `${mail.key}-alt`, alternatives);
  return multipart('mixed', `${mail.key}-mix`, [shown, ...attached.map(filePart)]);
}

/** A single part needs no multipart around it. */
function multipart(subtype: string, boundary: string, parts: readonly string[]): string {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const inner = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return `Content-Type: multipart/${subtype}; boundary="${boundary}"\r\n\r\n${inner}--${boundary}--\r\n`;
}

function textPart(subtype: string, text: string): string {
  const fields = formatFields([
    ['Content-Type', `text/${subtype}; charset=utf-8`],
    ['Content-Transfer-Encoding', 'quoted-printable'],
  ]);
  return `${fields}\r\n${quotedPrintable(text)}\r\n`;
}

function calendarPart({ method, ics }: { method: string; ics: string }): string {
  return `Content-Type: text/calendar; charset=utf-8; method=${method}\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64Lines(Buffer.from(ics))}`;
}

function filePart({ name, type, content, contentId }: SeedAttachment): string {
  const filename = /^[\w .-]*$/u.test(name)
    ? `filename="${name}"`
    : `filename*=UTF-8''${encodeURIComponent(name)}`;
  const fields = formatFields([
    ['Content-Type', `${type}; name="${encodeText(name)}"`],
    ['Content-Disposition', `${contentId ? 'inline' : 'attachment'}; ${filename}`],
    ...(contentId ? [['Content-ID', `<${contentId}>`] as const] : []),
    ['Content-Transfer-Encoding', 'base64'],
  ]);
  return `${fields}\r\n${base64Lines(content)}`;
}

function quotedPrintable(text: string): string {
  return text
    .replace(/\r?\n/gu, '\r\n')
    .split('\r\n')
    .map((line) => wrapQuoted([...Buffer.from(line)].map(quoteByte).join('').replace(/ $/u, '=20')))
    .join('\r\n');
}

function quoteByte(byte: number): string {
  const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x3d;
  return plain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Soft line breaks, never within an escape (RFC 2045 §6.7). */
function wrapQuoted(line: string): string {
  const pieces = line.match(/=..|[^=]/gu) ?? [];
  let wrapped = '';
  let width = 0;
  for (const piece of pieces) {
    if (width + piece.length > 75) {
      wrapped += '=\r\n';
      width = 0;
    }
    wrapped += piece;
    width += piece.length;
  }
  return wrapped;
}

function base64Lines(content: Buffer): string {
  return content.toString('base64').replace(/.{76}/gu, '$&\r\n');
}
