import type { Participation } from '../domain/calendar.ts';

/** Plain values only: they travel between the worker that reads and expands, and the service. */

export interface Attendee {
  name?: string;
  /** Lower case, without `mailto:`; empty when the file gives none. */
  email: string;
  status: Participation;
  role?: 'chair' | 'optional' | 'informed';
  /** CUTYPE=ROOM or RESOURCE. */
  resource?: true;
}

/** The original start of an occurrence: what RECURRENCE-ID says, comparable. */
export type OccurrenceKey = { date: string } | { instant: number };

/** One VEVENT as a reader needs it; texts are cleaned of control and invisible characters. */
export interface EventView {
  uid: string;
  title: string;
  location?: string;
  /** Whole: it is read in pages. */
  description?: string;
  url?: string;
  status?: 'tentative' | 'cancelled' | 'confirmed';
  /** TRANSP: it does not block time. */
  transparent: boolean;
  organizer?: { name?: string; email: string };
  attendees: Attendee[];
  /** RRULE value as written. */
  rule?: string;
  /** Minutes before the start, of VALARMs relative to it. */
  reminders: number[];
  /** ISO instants in UTC. */
  created?: string;
  modified?: string;
  sequence: number;
  /** DTSTAMP: in an invitation when the organizer said this. */
  stamped?: string;
  /** TZID as meant, IANA where known. */
  zone?: string;
  /** A TZID neither the file nor IANA nor Windows explains; read in the user's zone. */
  unknownZone?: string;
}

export interface Occurrence {
  /** Instants in ms. All-day: midnights in the user's zone; `end` exclusive. */
  start: number;
  end: number;
  /** Plain dates, `last` inclusive. */
  allDay?: { first: string; last: string };
  /** Of an event that recurs. */
  original?: OccurrenceKey;
  /** Which of the resource's views it shows. */
  view: EventView;
}

/** Half open, instants in ms. */
export interface TimeWindow {
  from: number;
  to: number;
}

/** What a resource covers at most, for an index; `to` is Infinity for rules without end. */
export interface Span extends TimeWindow {
  uid: string;
  /** A rule, dates or overrides. */
  recurring: boolean;
}

/** A resource that cannot be read, or not wholly; the reason is our own sentence. */
export interface ReadFailure {
  code: 'invalid_input' | 'unsupported' | 'timeout';
  reason: string;
  /** Instant in ms, of a window that was asked for: what it takes from then on is not known. */
  unknownFrom?: number;
}
