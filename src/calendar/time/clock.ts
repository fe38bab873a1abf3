import { clamped, dayMs, type WallMs } from './wall.ts';

/** What a zone's wall clocks show. */
export interface Clock {
  /** As a file names the zone; undefined for floating times. */
  tzid: string | undefined;
  /** In a DST gap the offset before it holds, in a fold the first of the two (RFC 5545 §3.3.5). */
  toInstant(wall: WallMs): number;
  toWall(instant: number): WallMs;
  /** False inside a DST gap. */
  exists(wall: WallMs): boolean;
}

/** From the instant `at` on, clocks run `offset` ms ahead of UTC. */
export interface Transition {
  at: number;
  offset: number;
}

/** The transitions in a stretch of time; the first entry holds from before it. */
export type Transitions = (from: number, to: number) => readonly Transition[];

/** No offset is larger: a wall clock never leaves a year's stretch by more. */
const margin = 2 * dayMs;
const maxYearsKept = 400;

/** A clock over `transitions`, which is asked once for each year (Intl is slow). */
export function clockFrom(tzid: string | undefined, transitions: Transitions): Clock {
  const around = byYear(transitions);
  const toWall = (instant: number) => instant + offsetAt(around(instant), instant);
  const toInstant = (wall: WallMs) => wall - offsetOf(around(wall), wall);
  return { tzid, toWall, toInstant, exists: (wall) => toWall(toInstant(wall)) === wall };
}

/**
 * The least and the greatest wall clock that can mean this instant, or one just before or after it, when there was a
 * transition within the day before: a time in a gap still counts as before it, one in a fold as behind it.
 */
export function wallsAround({ toWall }: Clock, instant: number): { least: WallMs; greatest: WallMs } {
  const walls = [toWall(instant - dayMs) + dayMs, toWall(instant)];
  return { least: Math.min(...walls), greatest: Math.max(...walls) };
}

export const utcClock: Clock = {
  tzid: 'UTC',
  toInstant: (wall) => wall,
  toWall: (instant) => instant,
  exists: () => true,
};

function offsetAt(transitions: readonly Transition[], instant: number): number {
  let current = 0;
  for (const { at, offset } of transitions) {
    if (at > instant) break;
    current = offset;
  }
  return current;
}

function offsetOf(transitions: readonly Transition[], wall: WallMs): number {
  let before: number | undefined;
  for (const [index, { at, offset }] of transitions.entries()) {
    const end = transitions[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    // The first stretch that ends after this wall clock; where it begins after it, too, there is a gap.
    if (wall < end + offset) return wall < at + offset && before !== undefined ? before : offset;
    before = offset;
  }
  return before ?? 0;
}

function byYear(transitions: Transitions): (time: number) => readonly Transition[] {
  const years = new Map<number, readonly Transition[]>();
  let latest: { from: number; to: number; found: readonly Transition[] } = { from: 0, to: 0, found: [] };
  return (time) => {
    if (time >= latest.from && time < latest.to) return latest.found;
    const year = new Date(clamped(time)).getUTCFullYear();
    const [from, to] = [yearStart(year), yearStart(year + 1)];
    const found = years.get(year) ?? transitions(from - margin, to + margin);
    if (years.size >= maxYearsKept) years.clear();
    years.set(year, found);
    latest = { from, to, found };
    return found;
  };
}

/** Date.UTC takes the years 0 to 99 for 1900 to 1999. */
function yearStart(year: number): number {
  return new Date(0).setUTCFullYear(year, 0, 1);
}
