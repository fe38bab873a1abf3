import { MailboxError } from '../../domain/errors.ts';
import { lastWall } from './civil.ts';
import { countBelow } from './instance-set.ts';
import { type Plan, planOf, type RuleContext } from './plan.ts';
import type { Rule, WallMs } from './rule.ts';
import { budget, walk } from './walk.ts';

/**
 * The start of the last instance; Infinity for a rule without end. Where a bound on work cuts the search it is a
 * time the series does not outlast (UNTIL, or Infinity for COUNT): right for an index, which may be generous.
 * @throws MailboxError `unsupported` for an all-day series that repeats by the hour.
 */
export function lastStart(rule: Rule, start: WallMs, context: RuleContext = {}): WallMs {
  const plan = planOf(rule, start, context);
  if (!rule.until && !rule.count) return Number.POSITIVE_INFINITY;
  const byCount = rule.count ? lastOfCount(plan) : Number.POSITIVE_INFINITY;
  if (!rule.until || byCount <= plan.end) return byCount;
  return lastUntil(plan);
}

/**
 * How many instances lie before `wall`: what the first half of a split COUNT is.
 * @throws MailboxError `unsupported` when there are too many to count, and as `lastStart`.
 */
export function countBefore(rule: Rule, start: WallMs, wall: WallMs, context: RuleContext = {}): number {
  const plan = planOf(rule, start, context);
  const { outcome, passed } = walk(plan, { from: wall, to: wall }, () => false, true);
  if (outcome === 'cut') throw new MailboxError('unsupported', 'This series is too long to be counted.');
  return passed;
}

/** The instance that COUNT ends with; Infinity when it lies beyond the end of all calendars. */
function lastOfCount(plan: Plan): WallMs {
  const { blocks, count, start } = plan;
  // Of a uniform series all but the last blocks are passed over; the first may hold fewer, none holds more.
  const steps = blocks.uniform && !plan.exists ? Math.floor((count - 1) / blocks.uniform) - 2 : 0;
  const from = steps > 0 ? blocks.startOf(blocks.blockOf(start) + steps * blocks.step) : start;
  if (from > lastWall) return Number.POSITIVE_INFINITY;
  let last = start;
  const { outcome } = walk({ ...plan, end: lastWall }, { from, to: Number.POSITIVE_INFINITY }, (wall) => {
    last = wall;
    return true;
  });
  return outcome === 'cut' ? Number.POSITIVE_INFINITY : last;
}

/** Backwards from UNTIL, for series that are long or have few instances near their end. */
function lastUntil({ blocks, start, end, exists, isUp }: Plan): WallMs {
  const first = blocks.blockOf(start);
  const steps = Math.floor((blocks.blockOf(end) - first) / blocks.step) + 1;
  let [left, empty] = [budget, 0];
  for (
    let block = first + steps * blocks.step;
    block >= first && empty < blocks.cycle;
    block -= blocks.step
  ) {
    const set = blocks.instances(block);
    left -= set.cost;
    empty = set.size === 0 ? empty + 1 : 0;
    for (let index = countBelow(set, end + 1) - 1; index >= 0; index -= 1) {
      const wall = set.at(index);
      left -= 1;
      if (wall <= start) return start;
      if (exists?.(wall) !== false) return wall;
    }
    if (left < 0 || isUp()) return end;
  }
  return start;
}
