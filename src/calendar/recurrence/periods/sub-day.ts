import { type Blocks, commonDivisor, cycleDays, cycleOf } from '../blocks.ts';
import { daysFrom } from '../candidate-days.ts';
import { dayMs, dayOf, modulo } from '../civil.ts';
import { noInstances, pick, product } from '../instance-set.ts';
import type { Rule, WallMs } from '../rule.ts';
import { dayLimit } from './day.ts';
import { timesOfHour, timesOfMinute } from './day-times.ts';

/** What a rule finer than daily counts in. */
interface Unit {
  ms: number;
  /** Numbers of the units in a day that BYHOUR, BYMINUTE and BYSECOND leave; undefined for all of them. */
  ofDay: number[] | undefined;
  /** What the finer parts name within one unit. */
  offsets: number[];
}

/** FREQ=HOURLY, MINUTELY and SECONDLY by the table of RFC 5545 p. 44, counted on the wall clock. */
export function subDailySeries(rule: Rule, start: WallMs): Blocks {
  const unit = unitOf(rule, start);
  const within = pick(product([0], unit.offsets), rule.bySetPos);
  const offsets = daysFrom(0, within.size).map((index) => within.at(index));
  const passes = dayLimit(rule);
  return passes || unit.ofDay
    ? byDays(rule, start, { ...unit, offsets })
    : bySteps(rule, { ...unit, offsets });
}

/** Nothing is limited: every step holds the same, and arithmetic reaches each. */
function bySteps(rule: Rule, { ms, offsets }: Unit): Blocks {
  return {
    step: rule.interval,
    cycle: 1,
    uniform: offsets.length,
    blockOf: (wall) => Math.floor(wall / ms),
    startOf: (block) => block * ms,
    // An instance is a step of work by itself; that each has a block of its own does not make it two.
    instances: (block) => ({ ...product([block * ms], offsets), cost: 0 }),
  };
}

/** Whole days are passed over when a limit excludes them; within a day, INTERVAL is a question of remainders. */
function byDays(rule: Rule, start: WallMs, { ms, ofDay, offsets }: Unit): Blocks {
  const { interval } = rule;
  const passes = dayLimit(rule) ?? (() => true);
  const perDay = dayMs / ms;
  const first = Math.floor(start / ms);
  const shared = commonDivisor(interval, perDay);
  // Whatever the day, INTERVAL only ever reaches units that leave the same rest as DTSTART's.
  const reachable = ofDay?.filter((unit) => modulo(unit - first, shared) === 0);
  const hits = hitsOfDay(perDay, interval, reachable);
  const cost = 1 + Math.ceil(Math.min(reachable?.length ?? perDay, perDay / interval));
  return {
    step: 1,
    cycle: reachable?.length === 0 ? 1 : cycleOf(cycleDays, interval / shared) * (interval / shared),
    blockOf: dayOf,
    startOf: (day) => day * dayMs,
    instances: (day) => {
      if (!passes(day)) return noInstances;
      const bases = hits(modulo(first - day * perDay, interval)).map((unit) => day * dayMs + unit * ms);
      return { ...product(bases, offsets), cost };
    },
  };
}

/** Units of a day, of those allowed, that INTERVAL reaches when its steps leave `rest`; by the shorter of two ways. */
function hitsOfDay(perDay: number, interval: number, allowed: number[] | undefined) {
  if (allowed && allowed.length < perDay / interval) {
    return (rest: number) => allowed.filter((unit) => unit % interval === rest);
  }
  const isAllowed = new Uint8Array(perDay).fill(allowed ? 0 : 1);
  for (const unit of allowed ?? []) isAllowed[unit] = 1;
  return (rest: number) => {
    const hits: number[] = [];
    for (let unit = rest; unit < perDay; unit += interval) if (isAllowed[unit] === 1) hits.push(unit);
    return hits;
  };
}

function unitOf(rule: Rule, start: WallMs): Unit {
  const hours = rule.byHour ?? daysFrom(0, 24);
  const minutes = rule.byMinute ?? daysFrom(0, 60);
  if (rule.frequency === 'HOURLY') {
    return { ms: 3_600_000, ofDay: rule.byHour, offsets: timesOfHour(rule, start) };
  }
  const inHours = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
  const limitsMinutes = rule.byHour || rule.byMinute;
  if (rule.frequency === 'MINUTELY') {
    return { ms: 60_000, ofDay: limitsMinutes && inHours, offsets: timesOfMinute(rule, start) };
  }
  const seconds = rule.bySecond ?? daysFrom(0, 60);
  const limitsSeconds = limitsMinutes || rule.bySecond;
  const inMinutes = () => inHours.flatMap((minute) => seconds.map((second) => minute * 60 + second));
  return { ms: 1_000, ofDay: limitsSeconds && inMinutes(), offsets: [0] };
}
