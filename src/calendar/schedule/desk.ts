import type { DavCollection } from '../../connections/caldav/types.ts';
import type { EventDetails, EventSummary } from '../../domain/calendar.ts';
import type { EventRef } from '../../domain/event-id.ts';
import type { FreshCalendars } from '../calendar-mirror.ts';
import type { EventView, OccurrenceKey } from '../event.ts';
import type { Difference } from './proof.ts';

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

/** As the server shows it after a change. */
export interface Proven extends StoredEvent {
  /** Where that is not what it was sent. */
  otherwise: readonly Difference[];
}

/** What the writer has to know of a resource: the master's view, or that of one occurrence. */
export interface Look {
  view: EventView;
  recurring: boolean;
  /** The original start of what is shown, where it belongs to a series. */
  original: OccurrenceKey | undefined;
}

/** The calendars as they were proven during a call. */
export interface Surroundings extends FreshCalendars {
  /** Of the monotonic clock, ms. */
  provenAt: number;
  /** What was opened among them, and is about to be changed. */
  opened: string;
}

/** What a call has stored. */
export interface Written {
  stored: StoredEvent;
  /** Changed along with it. */
  beside: readonly StoredEvent[];
  /** Proven before it was stored; without it the calendars are asked now. */
  around: Surroundings | undefined;
}

export interface Conflicts {
  conflicts: EventSummary[];
  /** All there are, listed or not. */
  total: number;
  /** A calendar could not be asked. */
  incomplete: boolean;
}

export interface Account {
  /** Own addresses, lower case; the first one is the organizer of what this account creates. */
  addresses: readonly string[];
  /** Those of them the calendar server knows; empty where it does not tell. */
  known: readonly string[];
  name: string | undefined;
  /** The server tells organizers and attendees itself (RFC 6638). */
  schedules: boolean;
}

/** What the writing half needs of the reading half. */
export interface Desk {
  account(signal: AbortSignal): Promise<Account>;
  /** Fresh from the server. @throws MailboxError `not_found`. */
  open(ref: EventRef, signal: AbortSignal): Promise<StoredEvent>;
  /**
   * Fresh too, and with it the calendars in which conflicts will be looked for, where that saves asking again. @throws as
   * `open`.
   */
  openAmong(
    ref: EventRef,
    signal: AbortSignal,
  ): Promise<{ event: StoredEvent; around: Surroundings | undefined }>;
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
  /** What else takes the same time, in any of the user's calendars as they were proven during this call. */
  conflicts(written: Written, signal: AbortSignal): Promise<Conflicts>;
  /** What the server was just seen to hold need not be fetched again. */
  keep(stored: StoredEvent): void;
}
