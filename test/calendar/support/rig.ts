import { type CalendarParts, calendarParts } from '../../../src/calendar/calendar-parts.ts';
import { CalendarService } from '../../../src/calendar/calendar-service.ts';
import type { OccurrenceReader } from '../../../src/calendar/occurrence-reader.ts';
import type { OccurrenceAnswer } from '../../../src/calendar/occurrences.ts';
import type { CalendarStore } from '../../../src/connections/caldav/types.ts';
import type { CacheRegion } from '../../../src/domain/cache-port.ts';
import type { OwnWrites } from '../../../src/domain/own-writes.ts';
import { DirectReader } from './direct-reader.ts';

export const zone = 'Europe/Berlin';
export const me = 'alice@rig.test';

export interface CalendarRig {
  service: CalendarService;
  parts: CalendarParts;
  reader: OccurrenceReader;
  context: { signal: AbortSignal };
  /** What the clock shows; may be set. */
  clock: { now: number };
  /** By how much the wall clock was set since. */
  wall: { jump: number };
}

export interface RigOptions {
  calendars?: readonly string[];
  addresses?: readonly string[];
  ttlMs?: number;
  writes?: OwnWrites;
  reader?: OccurrenceReader;
  zone?: string;
}

/** The reading service on a store, with a clock of its own: noon of 10 June 2026 in Berlin. */
export function calendarRig(store: CalendarStore, options: RigOptions = {}): CalendarRig {
  const home = options.zone ?? zone;
  const reader = options.reader ?? new DirectReader(home);
  const clock = { now: Date.parse('2026-06-10T10:00:00Z') };
  const wall = { jump: 0 };
  const parts = calendarParts({
    ...{ store, reader, zone: home, name: 'Alice', remembered: keepAll() },
    ...{ now: () => clock.now + wall.jump, clock: () => clock.now },
    addresses: options.addresses ?? [me],
    calendars: options.calendars ?? [],
    ttlMs: options.ttlMs ?? 900_000,
    ...(options.writes && { writes: options.writes }),
  });
  const context = { signal: AbortSignal.timeout(60_000) };
  return { service: new CalendarService(parts), parts, reader, context, clock, wall };
}

export function keepAll(): CacheRegion<OccurrenceAnswer> {
  const values = new Map<string, OccurrenceAnswer>();
  return { get: (key) => values.get(key), set: (key, value) => void values.set(key, value) };
}

/** A resource with one event; `lines` as in a file, without BEGIN and END. */
export function event(uid: string, ...lines: string[]): string {
  const body = ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'];
  return calendar(...body);
}

export function calendar(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

/** `20260610T080000Z`. */
export function utc(instant: number): string {
  return new Date(instant).toISOString().replace(/[-:]|\.\d+/gu, '');
}
