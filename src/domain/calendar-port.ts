import type {
  AnsweredInvitation,
  CalendarList,
  CreatedEvent,
  DeletedEvent,
  EventDetails,
  EventPage,
  FreeBusy,
  Scope,
  UpdatedEvent,
} from './calendar.ts';
import type { InvitedEvent } from './mail.ts';
import type { CallContext } from './mail-port.ts';
import type { SendContext } from './outbox-port.ts';

export interface EventsRequest {
  /** ISO date or date-time; without offset in the user's zone. */
  start: string;
  /** Exclusive as a date-time, inclusive as a date. Default: seven days after `start`. */
  end?: string | undefined;
  /** Calendar id or name. Default: all. */
  calendar?: string | undefined;
  /** Default 100. */
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface EventSearchRequest {
  /** All words must occur in title, description, location, or names and addresses of people. */
  query: string;
  /** Default: a year ago. */
  start?: string | undefined;
  /** Default: in a year. */
  end?: string | undefined;
  calendar?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface FreeBusyRequest {
  start: string;
  end: string;
  /** Ids or names. Default: all that hold events. */
  calendars?: readonly string[] | undefined;
  /** Minutes a free slot has at least. Default 30. */
  duration?: number | undefined;
  /** `HH:MM-HH:MM` in the user's zone. Default 09:00-17:00. */
  workingHours?: string | undefined;
  /** `mo` to `su`. Default Monday to Friday. */
  workingDays?: readonly string[] | undefined;
}

export interface EventRequest {
  id: string;
  /** Characters (UTF-16 units) into the description. */
  offset?: number | undefined;
}

/** Reads the calendars. Every method throws MailboxError and nothing else; what could not be read is in `incomplete`. */
export interface CalendarPort {
  listCalendars(request: Record<never, never>, context: CallContext): Promise<CalendarList>;
  getEvents(request: EventsRequest, context: CallContext): Promise<EventPage>;
  getEvent(request: EventRequest, context: CallContext): Promise<EventDetails>;
  searchEvents(request: EventSearchRequest, context: CallContext): Promise<EventPage>;
  getFreeBusy(request: FreeBusyRequest, context: CallContext): Promise<FreeBusy>;
  /**
   * Id of an event that is in the calendars. For readers of mail, who must not wait for calendars: undefined also where
   * these were not read before, do not answer at once or fail.
   */
  eventIdOf(event: InvitedEvent, context: CallContext): Promise<string | undefined>;
}

/** What an event says. Absent fields stay as they are, or take their default in a new event. */
export interface EventFields {
  title?: string | undefined;
  /** ISO date (then all-day), local date-time in `timezone`, or date-time with offset. */
  start?: string | undefined;
  /** As `start`; the last day of an all-day event. Excludes `duration`. */
  end?: string | undefined;
  /** Minutes. */
  duration?: number | undefined;
  allDay?: boolean | undefined;
  /** IANA zone in which the event is kept. Default: the user's; `UTC` only when asked for. */
  timezone?: string | undefined;
  location?: string | undefined;
  description?: string | undefined;
  /** RRULE value without the name; an empty text ends the series. */
  recurrence?: string | undefined;
  /** Minutes before the start; an empty list removes them. */
  reminders?: readonly number[] | undefined;
  /** Addresses as people write them; the whole list. */
  attendees?: readonly string[] | undefined;
  busy?: boolean | undefined;
  url?: string | undefined;
}

export interface CreateEventRequest extends EventFields {
  title: string;
  start: string;
  /** Calendar id or name. Default: the account's default calendar. */
  calendar?: string | undefined;
}

export interface UpdateEventRequest extends EventFields {
  id: string;
  scope?: Scope | undefined;
}

export interface DeleteEventRequest {
  id: string;
  scope?: Scope | undefined;
}

export interface InvitationAnswer {
  /** Event id; or the mail the invitation came with. */
  id?: string | undefined;
  emailId?: string | undefined;
  response: 'accepted' | 'declined' | 'tentative';
  scope?: Scope | undefined;
  comment?: string | undefined;
}

/** Changes the calendars. When a method throws, nothing was changed, except with `unknown_outcome`. */
export interface SchedulePort {
  createEvent(request: CreateEventRequest, context: SendContext): Promise<CreatedEvent>;
  updateEvent(request: UpdateEventRequest, context: SendContext): Promise<UpdatedEvent>;
  deleteEvent(request: DeleteEventRequest, context: SendContext): Promise<DeletedEvent>;
  respond(request: InvitationAnswer, context: SendContext): Promise<AnsweredInvitation>;
}
