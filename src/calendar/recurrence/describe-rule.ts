import { civilDate, dayOf } from './civil.ts';
import { choosesWeekday, describeDays } from './describe-days.ts';
import { monthNames, ordinal, phraseList } from './english.ts';
import { timesOfDay } from './periods/day-times.ts';
import type { RuleContext } from './plan.ts';
import { type Frequency, isSubDaily, type Rule, type WallMs } from './rule.ts';

const words: Readonly<Record<Frequency, [once: string, unit: string]>> = {
  YEARLY: ['yearly', 'years'],
  MONTHLY: ['monthly', 'months'],
  WEEKLY: ['weekly', 'weeks'],
  DAILY: ['daily', 'days'],
  HOURLY: ['hourly', 'hours'],
  MINUTELY: ['every minute', 'minutes'],
  SECONDLY: ['every second', 'seconds'],
};

/** Longer than that, a sentence explains less than the rule itself, which stands beside it. */
const maxLength = 240;
const maxTimes = 6;

/**
 * A rule in short English: "every 2 weeks on Tuesday and Thursday until 30 June 2026", "yearly on 29 February",
 * "monthly on the last Friday, 10 times". What the rule leaves open comes from `start`, the series' wall clock;
 * `untilWall` as for `expandRule`.
 */
export function describeRule(
  rule: Rule,
  start: WallMs,
  context: Pick<RuleContext, 'untilWall'> = {},
): string {
  const [once, unit] = words[rule.frequency];
  const often = rule.interval === 1 ? once : `every ${rule.interval} ${unit}`;
  const end = describeEnd(rule, context);
  const parts = [often, describeDays(rule, start), describeTimes(rule, start), describePositions(rule)];
  const text = `${parts.filter((part) => part !== '').join(' ')}${end}`;
  return text.length > maxLength ? `${often} by a longer rule${end}` : text;
}

function describeTimes(rule: Rule, start: WallMs): string {
  if (!rule.byHour && !rule.byMinute && !rule.bySecond) return '';
  if (isSubDaily(rule)) return 'at certain times';
  const times = timesOfDay(rule, start);
  if (times.length > maxTimes) return `at ${times.length} times of the day`;
  return `at ${phraseList(times.map(clockTime))}`;
}

function clockTime(time: number): string {
  const text = new Date(time).toISOString();
  return text.slice(11, time % 60_000 === 0 ? 16 : 19);
}

function describePositions(rule: Rule): string {
  if (!rule.bySetPos || choosesWeekday(rule)) return '';
  return `(only the ${phraseList(rule.bySetPos.map(ordinal))} of these)`;
}

function describeEnd({ count, until }: Rule, { untilWall }: Pick<RuleContext, 'untilWall'>): string {
  const times = count === undefined ? '' : count === 1 ? ', once' : `, ${count} times`;
  if (!until) return times;
  const wall = until.kind === 'utc' && untilWall ? untilWall(until.ms) : until.ms;
  const { year, month, day } = civilDate(dayOf(wall));
  return ` until ${day} ${monthNames[month - 1]} ${year}${times}`;
}
