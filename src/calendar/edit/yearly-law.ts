import { weekdayCodes } from '../recurrence/rule.ts';
import { startOfDay } from '../time/wall.ts';
import type { ZoneChange } from './zone-changes.ts';

/** A change of clocks that comes back every year. */
export interface YearlyLaw {
  /** RECUR value. */
  rule: string;
  /** Its changes, of consecutive years up to the last. */
  changes: ZoneChange[];
}

/** All changes of a zone in a stretch of time. */
export interface Laws {
  yearly: YearlyLaw[];
  /** Of the years before the laws held, and of zones without law. */
  single: ZoneChange[];
}

/** In so many years every date falls on every weekday: a rule that fits them all is the only one that does. */
export const cycleYears = 28;

interface Law {
  rule: string;
  fits(change: ZoneChange): boolean;
}

/**
 * Sorts changes into yearly laws, from the year on from which they all hold, and single ones.
 * @param lastYear the last year whose changes are all given
 */
export function lawsOf(changes: readonly ZoneChange[], lastYear: number): Laws {
  const inYear = (year: number) => changes.filter((change) => yearOf(change) === year);
  const years = Array.from({ length: cycleYears }, (_, index) => inYear(lastYear - index));
  const count = years[0]?.length ?? 0;
  const laws = Array.from({ length: count }, (_, index) => lawOf(years.flatMap((year) => year[index] ?? [])));
  const known = laws.filter((law) => law !== undefined);
  if (count === 0 || known.length < count || years.some((year) => year.length !== count)) {
    return { yearly: [], single: [...changes] };
  }
  const holds = (year: ZoneChange[]) =>
    year.length === count && year.every((change, index) => known[index]?.fits(change));
  let first = lastYear;
  while (holds(inYear(first - 1))) first -= 1;
  const yearly = known.map(({ rule, fits }) => ({
    rule,
    changes: changes.filter((change) => yearOf(change) >= first && fits(change)),
  }));
  return { yearly, single: changes.filter((change) => yearOf(change) < first) };
}

/** The rule behind one change a year, each with the same offsets, month and hour; undefined when there is none. */
function lawOf(changes: readonly ZoneChange[]): Law | undefined {
  const [first] = changes;
  if (!first || changes.length < cycleYears) return undefined;
  const dates = changes.map(dateOf);
  const days = { from: Math.min(...dates), to: Math.max(...dates) };
  const isAlike = (change: ZoneChange) =>
    change.from === first.from &&
    change.to === first.to &&
    monthOf(change) === monthOf(first) &&
    change.wall - startOfDay(change.wall) === first.wall - startOfDay(first.wall) &&
    dateOf(change) >= days.from &&
    dateOf(change) <= days.to;
  if (!changes.every(isAlike)) return undefined;
  const month = `FREQ=YEARLY;BYMONTH=${monthOf(first) + 1}`;
  if (days.from === days.to) return { rule: `${month};BYMONTHDAY=${days.from}`, fits: isAlike };
  const fits = (change: ZoneChange) => isAlike(change) && weekdayOf(change) === weekdayOf(first);
  if (days.to - days.from > 6 || !changes.every(fits)) return undefined;
  return { rule: `${month};${dayRule(days, first)}`, fits };
}

/** `2SU`, `-1SU`, or the one such weekday among seven days. */
function dayRule({ from, to }: { from: number; to: number }, change: ZoneChange): string {
  const weekday = weekdayCodes[weekdayOf(change)];
  const monthLength = new Date(Date.UTC(2001, monthOf(change) + 1, 0)).getUTCDate();
  if (to === monthLength && monthOf(change) !== 1) return `BYDAY=-1${weekday}`;
  if (to % 7 === 0 && to - from === 6) return `BYDAY=${to / 7}${weekday}`;
  const days = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return `BYMONTHDAY=${days.join()};BYDAY=${weekday}`;
}

function yearOf({ wall }: ZoneChange): number {
  return new Date(wall).getUTCFullYear();
}

function monthOf({ wall }: ZoneChange): number {
  return new Date(wall).getUTCMonth();
}

function dateOf({ wall }: ZoneChange): number {
  return new Date(wall).getUTCDate();
}

function weekdayOf({ wall }: ZoneChange): number {
  return new Date(wall).getUTCDay();
}
