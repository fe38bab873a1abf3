import type { Occurrence, OccurrenceKey, TimeWindow } from '../event.ts';
import { type Clock, wallsAround } from '../time/clock.ts';
import { clamped, dayMs, parseDay } from '../time/wall.ts';
import { type EventSet, idOf } from './event-set.ts';
import { type Instances, instancesBetween, maxInstances, type WallRange } from './instances.ts';
import type { ReadResource } from './resource.ts';
import { changedOccurrence, instanceOccurrence, isExcluded, shiftOf } from './shown.ts';

export interface Occurrences {
  /** By start. */
  occurrences: Occurrence[];
  /** False when there are more than `limit`, or a bound cut a rule. */
  complete: boolean;
  /**
   * Instant from which more may take place in the window than is listed: after the last known instance of a rule that
   * was cut, of an event whose rule or dates could not be read after what is known of it, and of one whose length could
   * not be read after its first start here. When nothing of such an event is known to lie in the window it is absent, so
   * that one broken event does not take all time for ever.
   */
  unknownFrom?: number;
}

const never = () => false;

/**
 * The occurrences that touch the window, the earliest `limit` of them. Something of length zero touches it when it
 * starts inside. Overrides count by their own times, moved into and out of the window; EXDATE outranks an override of
 * the same instance; one whose instance the rule does not have is shown all the same, as Thunderbird does.
 * @param deadline true when no more time may be spent
 */
export function occurrencesOf(
  resource: ReadResource,
  window: TimeWindow,
  limit: number,
  deadline: () => boolean = never,
): Occurrences {
  const parts = resource.sets.map((set) =>
    deadline() ? notBegun(window) : occurrencesOfSet(set, window, limit, deadline),
  );
  const all = parts
    .flatMap(({ occurrences }) => occurrences)
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const complete = all.length <= limit && parts.every((part) => part.complete);
  const occurrences = all.slice(0, limit);
  const cut = all.length > limit ? [occurrences.at(-1)?.start ?? window.from] : [];
  const unknown = [...cut, ...parts.flatMap(({ unknownFrom }) => unknownFrom ?? [])];
  const unknownFrom = Math.max(window.from, Math.min(...unknown));
  return { occurrences, complete, ...(unknown.length > 0 && { unknownFrom }) };
}

function notBegun({ from }: TimeWindow): Occurrences {
  return { occurrences: [], complete: false, unknownFrom: from };
}

export interface EventAt {
  /** Of a series what the master says, at DTSTART; without a master the first changed occurrence. */
  event: Occurrence;
  recurring: boolean;
  /** The one asked for; absent when there is none such. */
  occurrence?: Occurrence;
}

/** One event of a resource: of several UIDs the one that has the occurrence, else the first. */
export function eventAt(resource: ReadResource, key?: OccurrenceKey): EventAt | undefined {
  let first: EventAt | undefined;
  for (const set of resource.sets) {
    const event = mainOccurrence(set);
    if (!event) continue;
    const occurrence = key && occurrenceAt(set, key);
    const found = { event, recurring: set.recurring, ...(occurrence && { occurrence }) };
    if (occurrence || !key) return found;
    first ??= found;
  }
  return first;
}

/** First as many instances as will do, and more only while too few of them touch the window. */
function occurrencesOfSet(
  set: EventSet,
  window: TimeWindow,
  limit: number,
  deadline: () => boolean,
): Occurrences {
  const bounds = wallsOf(set, window);
  const others = set.excluded.ids.size + set.changes.size + set.dates.length;
  for (let most = limit + others + 100; ; most *= 8) {
    const range = { ...bounds, limit: Math.min(most, maxInstances) };
    const instances = instancesBetween(set, range, deadline);
    const { found, complete } = instances;
    const occurrences = [...shownOf(set, found)].filter((occurrence) => touches(occurrence, window));
    // Only of one rule, whose instances nothing moves, are the first ones found the first there are.
    const inOrder = set.rules.length <= 1 && set.futures.length === 0;
    const isEnough = inOrder && occurrences.length - others >= limit;
    if (complete || isEnough || most >= maxInstances || deadline()) {
      const unknown = [...cutOf(set, instances, window), ...unknownAfter(set, occurrences)];
      return { occurrences, complete, ...(unknown.length > 0 && { unknownFrom: Math.min(...unknown) }) };
    }
  }
}

/** A THISANDFUTURE override may move what is missing to before what is known. */
function cutOf({ master, futures }: EventSet, { cutAt }: Instances, { from }: TimeWindow): number[] {
  if (!master || cutAt === undefined) return [];
  return [futures.length > 0 ? from : master.start.clock.toInstant(cutAt)];
}

function unknownAfter({ openEnd, unknownLength }: EventSet, known: readonly Occurrence[]): number[] {
  if (known.length === 0) return [];
  const starts = known.map(({ start }) => start);
  return [...(unknownLength ? [Math.min(...starts)] : []), ...(openEnd ? [Math.max(...starts)] : [])];
}

function* shownOf(set: EventSet, instances: Instances['found']): Iterable<Occurrence> {
  for (const change of set.changes.values()) if (!isExcluded(set, change)) yield changedOccurrence(change);
  const { master } = set;
  if (!master) return;
  for (const [id, instance] of instances) {
    if (!set.changes.has(id)) yield instanceOccurrence(set, master, instance);
  }
}

function touches({ start, end }: Occurrence, { from, to }: TimeWindow): boolean {
  return start < to && (end > from || (start === end && start >= from));
}

/** The wall clocks of the master at which an instance may start that touches the window; no wider than it must be. */
function wallsOf({ master, futures }: EventSet, window: TimeWindow): Omit<WallRange, 'limit'> {
  if (!master) return window;
  const { clock } = master.start;
  const [begin, end] = [clamped(window.from), clamped(window.to)];
  const starts = [master, ...futures].map(
    ({ length: { days, ms } }) => wallsAround(clock, begin - ms).least - days * dayMs,
  );
  const shifts = futures.map((future) => Math.abs(shiftOf(future)) + 2 * dayMs);
  const spare = Math.max(0, ...shifts);
  return { from: Math.min(...starts) - spare, to: wallsAround(clock, end).greatest + spare };
}

function mainOccurrence(set: EventSet): Occurrence | undefined {
  if (set.master) return instanceOccurrence({ ...set, futures: [] }, set.master, { start: set.master.start });
  const [first] = [...set.changes.values()].map(changedOccurrence).sort((a, b) => a.start - b.start);
  return first;
}

function occurrenceAt(set: EventSet, key: OccurrenceKey): Occurrence | undefined {
  const change = set.changes.get(idOf(key));
  if (change) return isExcluded(set, change) ? undefined : changedOccurrence(change);
  const { master } = set;
  const walls = master && wallsOfKey(key, master.start.clock);
  if (!walls) return undefined;
  const range = { from: walls.least, to: walls.greatest + 1, limit: maxInstances };
  const { found } = instancesBetween(set, range, never);
  const instance = found.get(idOf(key));
  return instance && instanceOccurrence(set, master, instance);
}

function wallsOfKey(key: OccurrenceKey, clock: Clock): ReturnType<typeof wallsAround> | undefined {
  if ('instant' in key) return wallsAround(clock, key.instant);
  const wall = parseDay(key.date);
  return wall === undefined ? undefined : { least: wall, greatest: wall };
}
