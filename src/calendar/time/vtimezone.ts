import { MailboxError } from '../../domain/errors.ts';
import { type Component, componentsOf, linesOf } from '../ics/document.ts';
import { properties, property, rawValue } from '../reading/property.ts';
import { expandRule } from '../recurrence/expand-rule.ts';
import { parseRule } from '../recurrence/parse-rule.ts';
import type { Rule } from '../recurrence/rule.ts';
import type { Transition, Transitions } from './clock.ts';
import { readLocalTime } from './local-time.ts';
import { dayMs, type WallMs } from './wall.ts';

/** What a VTIMEZONE says (RFC 5545 §3.6.5). */
export interface ZoneDefinition {
  transitions: Transitions;
  /** Every offset it names for its observances, in ms ahead of UTC. */
  offsets: ReadonlySet<number>;
}

/** One STANDARD or DAYLIGHT; offsets in ms ahead of UTC. */
interface Observance {
  from: number;
  to: number;
  start: WallMs;
  dates: WallMs[];
  rules: Rule[];
}

const maxObservances = 200;
const maxOnsets = 5_000;

/** 97 leap days and a whole number of weeks: what rules give in a year, they give 400 years later. */
const gregorianCycle = 146_097 * dayMs;
const horizon = Date.UTC(2100, 0, 1);

/**
 * The definition, any rules, dates and number of observances. Undefined when it is nonsense (no observance, one
 * without readable DTSTART or offsets, a rule nobody can read) or more than 5,000 onsets up to the year 2100.
 */
export function readDefinition(timezone: Component): ZoneDefinition | undefined {
  const parts = [...componentsOf(timezone, 'STANDARD'), ...componentsOf(timezone, 'DAYLIGHT')];
  if (parts.length === 0 || parts.length > maxObservances) return undefined;
  const observances = parts.flatMap((part) => readObservance(part) ?? []);
  if (observances.length < parts.length) return undefined;
  const near = onsets(observances, horizon);
  if (!near) return undefined;
  let far: readonly Transition[] | undefined;
  const transitions = (from: number, to: number) => {
    if (to < horizon) return between(near, from, to);
    far ??= onsets(observances, horizon + gregorianCycle) ?? near;
    const cycles = Math.max(0, Math.floor((to - horizon) / gregorianCycle));
    const shift = cycles * gregorianCycle;
    const found = between(far, from - shift, to - shift);
    return found.map(({ at, offset }) => ({ at: at + shift, offset }));
  };
  return { transitions, offsets: new Set(observances.map(({ to }) => to)) };
}

function between(all: readonly Transition[], from: number, to: number): Transition[] {
  const first = Math.max(
    0,
    all.findLastIndex(({ at }) => at <= from),
  );
  return all.slice(first).filter(({ at }, index) => index === 0 || at < to);
}

/** Sorted; before the first onset the offset it starts from holds. */
function onsets(observances: readonly Observance[], until: number): Transition[] | undefined {
  const found: Transition[] = [];
  for (const { from, to, start, dates, rules } of observances) {
    const options = { from: start, to: until, limit: maxOnsets, untilWall: (utc: number) => utc + from };
    const expanded = rules.map((rule) => expandRule(rule, start, options));
    if (expanded.some(({ complete }) => !complete)) return undefined;
    const walls = new Set([start, ...dates, ...expanded.flatMap(({ starts }) => starts)]);
    found.push(...[...walls].map((wall) => ({ at: wall - from, offset: to })));
    if (found.length > maxOnsets) return undefined;
  }
  found.sort((a, b) => a.at - b.at);
  const first = found[0]?.at;
  const before = observances.find(({ from, start, dates }) =>
    [start, ...dates].some((wall) => wall - from === first),
  );
  return [{ at: Number.NEGATIVE_INFINITY, offset: before?.from ?? 0 }, ...found];
}

function readObservance(part: Component): Observance | undefined {
  const start = readLocalTime(property(part, 'DTSTART')?.values[0]);
  const from = readOffset(property(part, 'TZOFFSETFROM')?.values[0]);
  const to = readOffset(property(part, 'TZOFFSETTO')?.values[0]);
  const rules = readRules(part);
  if (!start || from === undefined || to === undefined || !rules) return undefined;
  const dates = properties(part, 'RDATE').flatMap(({ values }) =>
    values.flatMap((value) => readLocalTime(Array.isArray(value) ? value[0] : value) ?? []),
  );
  return { from, to, start: start.wall, dates: dates.map(({ wall }) => wall), rules };
}

function readRules(part: Component): Rule[] | undefined {
  try {
    return linesOf(part, 'RRULE').map((line) => parseRule(rawValue(line)));
  } catch (error) {
    if (error instanceof MailboxError) return undefined;
    throw error;
  }
}

/** `+01:00`, `-04:56:02`. */
function readOffset(value: unknown): number | undefined {
  const [, sign, hours, minutes, seconds = 0] =
    /^([+-])(\d{2}):?(\d{2})(?::?(\d{2}))?$/u.exec(String(value)) ?? [];
  if (!sign || Number(hours) > 23) return undefined;
  const size = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -size : size;
}
