import type { CalendarDirectory } from '../calendar-directory.ts';
import type { CalendarMirror, FreshCalendar, FreshCalendars } from '../calendar-mirror.ts';
import type { Occurrence, TimeWindow } from '../event.ts';
import type { OccurrenceReader } from '../occurrence-reader.ts';
import type { Entry, Occurrences } from '../occurrences.ts';
import { blocking, takesNoTime } from '../participation.ts';
import { summaryOf, type Viewer } from '../present.ts';
import { resourceOf } from '../resource-name.ts';
import type { Conflicts, StoredEvent, Surroundings, Written } from './desk.ts';

export interface ConflictOptions {
  directory: CalendarDirectory;
  mirror: CalendarMirror;
  reader: OccurrenceReader;
  occurrences: Occurrences;
}

/** A series is compared over so long and so many of its occurrences; people ask about the near ones. */
const horizonMs = 366 * 86_400_000;
const maxCompared = 200;
const maxConflicts = 20;
/** A person may have thought about the change since: then the calendars are proven once more. */
const lastingMs = 10_000;

/** What else takes the time of an event just stored, in any of the user's calendars. */
export async function conflictsWith(
  options: ConflictOptions,
  { stored, beside, around }: Written,
  viewer: Viewer,
  signal: AbortSignal,
): Promise<Conflicts> {
  const { reader, occurrences } = options;
  const own = await takingTime(reader, stored, viewer, signal);
  const window = spanning(own);
  if (!window) return { conflicts: [], total: 0, incomplete: false };
  const { fresh, failed } = await calendarsAround(options, around, signal);
  // The calendars may have been read before the call changed them.
  const changed = new Set([stored, ...beside].map(({ href }) => href).concat(around?.opened ?? []));
  const others = await occurrences.of(fresh, window, ({ href }) => !changed.has(href), signal);
  const uids = new Set(own.map(({ view }) => view.uid));
  const conflicts = [...others.entries, ...(await entriesOf(reader, beside, fresh, window, signal))]
    .filter(({ occurrence }) => !uids.has(occurrence.view.uid))
    .filter((entry) => takesTime(entry, viewer) && own.some((mine) => overlap(mine, entry.occurrence)))
    .sort((a, b) => a.occurrence.start - b.occurrence.start);
  return {
    conflicts: conflicts.slice(0, maxConflicts).map((entry) => summaryOf(entry, viewer)),
    total: conflicts.length,
    incomplete: failed.length > 0 || others.incomplete.length > 0 || fresh.some(isHalfRead),
  };
}

async function calendarsAround(
  { directory, mirror }: ConflictOptions,
  around: Surroundings | undefined,
  signal: AbortSignal,
): Promise<FreshCalendars> {
  if (around && performance.now() - around.provenAt < lastingMs) return around;
  return await mirror.fresh(await directory.eventCalendars(signal), signal);
}

async function takingTime(
  reader: OccurrenceReader,
  { href, ics }: StoredEvent,
  { own }: Viewer,
  signal: AbortSignal,
): Promise<Occurrence[]> {
  const reading = await reader.event({ key: href, ics }, undefined, signal);
  if ('code' in reading) return [];
  const { start, end } = reading.event;
  const window = { from: start, to: Math.max(end, start) + horizonMs };
  const { found } = await reader.occurrences([{ key: href, ics }], window, maxCompared, signal);
  return found.map(({ occurrence }) => occurrence).filter((occurrence) => blocking(occurrence, own));
}

async function entriesOf(
  reader: OccurrenceReader,
  events: readonly StoredEvent[],
  fresh: readonly FreshCalendar[],
  window: TimeWindow,
  signal: AbortSignal,
): Promise<Entry[]> {
  if (events.length === 0) return [];
  const texts = events.map(({ href, ics }) => ({ key: href, ics }));
  const { found } = await reader.occurrences(texts, window, maxCompared, signal);
  return found.flatMap(({ key, occurrence }) => {
    const place = events.find(({ href }) => href === key)?.calendar;
    const calendar = fresh.map((one) => one.calendar).find(({ id }) => id === place);
    return calendar ? [{ calendar, resource: resourceOf(key), occurrence }] : [];
  });
}

/** The server did not give all it holds. */
function isHalfRead({ index }: FreshCalendar): boolean {
  return index.failed.some(({ text }) => !text);
}

function takesTime({ calendar, occurrence }: Entry, { own }: Viewer): boolean {
  return blocking(occurrence, own) !== undefined && !takesNoTime(calendar.collection, occurrence);
}

function overlap(a: Occurrence, b: Occurrence): boolean {
  return a.start < b.end && b.start < a.end;
}

function spanning(occurrences: readonly Occurrence[]): TimeWindow | undefined {
  if (occurrences.length === 0) return undefined;
  return {
    from: Math.min(...occurrences.map(({ start }) => start)),
    to: Math.max(...occurrences.map(({ end }) => end)),
  };
}
