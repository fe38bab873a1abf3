import { MailboxError } from '../domain/errors.ts';
import { formatInstant, parseInstant, zonedInstant } from '../domain/time.ts';
import type { TimeWindow } from './event.ts';

const dayMs = 86_400_000;
const plainDate = /^\d{4}-\d{2}-\d{2}$/u;
const wallClock = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?$/iu;

/** An instant, and the wall clock that days are counted from. */
interface Point {
  instant: number;
  /** As written: where the clocks skip midnight, that of the instant is later. */
  wall: string;
}

/**
 * The half-open window two parameters mean: without offset in `zone`, an `end` that is a plain date with its whole day,
 * without `end` seven days by the calendar. @throws MailboxError `invalid_input` naming the parameter at fault.
 */
export function windowOf(start: string, end: string | undefined, zone: string, maxYears: number): TimeWindow {
  const from = pointOf('start', start, zone);
  const to = end === undefined ? daysFrom(from, 7, zone) : endOf(end, zone);
  return checked({ from: from.instant, to: to.instant }, maxYears);
}

/** A year back and a year ahead, where nothing else is said. @throws as `windowOf`. */
export function searchWindow(
  { start, end }: { start?: string | undefined; end?: string | undefined },
  zone: string,
  now: number,
  maxYears: number,
): TimeWindow {
  const year = 365;
  const today = { instant: now, wall: wallAt(now, zone) };
  const given = start === undefined ? undefined : pointOf('start', start, zone);
  const until = end === undefined ? undefined : endOf(end, zone);
  const from = given ?? daysFrom(until && until.instant < now ? until : today, -year, zone);
  const to = until ?? daysFrom(from.instant > now ? from : today, year, zone);
  return checked({ from: from.instant, to: to.instant }, maxYears);
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
function daysFrom({ wall }: Point, days: number, zone: string): Point {
  const shifted = new Date(Date.parse(`${wall}Z`) + days * dayMs).toISOString().slice(0, 19);
  return { instant: zonedInstant(shifted, zone).getTime(), wall: shifted };
}

function endOf(end: string, zone: string): Point {
  const point = pointOf('end', end, zone);
  return plainDate.test(end.trim()) ? daysFrom(point, 1, zone) : point;
}

function pointOf(field: string, text: string, zone: string): Point {
  const instant = parseInstant(text, zone)?.getTime();
  // Expansion and answers know years of four digits; the edges leave room for offsets and days added.
  if (instant !== undefined && instant > Date.UTC(1000, 0) && instant < Date.UTC(9990, 0)) {
    const [, date, time = '00:00'] = wallClock.exec(text.trim()) ?? [];
    return { instant, wall: date === undefined ? wallAt(instant, zone) : `${date}T${time}` };
  }
  throw new MailboxError('invalid_input', `\`${field}\` is not a date or date-time.`, {
    hint: 'Write 2026-03-30, 2026-03-30T09:30 or 2026-03-30T09:30:00+02:00.',
  });
}

function wallAt(instant: number, zone: string): string {
  return formatInstant(new Date(instant), zone).slice(0, 19);
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
