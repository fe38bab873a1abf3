import { planOf, type RuleContext } from './plan.ts';
import type { Rule, WallMs } from './rule.ts';
import { walk } from './walk.ts';

export interface ExpandOptions extends RuleContext {
  from: WallMs;
  /** Not itself in the window. */
  to: WallMs;
  /** Most starts to return. */
  limit: number;
}

export interface Expanded {
  /** Ascending, without duplicates. */
  starts: WallMs[];
  /** False when the limit, a bound on work or the deadline cut something off. */
  complete: boolean;
}

/**
 * The instances of a rule in a window, on the series' wall clock (RFC 5545 §3.3.10). `start` is always the first of
 * them and the first of COUNT, even when it does not match the rule or lies after UNTIL: the RFC has DTSTART count
 * and leaves what else becomes of it undefined; Thunderbird and sabre/vobject show it, dateutil and libical do not.
 * No rule takes more than some 100 ms of work; what that bound cuts off is said in `complete`.
 * @throws MailboxError `unsupported` for an all-day series that repeats by the hour.
 */
export function expandRule(rule: Rule, start: WallMs, options: ExpandOptions): Expanded {
  const starts: WallMs[] = [];
  const { outcome } = walk(planOf(rule, start, options), options, (wall) => {
    if (starts.length >= options.limit) return false;
    starts.push(wall);
    return true;
  });
  return { starts, complete: outcome === 'ended' };
}

/** Whether the series has an instance at exactly this wall clock. @throws as `expandRule`. */
export function hasInstance(rule: Rule, start: WallMs, wall: WallMs, context: RuleContext = {}): boolean {
  return expandRule(rule, start, { ...context, from: wall, to: wall + 1, limit: 1 }).starts.length > 0;
}
