import { randomUUID } from 'node:crypto';
import type { CalendarStore } from '../connections/caldav/types.ts';
import type { CacheRegion } from '../domain/cache-port.ts';
import type { CalendarPort, SchedulePort } from '../domain/calendar-port.ts';
import type { InvitationSource, ItipPort } from '../domain/itip-port.ts';
import type { OwnWrites } from '../domain/own-writes.ts';
import { calendarParts } from './calendar-parts.ts';
import { CalendarService } from './calendar-service.ts';
import { edits } from './edit/edits.ts';
import type { OccurrenceAnswer } from './occurrences.ts';
import { Reader } from './reading/reader.ts';
import { CalendarDesk } from './schedule/calendar-desk.ts';
import { ResourceWriter } from './schedule/resource-writer.ts';
import { ScheduleService } from './schedule/schedule-service.ts';
import { Telling } from './schedule/telling.ts';

export interface CalendarRoomOptions {
  store: CalendarStore;
  /** The user's IANA zone. */
  zone: string;
  /** Own addresses, the main one first. */
  addresses: readonly string[];
  name: string | undefined;
  /** MAILBOX_CALENDARS. */
  calendars: readonly string[];
  /** How long calendars stay in memory, ms. */
  ttlMs: number;
  writes: OwnWrites;
  remembered: CacheRegion<OccurrenceAnswer>;
  itip: ItipPort;
  invitations: InvitationSource;
  now?: () => Date;
  newUid?: () => string;
}

/** The services of the calendar, on the same connections, index and reader. */
export interface CalendarRoom {
  calendar: CalendarPort;
  schedule: SchedulePort;
  close(): Promise<void>;
}

export function openCalendarRoom(options: CalendarRoomOptions): CalendarRoom {
  const { store, zone, itip, invitations, now = () => new Date(), newUid = randomUUID } = options;
  const reader = new Reader(zone);
  const parts = calendarParts({ ...options, reader, now: () => now().getTime() });
  const desk = new CalendarDesk(parts);
  const schedule = new ScheduleService({
    ...{ desk, edits, invitations, zone, now, newUid },
    writer: new ResourceWriter(store, desk, zone),
    telling: new Telling(itip),
  });
  return {
    calendar: new CalendarService(parts),
    schedule,
    close: async () => {
      parts.mirror.clear();
      await reader.close();
    },
  };
}
