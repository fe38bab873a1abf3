import type { Component } from '../ics/document.ts';
import { dayMs, startOfDay } from '../time/wall.ts';
import { instantOf, type Moment, type Moments } from './moment.ts';
import { property } from './property.ts';

/** How long an event lasts: nominal days on the wall clock, then exact milliseconds (RFC 5545 §3.3.6). */
export interface Length {
  days: number;
  ms: number;
}

const none: Length = { days: 0, ms: 0 };
const oneDay: Length = { days: 1, ms: 0 };
const maxMs = 10_000 * 366 * dayMs;

/**
 * DTEND gives all members of a series the same exact length, DURATION the same nominal one (RFC 5545 §3.8.5.3);
 * without either a day lasts one day and a time none (§3.6.1). An end before the start, and a negative duration,
 * count as none: the event is shown at its start.
 */
export function lengthOf(event: Component, start: Moment, moments: Moments): Length {
  const end = moments.first(event, 'DTEND', start.clock);
  const duration = readDuration(property(event, 'DURATION')?.values[0]);
  const length = end ? between(start, end) : (duration ?? none);
  return start.allDay ? wholeDays(length) : bounded(length);
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
  return signed && (signed.days < 0 || signed.ms < 0 ? none : signed);
}

/** The same with its sign, as triggers have it. */
export function readSignedDuration(value: unknown): Length | undefined {
  const match =
    /^([+-])?P(?=.)(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?)?$/u.exec(
      typeof value === 'string' ? value.toUpperCase() : '',
    );
  if (!match) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(2)
    .map((part) => Number(part ?? 0));
  const sign = match[1] === '-' ? -1 : 1;
  return { days: sign * (weeks * 7 + days), ms: sign * ((hours * 60 + minutes) * 60 + seconds) * 1000 };
}

function wholeDays({ days, ms }: Length): Length {
  const whole = days + Math.ceil(ms / dayMs);
  return whole < 1 ? oneDay : bounded({ days: whole, ms: 0 });
}

/** Nothing lasts longer than all years of four digits; more would only push times out of what dates can say. */
function bounded({ days, ms }: Length): Length {
  return { days: Math.min(days, Math.floor(maxMs / dayMs)), ms: Math.min(ms, maxMs) };
}
