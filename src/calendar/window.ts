import { MailboxError } from '../domain/errors.ts';
import { formatInstant, parseInstant, zonedInstant } from '../domain/time.ts';
import type { TimeWindow } from './event.ts';

const dayMs = 86_400_000;
const plainDate = /^\d{4}-\d{2}-\d{2}$/u;

/**
 * The half-open window two parameters mean: without offset in `zone`, an `end` that is a plain date with its whole day,
 * without `end` seven days by the calendar. @throws MailboxError `invalid_input` naming the parameter at fault.
 */
export function windowOf(start: string, end: string | undefined, zone: string, maxYears: number): TimeWindow {
  const from = instantOf('start', start, zone);
  const to = end === undefined ? addDays(from, 7, zone) : endOf(end, zone);
  return checked({ from, to }, maxYears);
}

/** A year back and a year ahead, where nothing else is said. @throws as `windowOf`. */
export function searchWindow(
  { start, end }: { start?: string | undefined; end?: string | undefined },
  zone: string,
  now: number,
  maxYears: number,
): TimeWindow {
  const year = 365;
  const given = start === undefined ? undefined : instantOf('start', start, zone);
  const until = end === undefined ? undefined : endOf(end, zone);
  const from = given ?? addDays(Math.min(now, until ?? now), -year, zone);
  const to = until ?? addDays(Math.max(now, from), year, zone);
  return checked({ from, to }, maxYears);
}

/** A window in pieces, each `growth` times as long as the one before: what is found soon does not cost all of it. */
export function* partsOf({ from, to }: TimeWindow, firstMs: number, growth: number): Generator<TimeWindow> {
  let step = firstMs;
  for (let begin = from; begin < to; step *= growth) {
    const end = Math.min(begin + step, to);
    yield { from: begin, to: end };
    begin = end;
  }
}

/** The same wall clock `days` later, or earlier: a day has 23 to 25 hours. */
export function addDays(instant: number, days: number, zone: string): number {
  const wall = Date.parse(`${formatInstant(new Date(instant), zone).slice(0, 19)}Z`);
  return zonedInstant(new Date(wall + days * dayMs).toISOString().slice(0, 19), zone).getTime();
}

function endOf(end: string, zone: string): number {
  const instant = instantOf('end', end, zone);
  return plainDate.test(end.trim()) ? addDays(instant, 1, zone) : instant;
}

function instantOf(field: string, text: string, zone: string): number {
  const instant = parseInstant(text, zone)?.getTime();
  // Expansion and answers know years of four digits; the edges leave room for offsets and days added.
  if (instant !== undefined && instant > Date.UTC(1000, 0) && instant < Date.UTC(9990, 0)) return instant;
  throw new MailboxError('invalid_input', `\`${field}\` is not a date or date-time.`, {
    hint: 'Write 2026-03-30, 2026-03-30T09:30 or 2026-03-30T09:30:00+02:00.',
  });
}

function checked({ from, to }: TimeWindow, maxYears: number): TimeWindow {
  if (to <= from) {
    throw new MailboxError('invalid_input', '`end` does not lie after `start`.', {
      hint: 'An `end` that is a plain date includes its whole day.',
    });
  }
  if (to - from > maxYears * 366 * dayMs) {
    const most = maxYears === 1 ? 'a year' : `${maxYears} years`;
    throw new MailboxError('invalid_input', `More than ${most} cannot be asked for at once.`, {
      hint: 'Ask for a shorter range.',
    });
  }
  return { from, to };
}
