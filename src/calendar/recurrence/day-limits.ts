import {
  civilDate,
  daysInMonth,
  daysInYear,
  firstOfMonth,
  firstOfWeekYear,
  firstOfYear,
  weekdayOf,
  weeksInYear,
  weekYearOf,
  yearOf,
} from './civil.ts';
import type { ByDay, Rule } from './rule.ts';

export type DayLimit = (day: number) => boolean;

/** A run of days: the month or the year in which weekdays are counted. */
export interface DayRange {
  first: number;
  length: number;
}

export function monthRange(year: number, month: number): DayRange {
  return { first: firstOfMonth(year, month), length: daysInMonth(year, month) };
}

export function yearRange(year: number): DayRange {
  return { first: firstOfYear(year), length: daysInYear(year) };
}

/** Day numbers that pass every limit given. */
export function allOf(limits: readonly (DayLimit | undefined)[]): DayLimit {
  const given = limits.filter((limit) => limit !== undefined);
  return (day) => given.every((limit) => limit(day));
}

export function monthLimit({ byMonth }: Rule): DayLimit | undefined {
  const months = byMonth && new Set(byMonth);
  return months && ((day) => months.has(civilDate(day).month));
}

export function monthDayLimit({ byMonthDay }: Rule): DayLimit | undefined {
  const monthDays = byMonthDay && new Set(byMonthDay);
  return (
    monthDays &&
    ((day) => {
      const { year, month, day: monthDay } = civilDate(day);
      return monthDays.has(monthDay) || monthDays.has(monthDay - daysInMonth(year, month) - 1);
    })
  );
}

export function yearDayLimit({ byYearDay }: Rule): DayLimit | undefined {
  const yearDays = byYearDay && new Set(byYearDay);
  return (
    yearDays &&
    ((day) => {
      const { first, length } = yearRange(yearOf(day));
      return yearDays.has(day - first + 1) || yearDays.has(day - first - length);
    })
  );
}

export function weekNoLimit({ byWeekNo, weekStart }: Rule): DayLimit | undefined {
  const weeks = byWeekNo && new Set(byWeekNo);
  return (
    weeks &&
    ((day) => {
      const weekYear = weekYearOf(day, weekStart);
      const week = Math.floor((day - firstOfWeekYear(weekYear, weekStart)) / 7) + 1;
      return weeks.has(week) || weeks.has(week - weeksInYear(weekYear, weekStart) - 1);
    })
  );
}

/** BYDAY where its numbers have no meaning and are ignored: daily and weekly rules, and beside BYWEEKNO. */
export function weekdayLimit({ byDay }: Rule): DayLimit | undefined {
  const weekdays = byDay && new Set(byDay.map(({ weekday }) => weekday));
  return weekdays && ((day) => weekdays.has(weekdayOf(day)));
}

/** BYDAY with its numbers, counted within the range the day lies in. */
export function nthWeekdayLimit({ byDay }: Rule, rangeOf: (day: number) => DayRange): DayLimit | undefined {
  return byDay && ((day) => byDay.some((entry) => isNth(day, entry, rangeOf)));
}

function isNth(day: number, { weekday, nth }: ByDay, rangeOf: (day: number) => DayRange): boolean {
  if (weekdayOf(day) !== weekday) return false;
  if (nth === undefined) return true;
  const { first, length } = rangeOf(day);
  const fromFront = Math.floor((day - first) / 7) + 1;
  const fromBack = -Math.floor((first + length - 1 - day) / 7) - 1;
  return nth === fromFront || nth === fromBack;
}
