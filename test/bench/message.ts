import type { Random } from './random.ts';
import { domains, firstNames, lastNames, topics, words } from './vocabulary.ts';

export interface Person {
  name: string;
  address: string;
}

/** What the next reply in a conversation needs to know. */
export interface Conversation {
  subject: string;
  messageIds: string[];
}

export interface MessageFacts {
  index: number;
  date: Date;
  from: Person;
  conversation: Conversation;
  /** Words the text must hold besides the ordinary ones. */
  planted: readonly string[];
}

export function makePeople(random: Random, count: number): Person[] {
  return Array.from({ length: count }, (_, index) => {
    const [first, last] = [random.pick(firstNames), random.pick(lastNames)];
    const local = `${first}.${last}.${index}`
      .normalize('NFD')
      .replace(/ß/g, 'ss')
      .replace(/[^\w.]/g, '');
    return { name: `${first} ${last}`, address: `${local.toLowerCase()}@${random.pick(domains)}` };
  });
}

export function newSubject(random: Random): string {
  return `${random.pick(topics)} ${1000 + random.below(9000)}`;
}

/** A whole message, RFC 5322: a third with HTML, one in twenty with an attachment, one in seven in Latin-1. */
export function composeMessage(facts: MessageFacts, random: Random): Buffer {
  const text = composeText(facts.planted, random);
  const plain = random.chance(0.15) ? latin1Part(text) : utf8Part(text);
  const readable = random.chance(0.35) ? alternative(facts.index, plain, htmlPart(text)) : plain;
  const body = random.chance(0.05)
    ? withAttachment(facts.index, readable, Buffer.alloc(2_000 + random.below(60_000), facts.index % 251))
    : readable;
  return Buffer.from(`${headers(facts, random)}\r\n${body}`);
}

/** `readable` and a PDF of these bytes, as a multipart/mixed body with its own header lines. */
export function withAttachment(index: number, readable: string, bytes: Buffer): string {
  const boundary = `mixed-${index}`;
  const base64 = bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
  const attachment = [
    'Content-Type: application/pdf; name="=?UTF-8?Q?Gr=C3=B6=C3=9Fe.pdf?="',
    `Content-Disposition: attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20${index}.pdf`,
    `Content-Transfer-Encoding: base64\r\n\r\n${base64}`,
  ];
  return multipart('mixed', boundary, [readable, attachment.join('\r\n')]);
}

export function utf8Part(text: string): string {
  return `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}`;
}

export function headers({ index, date, from, conversation }: MessageFacts, random: Random): string {
  const { subject, messageIds } = conversation;
  const messageId = `<bench.${index}.${random.below(1e9).toString(36)}@${from.address.split('@')[1]}>`;
  const references = messageIds.slice(-20);
  const lines = [
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `From: ${encodedWord(from.name)} <${from.address}>`,
    'To: Bench <bench@rig.test>',
    `Subject: ${encodedWord(references.length > 0 ? `Re: ${subject}` : subject)}`,
    `Message-ID: ${messageId}`,
    'MIME-Version: 1.0',
  ];
  if (references.length > 0) {
    lines.push(`In-Reply-To: ${references.at(-1)}`, `References: ${references.join('\r\n ')}`);
  }
  messageIds.push(messageId);
  return lines.join('\r\n');
}

function composeText(planted: readonly string[], random: Random): string {
  const line = () => Array.from({ length: 8 + random.below(8) }, () => random.pick(words)).join(' ');
  const lines = Array.from({ length: 4 + random.below(30) }, line);
  return `${[...lines, ...planted].join('\r\n')}\r\n`;
}

function latin1Part(text: string): string {
  const quoted = [...Buffer.from(text, 'latin1')].map((byte) =>
    byte === 0x3d || byte > 0x7e
      ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
      : String.fromCharCode(byte),
  );
  const type = 'Content-Type: text/plain; charset=iso-8859-1';
  return `${type}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${quoted.join('')}`;
}

function htmlPart(text: string): string {
  const paragraphs = text
    .trim()
    .split('\r\n')
    .map((line) => `<p>${line}</p>`);
  return `Content-Type: text/html; charset=utf-8\r\n\r\n<html><body>${paragraphs.join('\r\n')}</body></html>\r\n`;
}

function alternative(index: number, plain: string, html: string): string {
  return multipart('alternative', `alternative-${index}`, [plain, html]);
}

function multipart(subtype: string, boundary: string, parts: readonly string[]): string {
  const bodies = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return `Content-Type: multipart/${subtype}; boundary="${boundary}"\r\n\r\n${bodies}--${boundary}--\r\n`;
}

function encodedWord(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}
