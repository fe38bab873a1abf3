import { MailboxError } from '../../domain/errors.ts';
import type { Blocks } from './blocks.ts';
import { dayMs, lastWall } from './civil.ts';
import { isSubDaily, type Rule, type Until, type WallMs } from './rule.ts';
import { blocksOf } from './series.ts';

/** What a rule cannot know by itself: its series' zone, and how long anyone will wait. */
export interface RuleContext {
  /** DTSTART is a DATE: BYHOUR, BYMINUTE and BYSECOND are ignored (RFC 5545 §3.3.10). */
  allDay?: boolean;
  /** An UTC instant on the series' wall clock, for UNTIL; left out, the wall clock is UTC. */
  untilWall?: (utcMs: number) => WallMs;
  /**
   * Whether the zone has this wall clock. Where it has not, a time of day the rule itself names (BYHOUR …, or steps
   * that divide the hour) is ignored and not counted (§3.3.10); a time that comes from DTSTART stays and counts,
   * to be read with the offset before the gap (§3.8.5.3 by way of §3.3.5). The two sections disagree; so do
   * sabre/vobject and, for the second, rust-rrule, dateutil, Google Calendar and Exchange.
   */
  exists?: (wall: WallMs) => boolean;
  /** True when time is up: the answer is then what was found so far, and says that it was cut. */
  deadline?: () => boolean;
}

/** A rule made ready to be walked. */
export interface Plan {
  start: WallMs;
  blocks: Blocks;
  /** UNTIL on the wall clock, or the end of all calendars. */
  end: WallMs;
  /** COUNT, or Infinity. */
  count: number;
  /** Absent when no instance can fall into a gap of the zone, or may stay in it. */
  exists: ((wall: WallMs) => boolean) | undefined;
  isUp: () => boolean;
}

/** @throws MailboxError `unsupported` for an all-day series that repeats by the hour. */
export function planOf(given: Rule, start: WallMs, context: RuleContext): Plan {
  const rule = context.allDay ? withoutTimes(given) : given;
  return {
    start,
    blocks: blocksOf(rule, start),
    end: rule.until ? Math.min(lastWall, untilAsWall(rule.until, context)) : lastWall,
    count: rule.count ?? Number.POSITIVE_INFINITY,
    exists: namesTimes(rule) ? context.exists : undefined,
    isUp: context.deadline ?? (() => false),
  };
}

function withoutTimes(rule: Rule): Rule {
  if (isSubDaily(rule)) throw new MailboxError('unsupported', 'An all-day event cannot repeat by the hour.');
  const { byHour: _hours, byMinute: _minutes, bySecond: _seconds, ...dated } = rule;
  return dated;
}

function untilAsWall({ kind, ms }: Until, { untilWall }: RuleContext): WallMs {
  if (kind === 'date') return ms + dayMs - 1;
  return kind === 'utc' && untilWall ? untilWall(ms) : ms;
}

const hourMs = 3_600_000;
const stepMs: Readonly<Record<string, number>> = { HOURLY: hourMs, MINUTELY: 60_000, SECONDLY: 1_000 };

/** Steps that divide the hour count too: where a gap would move such a time to, the rule has an instance already. */
function namesTimes({ frequency, interval, byHour, byMinute, bySecond }: Rule): boolean {
  const step = (stepMs[frequency] ?? Number.POSITIVE_INFINITY) * interval;
  return byHour !== undefined || byMinute !== undefined || bySecond !== undefined || hourMs % step === 0;
}
