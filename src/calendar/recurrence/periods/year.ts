import { type Blocks, cycleOf, cycleYears } from '../blocks.ts';
import { ascendingDays, daysFrom, monthDays, weekdaysIn, yearDays } from '../candidate-days.ts';
import {
  civilDate,
  dayMs,
  dayOf,
  firstOfWeekYear,
  firstOfYear,
  weekdayOf,
  weeksInYear,
  weekYearOf,
  yearOf,
} from '../civil.ts';
import {
  allOf,
  monthDayLimit,
  monthLimit,
  monthRange,
  nthWeekdayLimit,
  weekdayLimit,
  yearDayLimit,
  yearRange,
} from '../day-limits.ts';
import type { Rule, WallMs } from '../rule.ts';
import { atTimes, timesOfDay } from './day-times.ts';

type DaysOfYear = (year: number) => number[];

const everyMonth = daysFrom(1, 12);

/**
 * FREQ=YEARLY by the table of RFC 5545 p. 44. Years are calendar years, but week-numbering years when BYWEEKNO is
 * there, so INTERVAL and BYSETPOS never cut a week in two (as libical). BYMONTHDAY without BYMONTH means every
 * month: the table says "expand" (as dateutil; ical.js and libical take DTSTART's month only).
 */
export function yearlySeries(rule: Rule, start: WallMs): Blocks {
  const { weekStart } = rule;
  const times = timesOfDay(rule, start);
  const byWeeks = rule.byWeekNo !== undefined;
  const cost = 100 + 20 * (rule.byDay?.length ?? 0);
  const daysOf = byWeeks ? weekDays(rule, rule.byWeekNo ?? [], start) : calendarDays(rule, start);
  return {
    step: rule.interval,
    cycle: cycleOf(cycleYears, rule.interval),
    blockOf: (wall) => (byWeeks ? weekYearOf(dayOf(wall), weekStart) : yearOf(dayOf(wall))),
    startOf: (year) => (byWeeks ? firstOfWeekYear(year, weekStart) : firstOfYear(year)) * dayMs,
    instances: (year) => atTimes(ascendingDays(daysOf(year)), times, rule, cost),
  };
}

function calendarDays(rule: Rule, start: WallMs): DaysOfYear {
  const { byMonth, byDay, byMonthDay, byYearDay } = rule;
  const rangeOf = byMonth ? monthOfDay : (day: number) => yearRange(yearOf(day));
  const limit = nthWeekdayLimit(rule, rangeOf) ?? (() => true);
  if (byYearDay) {
    const passes = allOf([monthLimit(rule), monthDayLimit(rule), limit]);
    return (year) => yearDays(year, byYearDay, rule).filter(passes);
  }
  if (byMonthDay) {
    const months = byMonth ?? everyMonth;
    return (year) => months.flatMap((month) => monthDays(year, month, byMonthDay, rule)).filter(limit);
  }
  if (byDay && byMonth) {
    return (year) => byMonth.flatMap((month) => weekdaysIn(monthRange(year, month), byDay));
  }
  if (byDay) return (year) => weekdaysIn(yearRange(year), byDay);
  const { month, day } = civilDate(dayOf(start));
  return (year) => (byMonth ?? [month]).flatMap((each) => monthDays(year, each, [day], rule));
}

/** A week without a day is meant on DTSTART's weekday (§3.3.10: what the rule leaves open comes from DTSTART). */
function weekDays(rule: Rule, byWeekNo: readonly number[], start: WallMs): DaysOfYear {
  const { weekStart, byDay, byMonthDay, byYearDay } = rule;
  const weekday = weekdayOf(dayOf(start));
  const isOpen = !byDay && !byMonthDay && !byYearDay;
  const passes = allOf([
    isOpen ? (day) => weekdayOf(day) === weekday : weekdayLimit(rule),
    ...[monthLimit(rule), monthDayLimit(rule), yearDayLimit(rule)],
  ]);
  return (year) => {
    const weeks = weeksInYear(year, weekStart);
    return byWeekNo
      .map((number) => (number > 0 ? number : weeks + number + 1))
      .filter((week) => week >= 1 && week <= weeks)
      .flatMap((week) => daysFrom(firstOfWeekYear(year, weekStart) + (week - 1) * 7, 7))
      .filter(passes);
  };
}

function monthOfDay(day: number) {
  const { year, month } = civilDate(day);
  return monthRange(year, month);
}
