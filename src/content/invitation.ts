import { addDays } from '../domain/days.ts';
import type { Invitation, InvitedEvent } from '../domain/mail.ts';
import { formatInstant, zonedInstant } from '../domain/time.ts';
import { formatAddress } from './address.ts';
import { cleanLine, cutAt } from './clean.ts';
import { childrenOf, type IcsComponent, type IcsProperty, property, readComponents } from './ics-lines.ts';
import { ianaZone, isIanaZone } from './zone-names.ts';
import { zoneRules } from './zone-rules.ts';

/** DTSTART or DTEND as written: a day, or a wall clock and what makes an instant of it. */
type Moment = { date: string } | { local: string; toInstant: ToInstant };
type ToInstant = (local: string) => Date;

const maxTitleChars = 500;
/** As where calendars are read. */
const maxUidChars = 1_000;
const dayMs = 86_400_000;

/** What an iTIP message says to a person, and by what calendars know its event; absent where the message leaves that open. */
export interface MailedEvent {
  invitation: Invitation;
  invitedTo?: InvitedEvent;
}

/** As `readMailedEvent`, for a person alone. */
export function readInvitation(ics: string, zone: string): Invitation | undefined {
  return readMailedEvent(ics, zone)?.invitation;
}

/**
 * The event of an iTIP message (RFC 5546) as a person reads it: times with offset in `zone` (IANA), an all-day
 * event as plain dates with its last day. Of several VEVENTs the series, not a changed occurrence. A time
 * without a known zone is read in `zone`, as RFC 5545 §3.3.5 says of floating time. Rules are never expanded.
 * Undefined when there is no event with a readable start; never throws.
 */
export function readMailedEvent(ics: string, zone: string): MailedEvent | undefined {
  if (!isIanaZone(zone)) return undefined;
  const root = readComponents(ics);
  for (const calendar of [...childrenOf(root, 'VCALENDAR'), root]) {
    const events = childrenOf(calendar, 'VEVENT');
    const event = events.find((candidate) => !property(candidate, 'RECURRENCE-ID')) ?? events[0];
    if (event) return toMailedEvent(event, calendar, zone);
  }
  return undefined;
}

function toMailedEvent(event: IcsComponent, calendar: IcsComponent, zone: string): MailedEvent | undefined {
  const start = readMoment(property(event, 'DTSTART'), calendar, zone);
  if (!start) return undefined;
  const invitation = {
    method: readMethod(calendar),
    title: cleanLine(textOf(property(event, 'SUMMARY')), maxTitleChars),
    ...readSpan(start, event, calendar, zone),
    organizer: readOrganizer(property(event, 'ORGANIZER')),
  };
  const invitedTo = readInvitedEvent(event, calendar, zone);
  return { invitation, ...(invitedTo && { invitedTo }) };
}

/** The UID as written but for control characters; without it, or of an unreadable occurrence, none. */
function readInvitedEvent(
  event: IcsComponent,
  calendar: IcsComponent,
  zone: string,
): InvitedEvent | undefined {
  const written = textOf(property(event, 'UID'));
  const uid = cutAt(written.replace(/\p{Cc}/gu, '').trim(), maxUidChars);
  if (uid === '') return undefined;
  if (!event.lines.some(({ name }) => name === 'RECURRENCE-ID')) return { uid };
  const original = readMoment(property(event, 'RECURRENCE-ID'), calendar, zone);
  if (!original) return undefined;
  const isDay = 'date' in original;
  return { uid, occurrence: isDay ? original.date : formatInstant(original.toInstant(original.local), zone) };
}

function readMethod(calendar: IcsComponent): string {
  const method = textOf(property(calendar, 'METHOD')).trim().toUpperCase();
  return /^[A-Z][A-Z-]{0,30}$/u.test(method) ? method : 'PUBLISH';
}

/** Control characters go before parsing, so that no address can open a second line anywhere. */
function readOrganizer(organizer: IcsProperty | undefined): string {
  if (!organizer) return '';
  const { cn, email } = organizer.parameters;
  const uri = cleanLine(textOf(organizer), 400);
  const mailto = /^mailto:\s*([^?]*)/iu.exec(uri)?.[1];
  const address = cleanLine(mailto ?? email ?? (/^[^\s:]+@[^\s:]+$/u.test(uri) ? uri : ''), 320);
  return formatAddress({ ...(cn && { name: cn }), ...(address && { address }) });
}

