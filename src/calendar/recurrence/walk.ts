import { dayMs } from './civil.ts';
import { countBelow, type InstanceSet } from './instance-set.ts';
import type { Plan } from './plan.ts';
import type { WallMs } from './rule.ts';

/** What one walk may cost, in steps: some tens of milliseconds. */
export const budget = 100_000;

export interface Range {
  from: WallMs;
  /** Not itself in the range. */
  to: WallMs;
}

export interface Walked {
  /** The range or the series ended; the visitor had enough; a bound or the deadline cut the walk. */
  outcome: 'ended' | 'stopped' | 'cut';
  /** How many instances lie before the place where it ended; known when they were counted. */
  passed: number;
}

/** Called with each instance and the number of those before it; false ends the walk. */
export type Visit = (wall: WallMs, passed: number) => boolean;

interface Progress {
  passed: number;
  left: number;
  /** The latest instance so far: SKIP can name one day from two months. */
  last: WallMs;
}

/**
 * Visits the instances in the range, in order. DTSTART is always the first one, on the rule or off it. What lies
 * before the range is counted when asked to or when there is a COUNT; else arithmetic jumps over it.
 */
export function walk(plan: Plan, range: Range, visit: Visit, counting = plan.count !== Infinity): Walked {
  const { blocks, start, count } = plan;
  if (range.to <= start) return { outcome: 'ended', passed: 0 };
  if (range.from <= start && !visit(start, 0)) return { outcome: 'stopped', passed: 0 };
  const end = Math.min(plan.end, range.to - 1);
  const from = Math.min(range.from, end + 1);
  const entry = entryOf(plan, from, counting);
  const progress: Progress = { passed: entry.passed, left: budget, last: start };
  let empty = 0;
  for (let block = entry.block; ; block += blocks.step) {
    const isOver = blocks.startOf(block) - dayMs > end || empty >= blocks.cycle;
    if (isOver || progress.passed >= count) {
      return { outcome: 'ended', passed: Math.min(progress.passed, count) };
    }
    const set = blocks.instances(block);
    empty = set.size === 0 ? empty + 1 : 0;
    progress.left -= set.cost;
    const isUp = progress.left < 0 || plan.isUp();
    const outcome = isUp ? 'cut' : visitSet(plan, set, { from, end, counting }, progress, visit);
    if (outcome) return { outcome, passed: Math.min(progress.passed, count) };
  }
}

/** Where to begin: the block before the one `from` lies in, as far as nothing on the way must be looked at. */
function entryOf({ blocks, start, exists }: Plan, from: WallMs, counting: boolean) {
  const first = blocks.blockOf(start);
  const steps = Math.floor((blocks.blockOf(from) - first) / blocks.step) - 1;
  const uniform = exists ? undefined : blocks.uniform;
  if (steps < 1 || (counting && uniform === undefined)) return { block: first, passed: 1 };
  const opening = blocks.instances(first);
  const afterStart = opening.size - countBelow(opening, start + 1);
  return { block: first + steps * blocks.step, passed: 1 + afterStart + (steps - 1) * (uniform ?? 0) };
}

function visitSet(
  { exists, count, isUp }: Plan,
  set: InstanceSet,
  { from, end, counting }: { from: WallMs; end: WallMs; counting: boolean },
  progress: Progress,
  visit: Visit,
): Walked['outcome'] | undefined {
  let index = countBelow(set, progress.last + 1);
  if (!(exists && counting)) {
    const reached = Math.max(index, countBelow(set, from));
    progress.passed += reached - index;
    index = reached;
  }
  for (; index < set.size; index += 1) {
    const wall = set.at(index);
    if (wall > end || progress.passed >= count) return 'ended';
    progress.left -= 1;
    if (progress.left < 0 || (progress.left % 256 === 0 && isUp())) return 'cut';
    if (exists?.(wall) === false) continue;
    if (wall >= from && !visit(wall, progress.passed)) return 'stopped';
    progress.passed += 1;
  }
  if (set.size > 0) progress.last = Math.max(progress.last, set.at(set.size - 1));
  return undefined;
}
