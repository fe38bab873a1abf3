import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Email } from '../../../src/domain/mail.ts';
import { corpus } from './corpora.ts';
import exceptions from './stalwart-exceptions.json' with { type: 'json' };

/** `stalwart-expected.json`: how the Rust library mail-parser understands a mail. */
interface Message {
  parts: readonly Part[];
  /** Indexes into `parts`. */
  text_body: readonly number[];
  attachments: readonly number[];
}

interface Part {
  headers: readonly Header[];
  body: { Text?: string; Html?: string } | string;
}

interface Header {
  name: string | { other: string };
  value: Value | string;
}

interface Value {
  Text?: string;
  TextList?: readonly string[];
  Address?: { List?: readonly Person[]; Group?: readonly { addresses: readonly Person[] }[] };
  DateTime?: Moment;
  ContentType?: { c_type: string; attributes: readonly { name: string; value: string }[] | null };
}

interface Person {
  name: string | null;
  address: string | null;
}

interface Moment extends Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number> {
  tz_before_gmt: boolean;
  tz_hour: number;
  tz_minute: number;
}

type Aspect = 'subject' | 'from' | 'to' | 'date' | 'text' | 'attachments' | 'names';

let messages: Readonly<Record<string, Message>> | undefined;

function expectedOf(name: string): Message | undefined {
  const folder = corpus('mail');
  if (!folder) return undefined;
  messages ??= JSON.parse(readFileSync(join(folder, 'stalwart-expected.json'), 'utf8')) as typeof messages;
  return messages?.[name.replace(/^stalwart-/u, '').replace(/\.eml$/u, '.json')];
}

/**
 * Where what we read of a mail of the corpus is not what mail-parser reads of it, and no written exception says why.
 * @param name `stalwart-rfc/000.eml`; of other mails nothing is known
 */
export function disagreements(name: string, email: Email): string[] {
  const expected = expectedOf(name);
  if (!expected) return [];
  const known: Partial<Record<Aspect, string>> = (exceptions as Record<string, object>)[name] ?? {};
  return Object.entries(compared(expected, email)).flatMap(([aspect, line]) =>
    line === undefined || known[aspect as Aspect] ? [] : [`${aspect}: ${line}`],
  );
}

function compared(message: Message, email: Email): Record<Aspect, string | undefined> {
  const { attachments = [], omitted } = email;
  const listed = attachments.length + (omitted?.attachments ?? 0);
  const files = message.attachments.filter((at) => !isShown(message.parts[at]));
  const names = files.flatMap((at) => nameOf(message.parts[at]) ?? []);
  return {
    subject: unlike(email.subject, texts(message, 'subject').at(-1)),
    from: unlikePeople([email.from], people(message, 'from').slice(0, 1)),
    to: unlikePeople(email.to, people(message, 'to')),
    date: unlikeDate(email.date, fields(message, 'date').at(-1)?.DateTime),
    text: unlike(email.body.text, textOf(message)),
    attachments: listed === files.length ? undefined : `${listed} listed, not ${files.length}`,
    names: names.every((name) => attachments.some((listed) => bare(listed.name) === bare(name)))
      ? undefined
      : `${attachments.map(({ name }) => name)} for ${names}`,
  };
}

function fields({ parts }: Message, name: string): Value[] {
  const headers = parts[0]?.headers ?? [];
  return headers.flatMap(({ name: own, value }) =>
    own === name && typeof value === 'object' ? [value] : [],
  );
}

function texts(message: Message, name: string): string[] {
  return fields(message, name).flatMap(({ Text, TextList }) => Text ?? TextList?.join(', ') ?? []);
}

function people(message: Message, name: string): Person[] {
  return fields(message, name).flatMap(({ Address }) => [
    ...(Address?.List ?? []),
    ...(Address?.Group ?? []).flatMap(({ addresses }) => addresses),
  ]);
}

/** A text without a name is read along with the others here; there it is in both lists or in one. */
function isShown(part: Part | undefined): boolean {
  const isText = typeof part?.body === 'object' && ('Text' in part.body || 'Html' in part.body);
  const isCalledSo = (part && fieldOf(part, 'content_type')?.c_type.toLowerCase()) ?? 'text';
  const isFile = part && fieldOf(part, 'content_disposition')?.c_type.toLowerCase() === 'attachment';
  return isText && isCalledSo === 'text' && nameOf(part) === undefined && !isFile;
}

/** Undefined when part of it is HTML, which everybody turns into text in another way. */
function textOf({ parts, text_body, attachments }: Message): string | undefined {
  const shown = new Set([...text_body, ...attachments.filter((at) => isShown(parts[at]))]);
  const bodies = [...shown].sort((a, b) => a - b).map((at) => parts[at]?.body);
  const all = bodies.map((body) => (typeof body === 'object' ? body.Text : undefined));
  return all.includes(undefined) ? undefined : all.join('\n');
}

function nameOf(part: Part | undefined): string | undefined {
  const names = ['content_disposition', 'content_type'];
  const attributes = names.flatMap((name) => (part && fieldOf(part, name)?.attributes) ?? []);
  return attributes.find(({ name }) => name === 'filename' || name === 'name')?.value;
}

function fieldOf({ headers }: Part, name: string): Value['ContentType'] {
  const value = headers.find((header) => header.name === name)?.value;
  return typeof value === 'object' ? value.ContentType : undefined;
}

function unlike(shown: string, expected: string | undefined): string | undefined {
  if (expected === undefined || bare(shown) === bare(expected)) return undefined;
  return `${JSON.stringify(shown.slice(0, 150))} for ${JSON.stringify(expected.slice(0, 150))}`;
}

function unlikePeople(shown: readonly string[], expected: readonly Person[]): string | undefined {
  const missing = expected.filter(
    ({ name, address }) =>
      !shown.some((one) => [name, address].every((piece) => bare(one).includes(bare(piece ?? '')))),
  );
  if (missing.length === 0) return undefined;
  return `${JSON.stringify(shown)} for ${JSON.stringify(missing)}`;
}

function unlikeDate(shown: string, expected: Moment | undefined): string | undefined {
  if (!expected) return undefined;
  const { year, month, day, hour, minute, second, tz_before_gmt, tz_hour, tz_minute } = expected;
  const offset = (tz_hour * 60 + tz_minute) * (tz_before_gmt ? -1 : 1);
  const instant = Date.UTC(year, month - 1, day, hour, minute - offset, second);
  return Date.parse(shown) === instant ? undefined : `${shown} for ${new Date(instant).toISOString()}`;
}

/** Letters, digits and signs alone: blanks, quotes and what nobody sees are not compared. */
function bare(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\p{Z}\p{C}"'\\]/gu, '')
    .toLowerCase();
}
