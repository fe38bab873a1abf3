import type { WallMs } from './rule.ts';

/** Wall clocks in ascending order, computed when asked for: one rule can name millions in a year. */
export interface InstanceSet {
  size: number;
  at(index: number): WallMs;
  /** What it took to make, in steps; for the bound on all of them. */
  cost: number;
}

export const noInstances: InstanceSet = { size: 0, at: () => Number.NaN, cost: 0.5 };

/** Every base with every offset added (both ascending, offsets smaller than the distance of the bases). */
export function product(bases: readonly WallMs[], offsets: readonly number[]): InstanceSet {
  const width = offsets.length;
  return {
    size: bases.length * width,
    cost: 1,
    at: (index) => (bases[Math.floor(index / width)] ?? Number.NaN) + (offsets[index % width] ?? Number.NaN),
  };
}

/** BYSETPOS: the chosen positions of the set, 1 the first and -1 the last; all of it when none are given. */
export function pick(set: InstanceSet, positions: readonly number[] | undefined): InstanceSet {
  if (positions === undefined) return set;
  const indices = positions
    .map((position) => (position > 0 ? position - 1 : set.size + position))
    .filter((index) => index >= 0 && index < set.size);
  const chosen = [...new Set(indices)].sort((one, other) => one - other);
  return {
    size: chosen.length,
    cost: set.cost + positions.length,
    at: (index) => set.at(chosen[index] ?? -1),
  };
}

/** How many of the set are before `wall`. */
export function countBelow(set: InstanceSet, wall: WallMs): number {
  let low = 0;
  let high = set.size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (set.at(middle) < wall) low = middle + 1;
    else high = middle;
  }
  return low;
}
