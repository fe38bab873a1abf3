import type { OccurrenceKey } from '../event.ts';
import { writeDocument } from '../ics/document.ts';
import { type EventSet, idOf, inTypeOf, type KeyId, keyOf } from '../reading/event-set.ts';
import { instancesBetween, maxInstances } from '../reading/instances.ts';
import type { Moment } from '../reading/moment.ts';
import { dayMs, parseDay, startOfDay, type WallMs } from '../time/wall.ts';
import { momentLine, originalIn } from './moment-line.ts';
import { filterDates } from './split-series-dates.ts';
import { instanceAt, readStored, type Stored } from './split-series-stored.ts';
import { addLine, replaceComponent } from './tree.ts';

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

/** Whether EXDATEs take out the occurrence. */
export function isTakenOut({ excluded, master }: EventSet, key: OccurrenceKey): boolean {
  const day = dayOfKey(key, master);
  return excluded.ids.has(idOf(key)) || (day !== undefined && excluded.days.has(day));
}

/** The stored series with the occurrence back in it; those that a DATE takes out along with it stay out. */
export function withoutExdate(stored: Stored, key: OccurrenceKey, zone: string): Stored {
  const { document, master, set, moments } = stored;
  const start = set.master?.start;
  const day = dayOfKey(key, set.master);
  if (!master || !start) return stored;
  const isOther = (value: Moment) =>
    value.allDay && !start.allDay
      ? value.wall !== day
      : idOf(keyOf(inTypeOf(start, value, moments.user))) !== idOf(key);
  const opened = filterDates(master, 'EXDATE', start, moments, isOther);
  const grown = readStored(writeDocument(replaceComponent(document, master, opened)), zone);
  if (!grown.master || day === undefined || !set.excluded.days.has(day)) return grown;
  const others = instancesOn(day, grown.set).filter((moment) => idOf(keyOf(moment)) !== idOf(key));
  const lines = others.map((moment) => momentLine('EXDATE', originalIn(start, moment)));
  const closed = lines.reduce(addLine, grown.master);
  return readStored(writeDocument(replaceComponent(grown.document, grown.master, closed)), zone);
}

/** Whether the series has an occurrence on the day, in its zone, of what is no occurrence of it. */
export function hasInstanceOnDayOf(key: OccurrenceKey, series: EventSet): boolean {
  const day = dayOfKey(key, series.master);
  return day !== undefined && instancesOn(day, series).length > 0;
}

function dayOfKey(key: OccurrenceKey, master: EventSet['master']): WallMs | undefined {
  const wall = 'date' in key ? parseDay(key.date) : master?.start.clock.toWall(key.instant);
  return wall === undefined ? undefined : startOfDay(wall);
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
