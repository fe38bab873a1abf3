import type { CalendarStore } from '../connections/caldav/types.ts';
import { steadyClock } from '../connections/steady-clock.ts';
import type { CacheRegion } from '../domain/cache-port.ts';
import type { OwnWrites } from '../domain/own-writes.ts';
import { CalendarDirectory, type CalendarHome } from './calendar-directory.ts';
import { CalendarMirror } from './calendar-mirror.ts';
import { EventLookup } from './event-lookup.ts';
import type { OccurrenceReader } from './occurrence-reader.ts';
import { type OccurrenceAnswer, Occurrences } from './occurrences.ts';
import type { Viewer } from './present.ts';

export interface CalendarOptions {
  store: CalendarStore;
  reader: OccurrenceReader;
  /** IANA zone of the user. */
  zone: string;
  /** Own addresses by configuration, the main one first. */
  addresses: readonly string[];
  /** Display name of the account. */
  name: string | undefined;
  /** MAILBOX_CALENDARS: names or ids; empty for all. */
  calendars: readonly string[];
  /** How long calendars stay in memory, ms. */
  ttlMs: number;
  writes?: OwnWrites;
  /** Occurrences by window, each good for one state of the calendars. */
  remembered: CacheRegion<OccurrenceAnswer>;
  now?: () => number;
  /** For durations. Default: a `steadyClock`. */
  clock?: () => number;
}

/** What reading and writing calendars have in common. */
export interface CalendarParts {
  store: CalendarStore;
  reader: OccurrenceReader;
  directory: CalendarDirectory;
  mirror: CalendarMirror;
  occurrences: Occurrences;
  lookup: EventLookup;
  zone: string;
  /** As configured, the main one first. */
  addresses: readonly string[];
  name: string | undefined;
  /** Own addresses are those of the configuration and those the server knows. */
  viewerOf(home: CalendarHome): Viewer;
  now(): number;
}

/** The services of one account stand on one set of these. */
export function calendarParts(options: CalendarOptions): CalendarParts {
  const { store, reader, zone, addresses, name, calendars: only, ttlMs, remembered } = options;
  const { writes, now = Date.now, clock = steadyClock() } = options;
  const directory = new CalendarDirectory({ store, only, ttlMs, now: clock });
  const mirror = new CalendarMirror({ store, reader, ttlMs, now, clock, ...(writes && { writes }) });
  const occurrences = new Occurrences({ reader, remembered });
  const lookup = new EventLookup({ store, directory, mirror, reader });
  const viewerOf = ({ addresses: known }: CalendarHome) => {
    return { zone, own: new Set([...addresses, ...known].map((address) => address.toLowerCase())) };
  };
  const stock = { store, reader, directory, mirror, occurrences, lookup };
  return { ...stock, zone, addresses, name, viewerOf, now };
}
