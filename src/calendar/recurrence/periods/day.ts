import { type Blocks, cycleDays, cycleOf } from '../blocks.ts';
import { dayMs, dayOf } from '../civil.ts';
import {
  allOf,
  type DayLimit,
  monthDayLimit,
  monthLimit,
  weekdayLimit,
  weekNoLimit,
  yearDayLimit,
} from '../day-limits.ts';
import { noInstances } from '../instance-set.ts';
import type { Rule, WallMs } from '../rule.ts';
import { atTimes, timesOfDay } from './day-times.ts';

/** FREQ=DAILY by the table of RFC 5545 p. 44: every part about days limits; BYWEEKNO, forbidden here, does too. */
export function dailySeries(rule: Rule, start: WallMs): Blocks {
  const times = timesOfDay(rule, start);
  const passes = dayLimit(rule);
  const instances = (day: number) => atTimes([day], times, rule, 1);
  return {
    step: rule.interval,
    cycle: cycleOf(cycleDays, rule.interval),
    blockOf: dayOf,
    startOf: (day) => day * dayMs,
    instances: passes ? (day) => (passes(day) ? instances(day) : noInstances) : instances,
    ...(passes ? {} : { uniform: instances(0).size }),
  };
}

/** The parts about days as a rule that is daily or finer reads them; undefined when it has none. */
export function dayLimit(rule: Rule): DayLimit | undefined {
  const limits = [
    ...[weekdayLimit(rule), monthLimit(rule), monthDayLimit(rule), yearDayLimit(rule), weekNoLimit(rule)],
  ].filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : allOf(limits);
}
