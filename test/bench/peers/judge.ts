import ICAL from 'ical.js';
import type { KnownEvent, Making } from './calendar.ts';
import type { KnownMail } from './mailbox.ts';
import type { ListedMail, ShownEvent } from './peer.ts';

/** Servers may give the time of arrival or of sending; these mails arrived within seconds. */
const toleranceMs = 60_000;
const day = /^\d{4}-\d\d-\d\d$/u;
/** What is left when a text was not decoded, or more than the text was given. */
const leftovers = [
  [/<\/?(?:b|html|p|style|td)\b/iu, 'HTML markup left in'],
  [/\{\s*color:/u, 'style sheet left in'],
  [/\$B[!-~]{4}/u, 'ISO-2022-JP not decoded'],
  [/=[0-9A-F]{2}=[0-9A-F]{2}/u, 'quoted-printable not decoded'],
  [/[A-Za-z0-9+/]{60}/u, 'base64 left in'],
  [/^Content-Type:/imu, 'MIME headers left in'],
] as const;

/** What is wrong about a list of mails that ought to be `right`, in this order; nothing when it is right. */
export function judgeList(shown: readonly ListedMail[], right: readonly KnownMail[]): string[] {
  const mails = shown.map((mail) => ({ mail, known: right.find((known) => isSame(mail, known)) }));
  const foreign = mails.filter(({ known }) => known === undefined);
  const missing = right.filter((known) => !mails.some((mail) => mail.known === known));
  const found = mails.flatMap(({ known }) => (known ? [right.indexOf(known)] : []));
  return [
    ...some(missing, ({ subject }) => `missing "${subject}"`),
    ...some(foreign, ({ mail }) => `"${mail.subject}" does not belong there`),
    ...judgeOrder(found),
    ...mails.flatMap(({ mail, known }) => (known ? judgeFields(mail, known) : [])),
  ];
}

function judgeOrder(places: readonly number[]): string[] {
  const isRising = (list: readonly number[]) =>
    list.every((place, index) => index === 0 || place > (list[index - 1] ?? 0));
  if (isRising(places)) return [];
  return [isRising([...places].reverse()) ? 'oldest first' : 'not newest first'];
}

function judgeFields(shown: ListedMail, known: KnownMail): string[] {
  return [
    ...(shown.subject === known.subject ? [] : [`subject "${known.subject}" shown as "${shown.subject}"`]),
    ...(shown.from.includes(known.from) ? [] : [`sender ${known.from} shown as ${shown.from}`]),
    ...(isAt(shown.date, known.date) ? [] : [`date ${known.date.toISOString()} shown as ${shown.date}`]),
  ];
}

/** A listed mail is known again by its subject, or when that is garbled by its date and sender. */
export function isSame(shown: ListedMail, known: KnownMail): boolean {
  return shown.subject === known.subject || (isAt(shown.date, known.date) && shown.from.includes(known.from));
}

/** What is wrong about the text of a mail given for reading. */
export function judgeText(text: string, { sentences }: Pick<KnownMail, 'sentences'>): string[] {
  const words = text.normalize('NFC').replace(/\s+/gu, ' ');
  const missing = sentences.filter((sentence) => !words.includes(sentence));
  return [
    ...some(missing, (sentence) => `"${sentence}" is not in the text`),
    ...leftovers.flatMap(([trace, finding]) => (trace.test(text) ? [finding] : [])),
  ];
}

/** What is wrong about the events of a span of time that ought to be `right`, in any order. */
export function judgeEvents(shown: readonly ShownEvent[], right: readonly KnownEvent[]): string[] {
  const pairs = shown.map((event) => ({ event, known: right.find((known) => beginsAs(event, known)) }));
  const lost = right.filter((known) => !pairs.some((pair) => pair.known === known));
  const timed = pairs.filter(
    ({ event, known }) => !known && lost.some((one) => 'day' in one && one.title === event.title),
  );
  const extra = pairs.filter((pair) => !pair.known && !timed.includes(pair));
  const missing = lost.filter(({ title }) => !timed.some(({ event }) => event.title === title));
  const ends = pairs.filter(({ event, known }) => known && !('day' in known) && !isAt(event.end, known.end));
  return [
    ...[...new Set(missing.map(({ title }) => title))].map((title) => sayMissing(title, missing, right)),
    ...timed.map(({ event }) => `all-day "${event.title}" shown as ${event.start} to ${event.end}`),
    ...some(extra, ({ event }) => `"${event.title}" shown at ${event.start}`),
    ...some(ends, ({ event }) => `"${event.title}" of ${event.start} shown as ending ${event.end}`),
  ];
}

function sayMissing(title: string, missing: readonly KnownEvent[], right: readonly KnownEvent[]): string {
  const lost = missing.filter((known) => known.title === title);
  const all = right.filter((known) => known.title === title);
  return `"${title}": ${lost.length} of ${all.length} missing, first ${startOf(lost[0])}`;
}

function beginsAs({ title, start }: ShownEvent, known: KnownEvent): boolean {
  if (title !== known.title) return false;
  return 'day' in known ? start === known.day : !day.test(start) && isAt(start, known.start);
}

function startOf(known: KnownEvent | undefined): string {
  if (known === undefined) return '';
  return 'day' in known ? known.day : known.start.toISOString();
}

/** What is wrong about the resources that came into the calendar when that event was to be made. */
export function judgeMade(stored: readonly string[], { occurrences }: Making): string[] {
  const [ics] = stored;
  if (ics === undefined || stored.length > 1) return [`${stored.length} resources stored`];
  return judgeEvents(occurrencesIn(ics, occurrences.length + 1), occurrences);
}

/** The first occurrences of a stored event, by its own zone as the file defines it. */
function occurrencesIn(ics: string, limit: number): ShownEvent[] {
  const calendar = new ICAL.Component(ICAL.parse(ics));
  const component = calendar.getFirstSubcomponent('vevent');
  if (!component) return [];
  const event = new ICAL.Event(component);
  const iterator = event.iterator();
  const occurrences: ShownEvent[] = [];
  for (let next = iterator.next(); next && occurrences.length < limit; next = iterator.next()) {
    const { startDate, endDate } = event.getOccurrenceDetails(next);
    occurrences.push({ title: event.summary, start: textOf(startDate), end: textOf(endDate) });
  }
  return occurrences;
}

function textOf(time: ICAL.Time): string {
  return time.isDate ? time.toString() : time.toJSDate().toISOString();
}

function isAt(shown: string, right: Date): boolean {
  return Math.abs(Date.parse(shown) - right.getTime()) <= toleranceMs;
}

/** The first in full, the others counted. */
function some<T>(items: readonly T[], say: (item: T) => string): string[] {
  const [first, ...more] = items;
  if (first === undefined) return [];
  return [more.length === 0 ? say(first) : `${say(first)} (and ${more.length} more such)`];
}
