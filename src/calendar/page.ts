import type { CalendarIncomplete } from '../domain/calendar.ts';
import type { TimeWindow } from './event.ts';
import type { Entry, OccurrenceAnswer } from './occurrences.ts';
import { comparePositions, type Position, positionOf } from './order.ts';
import { partsOf } from './window.ts';

const firstStepMs = 8 * 86_400_000;

export interface Placed {
  entry: Entry;
  position: Position;
}

export interface Page {
  /** In order; one more than `limit` when there are more. */
  placed: Placed[];
  incomplete: CalendarIncomplete;
}

/** The first `limit` entries of the window after a position. Reads a good week first and then ever more. */
export async function readPage(
  read: (part: TimeWindow) => Promise<OccurrenceAnswer>,
  { from, to }: TimeWindow,
  after: Position | undefined,
  limit: number,
): Promise<Page> {
  const page: Page = { placed: [], incomplete: [] };
  const begin = Math.max(from, after?.[0] ?? from);
  for (const part of partsOf({ from: begin, to }, firstStepMs, 2)) {
    const { entries, incomplete } = await read(part);
    // What began before a later part came with the part before it.
    const own = entries.filter(({ occurrence }) => part.from === begin || occurrence.start >= part.from);
    page.placed.push(...inOrder(own, after));
    page.incomplete.push(...incomplete);
    if (page.placed.length > limit) break;
  }
  return { ...page, placed: page.placed.slice(0, limit + 1) };
}

/** Sorted, without what does not come after the position. */
export function inOrder(entries: readonly Entry[], after: Position | undefined): Placed[] {
  return entries
    .map((entry) => ({ entry, position: positionOf(entry) }))
    .filter(({ position }) => !after || comparePositions(position, after) > 0)
    .sort((a, b) => comparePositions(a.position, b.position));
}
