import type { CalendarPort, SchedulePort } from '../domain/calendar-port.ts';
import { MailboxError } from '../domain/errors.ts';
import type { CalendarRoom } from './calendar-room.ts';

/** Where an account has no CalDAV server: no server is asked, and every call says what to set. */
export function noCalendars(): CalendarRoom {
  const calendar: CalendarPort = {
    listCalendars: refuse,
    getEvents: refuse,
    getEvent: refuse,
    searchEvents: refuse,
    getFreeBusy: refuse,
    eventIdOf: async () => undefined,
  };
  const schedule: SchedulePort = {
    createEvent: refuse,
    updateEvent: refuse,
    deleteEvent: refuse,
    respond: refuse,
  };
  return { calendar, schedule, close: async () => undefined };
}

async function refuse(): Promise<never> {
  throw new MailboxError('unsupported', 'This account has no calendars: no CalDAV server is set.', {
    hint: 'Set MAILBOX_CALDAV_URL to the CalDAV server of its provider and restart the server.',
  });
}
