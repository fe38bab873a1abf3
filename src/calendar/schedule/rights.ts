import type { Scope } from '../../domain/calendar.ts';
import type { EventFields } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Target } from '../edit/edit.ts';
import { eventsOf } from '../edit/tree.ts';
import type { EventView, OccurrenceKey } from '../event.ts';
import { readDocument } from '../ics/document.ts';
import { attendeesOf, organizerOf as readOrganizer } from '../reading/people.ts';
import type { Account, StoredEvent } from './desk.ts';

/** Nobody organises an event without attendees. */
export type Organizer = 'self' | 'other' | 'nobody';

export function organizerOf({ organizer, attendees }: EventView, { addresses }: Account): Organizer {
  if (!organizer || attendees.length === 0) return 'nobody';
  return addresses.includes(organizer.email) ? 'self' : 'other';
}

/** Whose a stored text is as a whole: an occurrence to which nobody is invited does not speak for its series. */
export function organizerIn(ics: string, { addresses }: Account): Organizer {
  const events = eventsOf(readDocument(ics));
  const organizers = events.flatMap((event) => readOrganizer(event)?.email ?? []);
  if (organizers.length === 0 || events.every((event) => attendeesOf(event).length === 0)) return 'nobody';
  return organizers.some((email) => addresses.includes(email)) ? 'self' : 'other';
}

/** Addresses of the others who are invited. */
export function othersIn(attendees: EventView['attendees'], { addresses }: Account): string[] {
  const others = attendees.map(({ email }) => email).filter((email) => email && !addresses.includes(email));
  return [...new Set(others)];
}

/** @throws MailboxError `forbidden`. */
export function requireWritable({ collection, calendar }: StoredEvent): void {
  if (collection.writable) return;
  throw new MailboxError('forbidden', `The calendar ${calendar} is read-only.`, {
    hint: 'Nothing was changed. list_calendars shows which calendars can be changed.',
  });
}

/** What an attendee may keep as they like in their own copy (RFC 6638 §3.2.2.1). */
const ownFields = new Set(['reminders', 'busy']);

/** @throws MailboxError `forbidden` when only the organizer may change it. */
export function refuseForeign(organizer: Organizer, fields: EventFields): void {
  const foreign = Object.entries(fields).flatMap(([name, value]) =>
    value !== undefined && !ownFields.has(name) ? [name] : [],
  );
  if (organizer !== 'other' || foreign.length === 0) return;
  throw new MailboxError(
    'forbidden',
    `Somebody else organises this event: ${foreign.join(', ')} cannot be changed.`,
    {
      hint: 'Answer with respond_to_invitation (comment), or write to the organizer. reminders and busy can be changed.',
    },
  );
}

/**
 * What the call is about. A single event has no scope; an occurrence of a series needs one, for nobody should guess how
 * much of it is meant.
 * @param isForeign somebody else's: it cannot be answered or changed from one occurrence on
 */
export function targetOf(
  scope: Scope | undefined,
  occurrence: OccurrenceKey | undefined,
  recurring: boolean,
  isForeign = false,
): Target {
  if (!recurring) return { scope: 'all' };
  if (!occurrence) {
    if (scope === undefined || scope === 'all') return { scope: 'all' };
    throw new MailboxError(
      'invalid_input',
      `scope ${scope} needs the id of an occurrence; this is that of the whole series.`,
      {
        hint: 'Take the id of the occurrence from get_calendar_events.',
      },
    );
  }
  if (scope === undefined) {
    throw new MailboxError('invalid_input', 'This is one occurrence of a series: scope is missing.', {
      hint: `Pass scope: ${isForeign ? 'this (only this one)' : 'this (only this one), following (this and all later ones)'} or all (the whole series). Ask the user if unsure.`,
    });
  }
  return { scope, occurrence };
}

/** The occurrence to show after the change, if it is still one. */
export function shownOccurrence(target: Target): OccurrenceKey | undefined {
  return target.scope === 'this' ? target.occurrence : undefined;
}
