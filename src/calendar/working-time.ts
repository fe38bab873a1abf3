import { MailboxError } from '../domain/errors.ts';
import { union } from '../domain/spans.ts';
import { formatInstant, zonedInstant } from '../domain/time.ts';
import type { TimeWindow } from './event.ts';

const dayMs = 86_400_000;
const weekdays = ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa'];
const names =
  /^(?:su(?:n(?:day)?)?|mo(?:n(?:day)?)?|tu(?:e(?:s(?:day)?)?)?|we(?:d(?:nesday)?)?|th(?:u(?:rs(?:day)?)?)?|fr(?:i(?:day)?)?|sa(?:t(?:urday)?)?)$/u;

/** When somebody works, by the wall clock. */
export interface WorkingTime {
  /** Minutes since midnight; an `end` below `start` lies on the next day. */
  start: number;
  end: number;
  /** Sunday 0. */
  days: ReadonlySet<number>;
}

/** `9-5` is meant as a day and not as a night: over midnight the hours are written out. */
const writtenOut = /^\s*\d{2}[:.]\d{2}\s*[-–]\s*\d{2}[:.]\d{2}\s*$/u;

/**
 * @param hours `HH:MM-HH:MM`, also `9-17` and `9.00-17.00`, up to `24:00`; over midnight where the end is the earlier,
 * then only as `HH:MM-HH:MM`.
 * @param days `mo` to `su`, or their English names.
 * @throws MailboxError `invalid_input` naming the parameter at fault.
 */
export function workingTime(
  hours = '09:00-17:00',
  days: readonly string[] = ['mo', 'tu', 'we', 'th', 'fr'],
): WorkingTime {
  const [, startHour, startMinute, endHour, endMinute] =
    /^\s*(\d{1,2})(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?\s*$/u.exec(hours) ?? [];
  const start = minutes(startHour, startMinute);
  const end = minutes(endHour, endMinute);
  const isSpan = start !== undefined && end !== undefined && start !== 1440 && start !== end;
  if (!isSpan || (end < start && !writtenOut.test(hours))) {
    throw new MailboxError('invalid_input', '`workingHours` is not a span of a day.', {
      hint: 'Write it like 09:00-17:00, over midnight 22:00-06:00; the whole day is 00:00-24:00.',
    });
  }
  const numbers = days
    .map((day) => day.trim().toLowerCase())
    .map((day) => (names.test(day) ? weekdays.indexOf(day.slice(0, 2)) : -1));
  if (numbers.length === 0 || numbers.includes(-1)) {
    throw new MailboxError('invalid_input', '`workingDays` holds something that is no weekday.', {
      hint: 'Use some of: mo, tu, we, th, fr, sa, su.',
    });
  }
  return { start, end, days: new Set(numbers) };
}

/** The spans of a window somebody works in, sorted and apart; days have 23 to 25 hours where the clocks change. */
export function workingSpans(
  { start, end, days }: WorkingTime,
  window: TimeWindow,
  zone: string,
): TimeWindow[] {
  const at = (day: number, minute: number) => {
    const wall = new Date(day + minute * 60_000).toISOString().slice(0, 19);
    return zonedInstant(wall, zone).getTime();
  };
  const spans: TimeWindow[] = [];
  // One day early: its night may reach into the window.
  const last = dayOf(window.to, zone);
  for (let day = dayOf(window.from, zone) - dayMs; day <= last; day += dayMs) {
    if (!days.has(new Date(day).getUTCDay())) continue;
    const from = Math.max(at(day, start), window.from);
    const to = Math.min(at(day, end > start ? end : end + 1440), window.to);
    spans.push({ from, to });
  }
  return union(spans);
}

/** The local day as UTC midnight. */
function dayOf(instant: number, zone: string): number {
  return Date.parse(`${formatInstant(new Date(instant), zone).slice(0, 10)}T00:00:00Z`);
}

function minutes(hour: string | undefined, minute = '00'): number | undefined {
  const total = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && total <= 1440 ? total : undefined;
}
