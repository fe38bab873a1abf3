import { type Blocks, cycleMonths, cycleOf } from '../blocks.ts';
import { ascendingDays, daysFrom, monthDays, weekdaysIn } from '../candidate-days.ts';
import { civilDate, dayMs, dayOf, firstOfMonth, modulo, weekdayOf } from '../civil.ts';
import { allOf, monthRange, nthWeekdayLimit, weekNoLimit, yearDayLimit } from '../day-limits.ts';
import { noInstances } from '../instance-set.ts';
import type { Rule, WallMs } from '../rule.ts';
import { atTimes, timesOfDay } from './day-times.ts';

type DaysOfMonth = (year: number, month: number) => number[];

/** FREQ=MONTHLY by the table of RFC 5545 p. 44; BYYEARDAY and BYWEEKNO, which it forbids here, limit. */
export function monthlySeries(rule: Rule, start: WallMs): Blocks {
  const times = timesOfDay(rule, start);
  const months = new Set(rule.byMonth ?? daysFrom(1, 12));
  const passes = allOf([yearDayLimit(rule), weekNoLimit(rule)]);
  const daysOf = candidates(rule, start);
  const cost = 5 + (rule.byDay?.length ?? 0);
  return {
    step: rule.interval,
    cycle: cycleOf(cycleMonths, rule.interval),
    blockOf: (wall) => {
      const { year, month } = civilDate(dayOf(wall));
      return year * 12 + month - 1;
    },
    startOf: (block) => firstOfMonth(Math.floor(block / 12), modulo(block, 12) + 1) * dayMs,
    instances: (block) => {
      const month = modulo(block, 12) + 1;
      if (!months.has(month)) return noInstances;
      return atTimes(ascendingDays(daysOf(Math.floor(block / 12), month).filter(passes)), times, rule, cost);
    },
  };
}

function candidates(rule: Rule, start: WallMs): DaysOfMonth {
  const { byMonthDay, byDay, byYearDay, byWeekNo } = rule;
  if (byMonthDay) {
    return (year, month) => {
      const isNamed = nthWeekdayLimit(rule, () => monthRange(year, month)) ?? (() => true);
      return monthDays(year, month, byMonthDay, rule).filter(isNamed);
    };
  }
  if (byDay) return (year, month) => weekdaysIn(monthRange(year, month), byDay);
  if (byYearDay) {
    return (year, month) => {
      const { first, length } = monthRange(year, month);
      return daysFrom(first, length);
    };
  }
  if (byWeekNo) {
    const sameWeekday = [{ weekday: weekdayOf(dayOf(start)) }];
    return (year, month) => weekdaysIn(monthRange(year, month), sameWeekday);
  }
  const { day } = civilDate(dayOf(start));
  return (year, month) => monthDays(year, month, [day], rule);
}
