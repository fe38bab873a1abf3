import { dayMs, modulo } from '../civil.ts';
import { type InstanceSet, pick, product } from '../instance-set.ts';
import type { Rule, WallMs } from '../rule.ts';

const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Times of day the rule names, as offsets from midnight; what it leaves open comes from DTSTART. */
export function timesOfDay(rule: Rule, start: WallMs): number[] {
  const time = modulo(start, dayMs);
  const hours = rule.byHour ?? [Math.floor(time / hourMs)];
  return combine(hours, hourMs, timesOfHour(rule, start));
}

export function timesOfHour(rule: Rule, start: WallMs): number[] {
  const minutes = rule.byMinute ?? [Math.floor(modulo(start, hourMs) / minuteMs)];
  return combine(minutes, minuteMs, timesOfMinute(rule, start));
}

export function timesOfMinute(rule: Rule, start: WallMs): number[] {
  const seconds = rule.bySecond ?? [Math.floor(modulo(start, minuteMs) / secondMs)];
  return combine(seconds, secondMs, [0]);
}

function combine(values: readonly number[], unit: number, offsets: readonly number[]): number[] {
  return values.flatMap((value) => offsets.map((offset) => value * unit + offset));
}

/** The days (ascending) at the rule's times, of which BYSETPOS picks; `cost` is what the days took. */
export function atTimes(
  days: readonly number[],
  times: readonly number[],
  { bySetPos }: Rule,
  cost: number,
): InstanceSet {
  const midnights = days.map((day) => day * dayMs);
  return pick({ ...product(midnights, times), cost }, bySetPos);
}
