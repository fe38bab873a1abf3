import type { EventView, Occurrence } from '../event.ts';
import { dayMs, formatDay, startOfDay } from '../time/wall.ts';
import { type ChangedEvent, type EventBody, type EventSet, type Instance, idOf, keyOf } from './event-set.ts';
import { endOf, type Length } from './length.ts';
import { instantOf, type Moment } from './moment.ts';

/** An override as it is shown: its own time, the original start kept. */
export function changedOccurrence(change: ChangedEvent): Occurrence {
  return occurrence(change.start, change.length, change.view(), change.original);
}

/** An instance of a rule or RDATE, under the latest THISANDFUTURE override that reaches it. */
export function instanceOccurrence(
  { futures, recurring }: Pick<EventSet, 'futures' | 'recurring'>,
  master: EventBody,
  { start, length }: Instance,
): Occurrence {
  const instant = instantOf(start);
  const future = futures.findLast(({ original }) => instantOf(original) <= instant);
  if (future) return occurrence(moved(start, future), length ?? future.length, future.view(), start);
  return occurrence(start, length ?? master.length, master.view(), recurring ? start : undefined);
}

export function isExcluded({ excluded, master }: EventSet, { original }: ChangedEvent): boolean {
  if (excluded.ids.has(idOf(keyOf(original)))) return true;
  if (excluded.days.size === 0 || !master) return false;
  return excluded.days.has(startOfDay(master.start.clock.toWall(instantOf(original))));
}

/** By how much a THISANDFUTURE override moves wall clocks. */
export function shiftOf({ start, original }: ChangedEvent): number {
  if (start.allDay !== original.allDay) return start.wall - startOfDay(original.wall);
  if (start.allDay) return start.wall - original.wall;
  return original.clock.toWall(instantOf(start)) - original.wall;
}

function moved(start: Moment, future: ChangedEvent): Moment {
  if (start.allDay === future.start.allDay) return { ...start, wall: start.wall + shiftOf(future) };
  return { ...future.start, wall: startOfDay(start.wall) + shiftOf(future) };
}

function occurrence(
  start: Moment,
  length: Length,
  view: EventView,
  original: Moment | undefined,
): Occurrence {
  const from = instantOf(start);
  const last = start.wall + (length.days - 1) * dayMs;
  return {
    start: from,
    end: Math.max(from, endOf(start, length)),
    ...(start.allDay && { allDay: { first: formatDay(start.wall), last: formatDay(last) } }),
    ...(original && { original: keyOf(original) }),
    view,
  };
}
