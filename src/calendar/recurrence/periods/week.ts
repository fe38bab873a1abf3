import { type Blocks, cycleOf, cycleWeeks } from '../blocks.ts';
import { daysFrom } from '../candidate-days.ts';
import { dayMs, dayOf, weekdayOf } from '../civil.ts';
import { allOf, monthDayLimit, monthLimit, weekdayLimit, weekNoLimit, yearDayLimit } from '../day-limits.ts';
import type { Rule, WallMs } from '../rule.ts';
import { atTimes, timesOfDay } from './day-times.ts';

/** Day 0 was a Thursday: so far after it the first Sunday comes. */
const firstSunday = 3;

/**
 * FREQ=WEEKLY by the table of RFC 5545 p. 44, weeks beginning on WKST. BYMONTHDAY, BYYEARDAY and BYWEEKNO, which it
 * forbids here, limit; the first two say the day themselves, so DTSTART's weekday is not asked for then.
 */
export function weeklySeries(rule: Rule, start: WallMs): Blocks {
  const times = timesOfDay(rule, start);
  const offset = firstSunday + rule.weekStart;
  const weekday = weekdayOf(dayOf(start));
  const isOpen = !rule.byDay && !rule.byMonthDay && !rule.byYearDay;
  const onWeekday = isOpen ? (day: number) => weekdayOf(day) === weekday : weekdayLimit(rule);
  const limits = [monthLimit(rule), monthDayLimit(rule), yearDayLimit(rule), weekNoLimit(rule)];
  const passes = allOf([onWeekday, ...limits]);
  const instances = (week: number) => atTimes(daysFrom(week * 7 + offset, 7).filter(passes), times, rule, 3);
  return {
    step: rule.interval,
    cycle: cycleOf(cycleWeeks, rule.interval),
    blockOf: (wall) => Math.floor((dayOf(wall) - offset) / 7),
    startOf: (week) => (week * 7 + offset) * dayMs,
    instances,
    ...(limits.every((limit) => limit === undefined) ? { uniform: instances(0).size } : {}),
  };
}
