import { type Expanded, expandRule } from '../recurrence/expand-rule.ts';
import type { RuleContext } from '../recurrence/plan.ts';
import type { Rule } from '../recurrence/rule.ts';
import { dayMs, lastWall, startOfDay, type WallMs } from '../time/wall.ts';
import { type EventSet, type Instance, idOf, type KeyId, keyOf } from './event-set.ts';
import type { Moment } from './moment.ts';

/** A rule of seconds fills a month with 2.6 million instances; nobody reads so many. */
export const maxInstances = 20_000;

/** Wall clocks of the master, half open, and how many instances of a rule at most. */
export interface WallRange {
  from: WallMs;
  to: WallMs;
  limit: number;
}

export interface Instances {
  /** By their keys, in no particular order. */
  found: ReadonlyMap<KeyId, Instance>;
  /** False when a bound cut the rule. */
  complete: boolean;
  /** Where rules were cut, the wall clock after which instances may be missing. */
  cutAt?: WallMs;
}

/**
 * The recurrence set between two wall clocks of the master: DTSTART ∪ RRULE ∪ RDATE − EXDATE − EXRULE (RFC 5545
 * §3.8.5). RDATEs are all given, wherever they lie. Several RRULEs are united. A DATE in EXDATE takes out every
 * instance of that day. EXRULE is honoured but never takes away DTSTART.
 */
export function instancesBetween(set: EventSet, range: WallRange, deadline: () => boolean): Instances {
  const { master, excluded } = set;
  const found = new Map<KeyId, Instance>();
  if (!master) return { found, complete: true };
  const kept = set.rules.map((rule) => walls(rule, master.start, range, deadline));
  const whole = { ...range, limit: maxInstances };
  const dropped = excluded.rules.map((rule) => walls(rule, master.start, whole, deadline));
  const lost = new Set(dropped.flatMap(({ starts }) => starts));
  const add = (instance: Instance) => found.set(idOf(keyOf(instance.start)), instance);
  for (const wall of kept.flatMap(({ starts }) => starts)) {
    if (!lost.has(wall)) add({ start: { ...master.start, wall } });
  }
  for (const instance of set.dates) if (!lost.has(instance.start.wall)) add(instance);
  add({ start: master.start });
  for (const id of excluded.ids) found.delete(id);
  if (excluded.days.size > 0) {
    for (const [id, { start }] of found) if (isOnDay(start, master.start, excluded.days)) found.delete(id);
  }
  const cuts = kept.filter(({ complete }) => !complete).map(({ starts }) => starts.at(-1) ?? range.from);
  return {
    found,
    complete: [...kept, ...dropped].every(({ complete }) => complete),
    ...(cuts.length > 0 && { cutAt: Math.min(...cuts) }),
  };
}

function walls(rule: Rule, start: Moment, range: WallRange, deadline: () => boolean): Expanded {
  const from = Math.max(range.from, start.wall);
  const to = Math.min(range.to, lastWall + 1);
  return expandRule(rule, start.wall, { ...ruleContext(start), from, to, limit: range.limit, deadline });
}

/** What the rules of a series need to know of its DTSTART. */
export function ruleContext({ allDay, clock }: Moment): RuleContext {
  return {
    allDay,
    // Of a series of days, UNTIL in UTC (against RFC 5545 §3.3.10, but frequent) is a midnight as it is written, or the
    // first or last second of a local day, as Exchange and Apple write it.
    untilWall: (utc) => (allDay && utc % dayMs === 0 ? utc : clock.toWall(utc)),
    ...(!allDay && { exists: (wall: WallMs) => clock.exists(wall) }),
  };
}

/** An RDATE may stand in another zone; the day of an EXDATE is one of the master's. */
function isOnDay(start: Moment, master: Moment, days: ReadonlySet<WallMs>): boolean {
  const wall = start.allDay ? start.wall : master.clock.toWall(start.clock.toInstant(start.wall));
  return days.has(startOfDay(wall));
}
