import type { DavCollection } from '../../connections/caldav-types.ts';
import type { EventDetails, EventSummary } from '../../domain/calendar.ts';
import type { EventRef } from '../../domain/event-id.ts';
import type { EventView, OccurrenceKey } from '../event.ts';

export interface OpenCalendar {
  /** Short id. */
  calendar: string;
  collection: DavCollection;
}

/** A resource as the server holds it. */
export interface StoredEvent extends OpenCalendar {
  href: string;
  etag: string | undefined;
  scheduleTag: string | undefined;
  ics: string;
}

/** What the writer has to know of a resource: the master's view, or that of one occurrence. */
export interface Look {
  view: EventView;
  recurring: boolean;
  /** The original start of what is shown, where it belongs to a series. */
  original: OccurrenceKey | undefined;
}

export interface Account {
  /** Own addresses, lower case; the first one is the organizer of what this account creates. */
  addresses: readonly string[];
  name: string | undefined;
  /** The server tells organizers and attendees itself (RFC 6638). */
  schedules: boolean;
}

/** What the writing half needs of the reading half. */
export interface Desk {
  account(signal: AbortSignal): Promise<Account>;
  /** Fresh from the server. @throws MailboxError `not_found`. */
  open(ref: EventRef, signal: AbortSignal): Promise<StoredEvent>;
  /** The same resource as it is by now; undefined when it is gone. */
  reopen(stored: StoredEvent, signal: AbortSignal): Promise<StoredEvent | undefined>;
  /** Looks in all calendars, shown or not. */
  ofUid(uid: string, signal: AbortSignal): Promise<StoredEvent | undefined>;
  /** The calendar to write to, by id or name, or the default one. @throws MailboxError `not_found`, `forbidden`. */
  writable(calendar: string | undefined, signal: AbortSignal): Promise<OpenCalendar>;
  /** @throws MailboxError `not_found` when the series has no such occurrence; `invalid_input` when it cannot be read. */
  look(ics: string, occurrence: OccurrenceKey | undefined, signal: AbortSignal): Promise<Look>;
  /** As get_event shows it. */
  details(
    stored: StoredEvent,
    occurrence: OccurrenceKey | undefined,
    signal: AbortSignal,
  ): Promise<EventDetails>;
  /** What else takes the same time, in any of the user's calendars; `incomplete` when one could not be asked. */
  conflicts(
    stored: StoredEvent,
    signal: AbortSignal,
  ): Promise<{ conflicts: EventSummary[]; incomplete: boolean }>;
  /** What the server was just seen to hold need not be fetched again. */
  keep(stored: StoredEvent): void;
}
