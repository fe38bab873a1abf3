import { daysInMonth, firstOfMonth, modulo, weekdayOf } from './civil.ts';
import { type DayRange, yearRange } from './day-limits.ts';
import type { ByDay, Rule } from './rule.ts';

/** The days of a month that BYMONTHDAY names; a day the month lacks is omitted, or moved as SKIP says (RFC 7529). */
export function monthDays(year: number, month: number, byMonthDay: readonly number[], rule: Rule): number[] {
  const range = { first: firstOfMonth(year, month), length: daysInMonth(year, month) };
  return numberedDays(range, byMonthDay, rule);
}

/** The days of a year that BYYEARDAY names, with SKIP as above. */
export function yearDays(year: number, byYearDay: readonly number[], rule: Rule): number[] {
  return numberedDays(yearRange(year), byYearDay, rule);
}

function numberedDays({ first, length }: DayRange, wanted: readonly number[], { skip }: Rule): number[] {
  const last = first + length - 1;
  const days: number[] = [];
  for (const number of wanted) {
    const day = number > 0 ? first + number - 1 : last + number + 1;
    if (day >= first && day <= last) days.push(day);
    else if (skip === 'forward') days.push(day > last ? last + 1 : first);
    else if (skip === 'backward') days.push(day > last ? last : first - 1);
  }
  return days;
}

/** The days BYDAY names within a month or year. */
export function weekdaysIn({ first, length }: DayRange, byDay: readonly ByDay[]): number[] {
  const end = first + length;
  const days: number[] = [];
  for (const { weekday, nth } of byDay) {
    const earliest = first + modulo(weekday - weekdayOf(first), 7);
    const latest = end - 1 - modulo(weekdayOf(end - 1) - weekday, 7);
    if (nth === undefined) for (let day = earliest; day < end; day += 7) days.push(day);
    else {
      const day = nth > 0 ? earliest + (nth - 1) * 7 : latest + (nth + 1) * 7;
      if (day >= first && day < end) days.push(day);
    }
  }
  return days;
}

/** Every day from `first` on. */
export function daysFrom(first: number, length: number): number[] {
  return Array.from({ length }, (_, index) => first + index);
}

export function ascendingDays(days: readonly number[]): number[] {
  return [...new Set(days)].sort((one, other) => one - other);
}