function textOf(property: IcsProperty | undefined): string {
  return typeof property?.value === 'string' ? property.value : '';
}

function readMoment(
  stamp: IcsProperty | undefined,
  calendar: IcsComponent,
  zone: string,
): Moment | undefined {
  // `DTSTART:20260328` without VALUE=DATE comes out of ical.js with an empty time.
  const [, date, time, utc] =
    /^(\d{4}-\d{2}-\d{2})(?:T(?:::|(\d{2}:\d{2}:\d{2})(Z?)))?$/u.exec(textOf(stamp)) ?? [];
  if (!stamp || !date || !isDate(date)) return undefined;
  if (!time) return { date };
  const local = `${date}T${time}`;
  if (Number.isNaN(Date.parse(`${local}Z`))) return undefined;
  if (utc) return { local, toInstant: (wall) => new Date(`${wall}Z`) };
  return { local, toInstant: clockOf(stamp.parameters.tzid, calendar, zone) };
}

/**
 * The clock a TZID stands for. An IANA name outranks the definition in the file, which is often cut down or
 * out of date; for every other name the definition is what the sender meant, and its name the second choice.
 */
function clockOf(tzid: string | undefined, calendar: IcsComponent, zone: string): ToInstant {
  const floating: ToInstant = (local) => zonedInstant(local, zone);
  if (!tzid) return floating;
  if (isIanaZone(tzid)) return (local) => zonedInstant(local, tzid);
  const definition = childrenOf(calendar, 'VTIMEZONE').find(
    (candidate) => textOf(property(candidate, 'TZID')).trim() === tzid.trim(),
  );
  const rules = definition && zoneRules(definition);
  if (rules) return rules;
  const named = ianaZone(tzid);
  return named ? (local) => zonedInstant(local, named) : floating;
}

function readSpan(start: Moment, event: IcsComponent, calendar: IcsComponent, zone: string) {
  const end = readMoment(property(event, 'DTEND'), calendar, zone);
  const duration = readDuration(property(event, 'DURATION'));
  if ('date' in start) return { start: start.date, end: lastDay(start.date, end, duration) };
  const from = start.toInstant(start.local);
  return {
    start: formatInstant(from, zone),
    end: formatInstant(endInstant(start, from, end, duration), zone),
  };
}

/** DTEND of a day is the day after; without end the event lasts one day (RFC 5545 §3.6.1). */
function lastDay(start: string, end: Moment | undefined, duration: Duration | undefined): string {
  const days = duration ? duration.days + Math.ceil(duration.ms / dayMs) : 1;
  const exclusive = end ? ('date' in end ? end.date : end.local.slice(0, 10)) : addDays(start, days);
  const last = addDays(exclusive, -1);
  return last < start ? start : last;
}

/** Without end an event with a time takes none (RFC 5545 §3.6.1). Days are nominal, hours exact (§3.3.6). */
function endInstant(
  start: { local: string; toInstant: ToInstant },
  from: Date,
  end: Moment | undefined,
  duration: Duration | undefined,
): Date {
  if (end) return 'date' in end ? start.toInstant(`${end.date}T00:00:00`) : end.toInstant(end.local);
  if (!duration) return from;
  const date = addDays(start.local.slice(0, 10), duration.days);
  const whole = duration.days === 0 ? from : start.toInstant(`${date}${start.local.slice(10)}`);
  return new Date(whole.getTime() + duration.ms);
}

interface Duration {
  days: number;
  ms: number;
}

/** RFC 5545 §3.3.6; a negative or absurd duration counts as none. */
function readDuration(property: IcsProperty | undefined): Duration | undefined {
  const match =
    /^\+?P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/u.exec(
      textOf(property).toUpperCase(),
    );
  if (!match) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  return { days: weeks * 7 + days, ms: ((hours * 60 + minutes) * 60 + seconds) * 1000 };
}

/** A day that exists, in years that leave room to count from. */
function isDate(date: string): boolean {
  if (date < '0100' || date > '9000') return false;
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}
