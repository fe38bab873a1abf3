import type { InstanceSet } from './instance-set.ts';
import type { WallMs } from './rule.ts';

/**
 * A rule as a row of blocks: years, months, weeks, days or steps, numbered so that arithmetic reaches any of them.
 * A rule's blocks are `blockOf(start)` and every `step` after it.
 */
export interface Blocks {
  step: number;
  blockOf(wall: WallMs): number;
  /** A lower bound of what `instances` gives, off by at most a day. */
  startOf(block: number): WallMs;
  /** What the rule names in a block, also before DTSTART. */
  instances(block: number): InstanceSet;
  /** After so many blocks the calendar repeats itself: as many empty ones in a row prove that no more will come. */
  cycle: number;
  /** Every block holds exactly so many: what lies between two blocks can be counted without looking. */
  uniform?: number;
}

/** The Gregorian calendar, weekdays included, repeats after 400 years. */
export const cycleYears = 400;
export const cycleMonths = 4_800;
export const cycleDays = 146_097;
export const cycleWeeks = cycleDays / 7;

/** How many blocks of a rule with this step it takes until both repeat. */
export function cycleOf(length: number, step: number): number {
  return length / commonDivisor(length, step);
}

export function commonDivisor(one: number, other: number): number {
  return other === 0 ? one : commonDivisor(other, one % other);
}
