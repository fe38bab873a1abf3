import type { Span } from '../event.ts';
import { lastStart } from '../recurrence/series-bounds.ts';
import { dayMs } from '../time/wall.ts';
import type { EventBody, EventSet } from './event-set.ts';
import { ruleContext } from './instances.ts';
import { endOf, reachOf } from './length.ts';
import { instantOf } from './moment.ts';
import type { ReadResource } from './resource.ts';
import { shiftOf } from './shown.ts';

/**
 * What each UID of a resource covers at most. Wider than the truth where exactness would cost an expansion, and without
 * end where something that could not be read may lie, so that every window asks again and is told. Of a resource of
 * which nothing can be read there are none.
 */
export function spansOf({ sets, lost }: ReadResource): Span[] {
  if (sets.length === 0) return [];
  return [...sets.map(spanOf), ...lost.map((uid) => ({ uid, recurring: false, ...always }))];
}

const always = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

function spanOf(set: EventSet): Span {
  const bodies = [...(set.master ? [set.master] : []), ...set.changes.values()];
  const starts = [...bodies.map(({ start }) => start), ...set.dates.map(({ start }) => start)].map(instantOf);
  const ends = [
    ...bodies.map(({ start, length }) => endOf(start, length)),
    ...datesEnds(set),
    set.openEnd ? always.to : rulesEnd(set),
  ];
  const shifts = set.futures.map(shiftOf);
  return {
    uid: set.uid,
    recurring: set.recurring,
    from: Math.min(...starts) - spare(set, Math.max(0, ...shifts.map((shift) => -shift))),
    // Even a moment at its very end is to be found by a window that begins with it.
    to: Math.max(...ends, ...starts) + 1 + spare(set, Math.max(0, ...shifts)),
  };
}

/** Only THISANDFUTURE overrides move instances out of what the file names. */
function spare({ futures }: EventSet, shift: number): number {
  return futures.length === 0 ? 0 : shift + dayMs;
}

function datesEnds(set: EventSet): number[] {
  return set.dates.flatMap((date) =>
    lengthsOf(set).map((length) => endOf(date.start, date.length ?? length)),
  );
}

function lengthsOf({ master, futures }: EventSet): EventBody['length'][] {
  return [...(master ? [master] : []), ...futures].map(({ length }) => length);
}

function rulesEnd(set: EventSet): number {
  const { master, rules } = set;
  if (!master || rules.length === 0) return Number.NEGATIVE_INFINITY;
  const { clock, wall } = master.start;
  const longest = Math.max(...lengthsOf(set).map(reachOf));
  const lasts = rules.map((rule) => lastStart(rule, wall, ruleContext(master.start)));
  const last = Math.max(...lasts);
  return Number.isFinite(last) ? clock.toInstant(last) + longest : last;
}
