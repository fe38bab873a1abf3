import type { WallMs } from './rule.ts';

/** Proleptic Gregorian arithmetic on day numbers (days since 1 January 1970) and wall clocks. */

export const dayMs = 86_400_000;
/** 31 December 9999, 23:59:59: iCalendar knows no later time, so every series ends here. */
export const lastWall: WallMs = 253_402_300_799_000;

export interface CivilDate {
  year: number;
  /** 1 to 12. */
  month: number;
  /** 1 to 31. */
  day: number;
}

/** Always 0 or positive, unlike `%`. */
export function modulo(value: number, divisor: number): number {
  const rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}

export function dayOf(wall: WallMs): number {
  return Math.floor(wall / dayMs);
}

/** Sunday 0. */
export function weekdayOf(day: number): number {
  return modulo(day + 4, 7);
}

export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInYear(year: number): number {
  return isLeap(year) ? 366 : 365;
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (monthLengths[month - 1] ?? 0);
}

const daysBeforeMonth = monthLengths.map((_, month) =>
  monthLengths.slice(0, month).reduce((sum, length) => sum + length, 0),
);

export function firstOfYear(year: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  return before * 365 + leapDays - 719_162;
}

export function firstOfMonth(year: number, month: number): number {
  const leapDay = month > 2 && isLeap(year) ? 1 : 0;
  return firstOfYear(year) + (daysBeforeMonth[month - 1] ?? 0) + leapDay;
}

export function yearOf(day: number): number {
  const guess = Math.floor((day + 719_162) / 365.2425) + 1;
  if (firstOfYear(guess) > day) return guess - 1;
  return firstOfYear(guess + 1) <= day ? guess + 1 : guess;
}

export function civilDate(day: number): CivilDate {
  const year = yearOf(day);
  const inYear = day - firstOfYear(year);
  // The 31-day guess is at most one month too early, and never too late.
  let month = Math.floor(inYear / 31) + 1;
  if (month < 12 && firstOfMonth(year, month + 1) <= day) month += 1;
  return { year, month, day: day - firstOfMonth(year, month) + 1 };
}

/** First day of week 1: the first week with at least four days in the year (RFC 5545 §3.3.10, ISO 8601). */
export function firstOfWeekYear(year: number, weekStart: number): number {
  const fourth = firstOfYear(year) + 3;
  return fourth - modulo(weekdayOf(fourth) - weekStart, 7);
}

/** The year whose numbered weeks hold the day: 2 January 2016 lies in week 53 of 2015. */
export function weekYearOf(day: number, weekStart: number): number {
  const year = yearOf(day);
  if (day < firstOfWeekYear(year, weekStart)) return year - 1;
  return day >= firstOfWeekYear(year + 1, weekStart) ? year + 1 : year;
}

export function weeksInYear(weekYear: number, weekStart: number): number {
  return (firstOfWeekYear(weekYear + 1, weekStart) - firstOfWeekYear(weekYear, weekStart)) / 7;
}
