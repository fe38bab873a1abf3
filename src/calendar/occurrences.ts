import type { CacheRegion } from '../domain/cache-port.ts';
import type { CalendarIncomplete } from '../domain/calendar.ts';
import type { CalendarEntry } from './calendar-directory.ts';
import type { FreshCalendar } from './calendar-mirror.ts';
import type { Occurrence, TimeWindow } from './event.ts';
import { missing } from './incomplete.ts';
import type { OccurrenceReader } from './occurrence-reader.ts';
import type { IndexedResource } from './resource-index.ts';

/** An occurrence and where it stands. */
export interface Entry {
  calendar: CalendarEntry;
  /** The resource part of its event id. */
  resource: string;
  occurrence: Occurrence;
}

export interface OccurrenceAnswer {
  entries: readonly Entry[];
  incomplete: CalendarIncomplete;
  /** Instant from which more may take place in the window than is known; absent when nothing was cut. */
  unknownFrom?: number;
}

/** More of one resource in one window is a rule gone wild, and named in `incomplete`. */
const maxOfOne = 10_000;
const entryBytes = 600;

export interface OccurrencesOptions {
  reader: OccurrenceReader;
  /** Answers, by state of the calendars and window. */
  remembered: CacheRegion<OccurrenceAnswer>;
}

/** What takes place in a window, over calendars just proven fresh. */
export class Occurrences {
  private readonly reader: OccurrenceReader;
  private readonly remembered: CacheRegion<OccurrenceAnswer>;

  constructor({ reader, remembered }: OccurrencesOptions) {
    this.reader = reader;
    this.remembered = remembered;
  }

  /** Of all resources that may touch the window. */
  async within(
    calendars: readonly FreshCalendar[],
    window: TimeWindow,
    signal: AbortSignal,
  ): Promise<OccurrenceAnswer> {
    const states = calendars.map(({ calendar, index }) => `${calendar.id} ${index.stamp}`);
    const key = JSON.stringify([window.from, window.to, ...states]);
    const known = this.remembered.get(key);
    if (known) return known;
    const answer = await this.of(calendars, window, () => true, signal);
    const isFinal = answer.incomplete.every(({ code }) => code !== 'timeout');
    if (isFinal) this.remembered.set(key, answer, answer.entries.length * entryBytes);
    return answer;
  }

  /** Of those among them that `wanted` lets pass. */
  async of(
    calendars: readonly FreshCalendar[],
    window: TimeWindow,
    wanted: (resource: IndexedResource) => boolean,
    signal: AbortSignal,
  ): Promise<OccurrenceAnswer> {
    const places = new Map(
      calendars.flatMap(({ calendar, index }) =>
        index
          .touching(window)
          .filter(wanted)
          .map((resource) => [resource.href, { calendar, resource }] as const),
      ),
    );
    const texts = [...places].flatMap(([key, { resource }]) =>
      resource.text ? [{ key, ics: resource.text.toString('utf8') }] : [],
    );
    if (texts.length === 0) return { entries: [], incomplete: [] };
    const { found, failures } = await this.reader.occurrences(texts, window, maxOfOne, signal);
    const entries = found.flatMap(({ key, occurrence }) => {
      const place = places.get(key);
      return place ? [{ calendar: place.calendar, resource: place.resource.name, occurrence }] : [];
    });
    const incomplete = [...failures].flatMap(([key, failure]) => {
      const place = places.get(key);
      return place ? [missing(place.calendar.id, place.resource.name, failure)] : [];
    });
    const cuts = [...failures.values()].flatMap(({ unknownFrom }) => unknownFrom ?? []);
    return { entries, incomplete, ...(cuts.length > 0 ? { unknownFrom: Math.min(...cuts) } : {}) };
  }
}
