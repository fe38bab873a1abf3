import { type Component, type ContentLine, linesOf } from '../ics/document.ts';
import { dayMs, startOfDay } from '../time/wall.ts';
import { instantOf, type Moment, type Moments } from './moment.ts';
import { property, rawValue } from './property.ts';

/** How long an event lasts: nominal days on the wall clock, then exact milliseconds (RFC 5545 §3.3.6). */
export interface Length {
  days: number;
  ms: number;
}

const none: Length = { days: 0, ms: 0 };
const oneDay: Length = { days: 1, ms: 0 };
const maxMs = 10_000 * 366 * dayMs;

/** How long an event lasts, and what is wrong with what the file says of it. */
export interface ReadLength {
  length: Length;
  /** Our own sentence. */
  flaw?: string;
  /** It may last for any time: nothing the file says can be read. */
  unknown?: true;
}

/**
 * DTEND gives all members of a series the same exact length, DURATION the same nominal one (RFC 5545 §3.8.5.3);
 * without either a day lasts one day and a time none (§3.6.1). An end at the start is the same as none. Conventions where
 * files break the rules, told as a flaw, so that the event is shown and never without a word:
 *
 * | the file says | it lasts |
 * |---|---|
 * | an end before the start, or a negative duration | no time, a day one day: it is shown at its start |
 * | an end that cannot be read | as DURATION says, if there is one; else as above, and nobody knows how long |
 * | a time as end of a day | the days it touches; midnight as written ends the day before |
 * | a day as end of a time | to its midnight |
 */
export function readLength(event: Component, start: Moment, moments: Moments): ReadLength {
  const end = moments.first(event, 'DTEND', start.clock);
  const duration = readSignedDuration(property(event, 'DURATION')?.values[0]);
  const said = end ? between(start, end) : duration && forward(duration);
  const isUnread =
    said === undefined && [...linesOf(event, 'DTEND'), ...linesOf(event, 'DURATION')].some(saysAny);
  const isBackward = end ? isBefore(end, start) : duration !== undefined && isNegative(duration);
  const length = start.allDay ? wholeDays(said ?? none) : bounded(said ?? none);
  if (isUnread)
    return { length, flaw: 'How long it lasts cannot be read; only its start is shown.', unknown: true };
  if (isBackward) return { length, flaw: 'It ends before it begins; only its start is shown.' };
  if (end && end.allDay !== start.allDay) return { length, flaw: mixed };
  return { length };
}

const mixed =
  'Of its start and its end one is a day and the other a time; it may last longer or shorter than shown.';

/** As `readLength`, for what was told already. */
export function lengthOf(event: Component, start: Moment, moments: Moments): Length {
  return readLength(event, start, moments).length;
}

/** Where something that begins at `start` ends, as an instant. */
export function endOf({ wall, clock }: Moment, { days, ms }: Length): number {
  return clock.toInstant(wall + days * dayMs) + ms;
}

/** At most, whatever the clock does. */
export function reachOf({ days, ms }: Length): number {
  return days * dayMs + ms + dayMs;
}

export function between(start: Moment, end: Moment): Length {
  if (!start.allDay && !end.allDay) return { days: 0, ms: Math.max(0, instantOf(end) - instantOf(start)) };
  if (!start.allDay) return { days: 0, ms: Math.max(0, start.clock.toInstant(end.wall) - instantOf(start)) };
  // Of an all-day event a time within a day counts as that whole day.
  const last = startOfDay(end.wall) === end.wall ? end.wall : startOfDay(end.wall) + dayMs;
  return { days: (last - start.wall) / dayMs, ms: 0 };
}

/** `P1DT2H`, jCal or iCalendar; undefined when it is none. Negative counts as none. */
export function readDuration(value: unknown): Length | undefined {
  const signed = readSignedDuration(value);
  return signed && forward(signed);
}

/** The same with its sign, as triggers have it. */
export function readSignedDuration(value: unknown): Length | undefined {
  const match =
    /^([+-])?P(?=.)(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?)?$/u.exec(
      typeof value === 'string' ? value.trim().toUpperCase() : '',
    );
  if (!match) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(2)
    .map((part) => Number(part ?? 0));
  const sign = match[1] === '-' ? -1 : 1;
  return { days: sign * (weeks * 7 + days), ms: sign * ((hours * 60 + minutes) * 60 + seconds) * 1000 };
}

function forward(length: Length): Length {
  return isNegative(length) ? none : length;
}

function isNegative({ days, ms }: Length): boolean {
  return days < 0 || ms < 0;
}

/** Days by the day: where the midnights of their zones lie says nothing. */
function isBefore(end: Moment, start: Moment): boolean {
  if (start.allDay) return end.wall < start.wall;
  return end.allDay ? start.clock.toInstant(end.wall) < instantOf(start) : instantOf(end) < instantOf(start);
}

/** An empty line says nothing. */
function saysAny(line: ContentLine): boolean {
  return rawValue(line) !== '';
}

function wholeDays({ days, ms }: Length): Length {
  const whole = days + Math.ceil(ms / dayMs);
  return whole < 1 ? oneDay : bounded({ days: whole, ms: 0 });
}

/** Nothing lasts longer than all years of four digits; more would only push times out of what dates can say. */
function bounded({ days, ms }: Length): Length {
  return { days: Math.min(days, Math.floor(maxMs / dayMs)), ms: Math.min(ms, maxMs) };
}
