import type { OccurrenceKey } from '../event.ts';
import { type EventSet, idOf, type KeyId, keyOf } from '../reading/event-set.ts';
import { instancesBetween, maxInstances } from '../reading/instances.ts';
import type { Moment } from '../reading/moment.ts';
import { dayMs, parseDay, startOfDay, type WallMs } from '../time/wall.ts';
import { instanceAt } from './split-series-stored.ts';

/** What becomes of the EXDATEs of a stored series when a newer version of it comes. */
export interface Exclusions {
  /** Original starts in the newer one, which does not exclude them itself. */
  kept: Moment[];
  /** They fall on no occurrence of it any more, and on their day there is another. */
  dropped: OccurrenceKey[];
}

/**
 * An invited person takes out an occurrence by an EXDATE, and nothing tells it from one of the organizer's. What the newer
 * version changes by itself is the organizer's word.
 */
export function survivingExdates(held: EventSet, came: EventSet): Exclusions {
  const ids = [...held.excluded.ids].filter((id) => !came.excluded.ids.has(id) && !came.changes.has(id));
  const found = ids.map((id) => ({ key: keyFrom(id), instance: instanceAt(came, keyFrom(id)) }));
  const onDays = [...held.excluded.days].flatMap((day) => instancesOn(day, came));
  const starts = [...found.flatMap(({ instance }) => instance?.start ?? []), ...onDays];
  const gone = found.filter(({ instance }) => !instance).map(({ key }) => key);
  return {
    kept: starts.filter((start) => !came.changes.has(idOf(keyOf(start)))),
    dropped: gone.filter((key) => hasInstanceOnDayOf(key, came)),
  };
}

/** Whether the series has an occurrence on the day, in its zone, of what is no occurrence of it. */
export function hasInstanceOnDayOf(key: OccurrenceKey, series: EventSet): boolean {
  const wall = 'date' in key ? parseDay(key.date) : series.master?.start.clock.toWall(key.instant);
  return wall !== undefined && instancesOn(startOfDay(wall), series).length > 0;
}

function instancesOn(day: WallMs, series: EventSet): Moment[] {
  const range = { from: day, to: day + dayMs, limit: maxInstances };
  const { found } = instancesBetween(series, range, () => false);
  // RDATEs and DTSTART are given wherever they lie.
  return [...found.values()].map(({ start }) => start).filter(({ wall }) => startOfDay(wall) === day);
}

function keyFrom(id: KeyId): OccurrenceKey {
  return typeof id === 'string' ? { date: id } : { instant: id };
}
