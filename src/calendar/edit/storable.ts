import { cleanLine, cleanText } from '../../content/clean.ts';
import { MailboxError } from '../../domain/errors.ts';
import {
  type Component,
  type ContentLine,
  componentsOf,
  linesOf,
  readDocument,
  unfolded,
  writeDocument,
} from '../ics/document.ts';
import { organizerOf } from '../reading/people.ts';
import { productId, wireCalendar, wireLine, wireLines } from './itip-wire.ts';
import { paramsOf, property, rawValue, textOf } from './lines.ts';
import { calendarsOf, component, eventsOf, lineOf } from './tree.ts';

const maxBytes = 1_000_000;
const maxUidChars = 1_000;

/**
 * What of a mailed invitation may be stored (RFC 4791 §4.1): one UID, its VEVENTs and VTIMEZONEs, no METHOD. A stranger
 * wrote it, so control characters go, of texts what nobody sees of them, links that are none, and all alarms: one may send
 * mail or run things, and when to be reminded is the invited person's to say. ATTACH stays as text; nothing here fetches it.
 * @throws MailboxError `invalid_input` when it is no event, broken or above 1 MB; `unsupported` for several events, and
 * for methods that change a stored event rather than bring one.
 */
export function storable(ics: string): string {
  if (Buffer.byteLength(ics) > maxBytes) throw unusable('is larger than 1 MB');
  const document = readDocument(ics);
  const calendar = calendarsOf(document).find((candidate) => componentsOf(candidate, 'VEVENT').length > 0);
  if (!calendar) throw unusable('holds no event');
  checkMethod(calendar);
  const events = eventsOf(document);
  checkEvents(events);
  // Components inside an event are alarms, or none of what a VEVENT may hold.
  const kept = events.map((event) => component('VEVENT', wireLines(event).filter(isHarmless).map(asSeen)));
  return writeDocument(wireCalendar(calendarLines(calendar), kept, document));
}

const texts = /^(?:SUMMARY|DESCRIPTION|LOCATION|COMMENT|CONTACT|CATEGORIES|RESOURCES|ORGANIZER|ATTENDEE)$/u;
const links = /^(?:URL|CONFERENCE|IMAGE|SOURCE)$/u;
/** What a program would run or open by itself, or from the person's own disk. */
const notForLinks = /^(?:javascript|vbscript|data|file|about|blob):/iu;

/** A link leads to a page, an attachment to a page or a part of the mail; bytes in the file itself are neither. */
function isHarmless(line: ContentLine): boolean {
  const target = cleanLine(rawValue(line)).replace(/\s/gu, '');
  if (links.test(line.name)) return !notForLinks.test(target);
  if (line.name !== 'ATTACH' || paramsOf(line).VALUE?.toUpperCase() === 'BINARY') return true;
  return /^(?:https?|cid):/iu.test(target);
}

/** Without bidi controls and other characters that a reader sees and a person does not. */
function asSeen(line: ContentLine): ContentLine {
  if (!texts.test(line.name)) return line;
  const text = unfolded(line.raw);
  const seen = cleanText(text).text;
  return seen === text ? line : wireLine({ ...line, raw: seen });
}

function checkMethod(calendar: Component): void {
  const method = lineOf(calendar, 'METHOD');
  if (method && !/^(?:REQUEST|PUBLISH)$/iu.test(rawValue(method).trim())) {
    throw new MailboxError('unsupported', 'This mail answers or cancels an event; it brings none to store.', {
      hint: 'Look the event up in the calendar instead.',
    });
  }
}

function checkEvents(events: readonly Component[]): void {
  const uids = new Set(events.map(uidOf));
  if (uids.size > 1) {
    throw new MailboxError('unsupported', 'The invitation holds several events.', {
      hint: 'Create them one by one with create_event.',
    });
  }
  if (!events.every((event) => lineOf(event, 'DTSTART'))) throw unusable('has no start');
  const organizers = new Set(events.flatMap((event) => organizerOf(event)?.email ?? []));
  if (organizers.size > 1) throw unusable('names several organizers');
  if (new Set(events.map(occurrenceOf)).size < events.length) throw unusable('holds the same event twice');
}

function uidOf(event: Component): string {
  const [line, ...further] = linesOf(event, 'UID');
  const uid = line ? textOf(line).trim() : '';
  if (uid === '' || uid.length > maxUidChars || further.length > 0) throw unusable('has no usable UID');
  return uid;
}

function occurrenceOf(event: Component): string {
  const line = lineOf(event, 'RECURRENCE-ID');
  return line ? `${paramsOf(line).TZID ?? ''}:${rawValue(line)}` : '';
}

/** VERSION and PRODID have to be there (RFC 5545 §3.6). */
function calendarLines(calendar: Component) {
  const [version] = linesOf(calendar, 'VERSION');
  if (version && rawValue(version).trim() === '1.0') throw unusable('is written in vCalendar 1.0');
  const lines = wireLines(calendar).filter(({ name }) => name !== 'VERSION');
  const product = lines.some(({ name }) => name === 'PRODID') ? [] : [property('PRODID', productId)];
  return [property('VERSION', '2.0'), ...product, ...lines];
}

function unusable(why: string): MailboxError {
  return new MailboxError('invalid_input', `The invitation cannot be stored: it ${why}.`, {
    hint: 'Enter the event with create_event instead.',
  });
}
