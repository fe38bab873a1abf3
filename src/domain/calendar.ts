import * as z from 'zod';
import { stale } from './stale.ts';

/** Times: ISO 8601 with offset in the user's zone; all-day values are plain dates and `end` is the last day. */

export const eventId = z.string();

/** What could not be read, and why, in our own words: never a hidden nothing. */
export const calendarIncomplete = z.array(
  z.object({ where: z.string(), code: z.string(), reason: z.string().optional() }),
);
export type CalendarIncomplete = z.infer<typeof calendarIncomplete>;

export const calendarInfo = z.object({
  id: z.string(),
  name: z.string(),
  color: z.string().optional(),
  readOnly: z.boolean().optional(),
  default: z.boolean().optional(),
  holds: z.array(z.enum(['events', 'tasks'])),
});
export type CalendarInfo = z.infer<typeof calendarInfo>;

export const calendarList = z.object({
  calendars: z.array(calendarInfo),
  timezone: z.string(),
  incomplete: calendarIncomplete.optional(),
});
export type CalendarList = z.infer<typeof calendarList>;

export const participation = z.enum(['needs-action', 'accepted', 'declined', 'tentative', 'delegated']);
export type Participation = z.infer<typeof participation>;

const summaryFields = {
  id: eventId,
  /** The calendar's id. */
  calendar: z.string(),
  title: z.string(),
  start: z.string(),
  end: z.string(),
  allDay: z.boolean().optional(),
  location: z.string().optional(),
  status: z.enum(['tentative', 'cancelled']).optional(),
  recurring: z.boolean().optional(),
  myStatus: participation.optional(),
  /** It blocks time. */
  busy: z.boolean().optional(),
  /** A zone nobody knows, read as the user's: the times may be wrong. */
  unknownZone: z.string().optional(),
};

export const eventSummary = z.object({ ...summaryFields, attendees: z.number().int().optional() });
export type EventSummary = z.infer<typeof eventSummary>;

export const eventPage = z.object({
  stale: stale.optional(),
  timezone: z.string(),
  events: z.array(eventSummary),
  nextCursor: z.string().optional(),
  incomplete: calendarIncomplete.optional(),
});
export type EventPage = z.infer<typeof eventPage>;

/** Where there are several accounts an answer over all of them says whose each event is. */
export const eventPageOfAll = eventPage.extend({
  events: z.array(eventSummary.extend({ account: z.string().optional() })),
});

export const attendee = z.object({
  name: z.string().optional(),
  email: z.string(),
  status: participation,
  /** Left out for a required participant. */
  role: z.enum(['chair', 'optional', 'informed']).optional(),
});
export type AttendeeInfo = z.infer<typeof attendee>;

export const calendarWarning = z.object({ code: z.string(), detail: z.string() });
export type CalendarWarning = z.infer<typeof calendarWarning>;

const detailFields = {
  ...summaryFields,
  description: z.string().optional(),
  /** Of a description that is not here as a whole; `nextOffset` unless this is its end. */
  totalChars: z.number().int().optional(),
  nextOffset: z.number().int().optional(),
  url: z.string().optional(),
  organizer: z.string().optional(),
  attendees: z.array(attendee).optional(),
  recurrence: z
    .object({ rule: z.string(), text: z.string(), until: z.string().optional(), count: z.int().optional() })
    .optional(),
  /** Minutes before the start. */
  reminders: z.array(z.number().int()).optional(),
  created: z.string().optional(),
  modified: z.string().optional(),
  /** Of one occurrence: its series. */
  series: z.object({ id: eventId, start: z.string() }).optional(),
  warnings: z.array(calendarWarning).optional(),
};

export const eventDetails = z.object({ stale: stale.optional(), ...detailFields });
export type EventDetails = z.infer<typeof eventDetails>;

export const createdEvent = z.object({ ...detailFields, conflicts: z.array(eventSummary).optional() });
export type CreatedEvent = z.infer<typeof createdEvent>;

export const updatedEvent = z.object({
  ...detailFields,
  changed: z.array(z.string()),
  conflicts: z.array(eventSummary).optional(),
});
export type UpdatedEvent = z.infer<typeof updatedEvent>;

export const scope = z.enum(['this', 'following', 'all']);
export type Scope = z.infer<typeof scope>;

export const deletedEvent = z.object({
  deleted: z.object({ id: eventId, scope: scope.optional() }),
  /** It was somebody else's invitation: they are told it was declined. */
  declined: z.boolean().optional(),
  replySent: z.enum(['server', 'mail', 'none']).optional(),
  warnings: z.array(calendarWarning).optional(),
});
export type DeletedEvent = z.infer<typeof deletedEvent>;

export const answeredInvitation = z.object({
  ...detailFields,
  /** Who told the organizer. */
  replySent: z.enum(['server', 'mail', 'none']),
});
export type AnsweredInvitation = z.infer<typeof answeredInvitation>;

export const freeBusy = z.object({
  stale: stale.optional(),
  timezone: z.string(),
  busy: z.array(z.object({ start: z.string(), end: z.string(), status: z.enum(['busy', 'tentative']) })),
  free: z.array(z.object({ start: z.string(), end: z.string() })),
  incomplete: calendarIncomplete.optional(),
});
export type FreeBusy = z.infer<typeof freeBusy>;
