import type { EventSummary } from '../domain/calendar.ts';
import { formatEventId } from '../domain/event-id.ts';
import { formatInstant } from '../domain/time.ts';
import type { Occurrence, OccurrenceKey } from './event.ts';
import { listedLine } from './listed-line.ts';
import type { Entry } from './occurrences.ts';
import { blocking, ownStatus, takesNoTime } from './participation.ts';

/** ISO 8601 in four-digit years; an event may claim to last longer. */
const first = Date.UTC(100, 0, 2);
const last = Date.UTC(9999, 11, 30);

/** Whose eyes see it. */
export interface Viewer {
  /** IANA zone. */
  zone: string;
  /** Own addresses, lower case. */
  own: ReadonlySet<string>;
}

/** An event or occurrence as lists show it. */
export function summaryOf(entry: Entry, viewer: Viewer): EventSummary {
  const attendees = entry.occurrence.view.attendees.length;
  return { ...commonFields(entry, viewer), ...(attendees > 0 ? { attendees } : {}) };
}

/** What lists and details have in common. */
export function commonFields(entry: Entry, { zone, own }: Viewer): Omit<EventSummary, 'attendees'> {
  const { calendar, resource, occurrence } = entry;
  const { original, allDay, view } = occurrence;
  const mine = ownStatus(view, own);
  const occurrenceText = original && originalText(original, zone);
  return {
    id: formatEventId({
      ...{ calendar: calendar.id, resource },
      ...(occurrenceText === undefined ? {} : { occurrence: occurrenceText }),
    }),
    calendar: calendar.id,
    title: listedLine(view.title),
    ...timesOf(occurrence, zone),
    ...(allDay ? { allDay: true } : {}),
    ...(view.location ? { location: listedLine(view.location) } : {}),
    ...(view.status === 'tentative' || view.status === 'cancelled' ? { status: view.status } : {}),
    ...(original ? { recurring: true } : {}),
    ...(mine ? { myStatus: mine } : {}),
    ...(takesTime(entry, own) ? { busy: true } : {}),
    ...(view.unknownZone ? { unknownZone: listedLine(view.unknownZone) } : {}),
  };
}

/** As people say it: an instant in their zone, a whole day as a date, the last one included. */
export function timesOf(
  { start, end, allDay }: Pick<Occurrence, 'start' | 'end' | 'allDay'>,
  zone: string,
): { start: string; end: string } {
  if (allDay) return { start: allDay.first, end: allDay.last };
  return { start: isoTime(start, zone), end: isoTime(end, zone) };
}

/** The part of an event id behind `@`. */
export function originalText(original: OccurrenceKey, zone: string): string {
  return 'date' in original ? original.date : isoTime(original.instant, zone);
}

/** @param instant ms; what lies beyond years of four digits is drawn to their edge. */
export function isoTime(instant: number, zone: string): string {
  return formatInstant(new Date(Math.min(Math.max(instant, first), last)), zone);
}

function takesTime({ calendar, occurrence }: Entry, own: ReadonlySet<string>): boolean {
  return blocking(occurrence, own) !== undefined && !takesNoTime(calendar.collection, occurrence);
}
