import { formatAddress } from '../content/address.ts';
import type { TextPage } from '../content/body.ts';
import { cleanLine } from '../content/clean.ts';
import { fittingPage } from '../content/fit.ts';
import { isIanaZone } from '../content/zone-names.ts';
import { defaultListBytes, jsonBytes, withinBytes } from '../domain/answer-size.ts';
import type { AttendeeInfo, CalendarWarning, EventDetails } from '../domain/calendar.ts';
import { MailboxError } from '../domain/errors.ts';
import { formatEventId } from '../domain/event-id.ts';
import { offsetMinutes, zonedInstant } from '../domain/time.ts';
import type { CalendarEntry } from './calendar-directory.ts';
import type { Attendee, EventView, Occurrence } from './event.ts';
import type { EventReading } from './occurrence-reader.ts';
import { commonFields, isoTime, timesOf, type Viewer } from './present.ts';
import { describeRule } from './recurrence/describe-rule.ts';
import { parseRule } from './recurrence/parse-rule.ts';
import type { Rule, Until, WallMs } from './recurrence/rule.ts';

/** What a description gets at least; with the other fields, all bounded, an answer stays within its size. */
const minDescriptionBytes = 2_000;
const attendeeBytes = 6_000;
/** Longer ones are none that anybody wrote to be read. */
const titleBytes = 4_000;
const locationBytes = 8_000;
const maxReminders = 50;

/** What get_event says of a resource, or of one of its occurrences; of its description a page from `offset` on. */
export function detailsOf(
  { calendar, resource }: { calendar: CalendarEntry; resource: string },
  { event, recurring, occurrence: asked }: EventReading,
  viewer: Viewer,
  offset = 0,
): EventDetails {
  // An event that does not recur is its only occurrence: it has no series.
  const occurrence = recurring ? asked : undefined;
  const shown = occurrence ?? event;
  const { view } = shown;
  const common = commonFields({ calendar, resource, occurrence: shown }, viewer);
  const seriesId = formatEventId({ calendar: calendar.id, resource });
  const people = attendeesOf(view.attendees);
  const organizer = organizerOf(view);
  const { reminders, warnings } = remindersOf(view);
  const lines = linesOf(view);
  const told = [...people.warnings, ...warnings, ...lines.warnings];
  const details: EventDetails = {
    ...{ ...common, ...lines.texts },
    ...(occurrence ? {} : { id: seriesId, ...(recurring ? { recurring } : {}) }),
    ...(view.url ? { url: cleanLine(view.url, 2_000) } : {}),
    ...(organizer ? { organizer } : {}),
    ...(people.attendees.length > 0 ? { attendees: people.attendees } : {}),
    ...recurrenceOf(event, viewer.zone),
    ...(reminders.length > 0 ? { reminders } : {}),
    ...(view.created ? { created: inZone(view.created, viewer.zone) } : {}),
    ...(view.modified ? { modified: inZone(view.modified, viewer.zone) } : {}),
    ...(occurrence ? { series: { id: seriesId, start: timesOf(event, viewer.zone).start } } : {}),
    ...(told.length > 0 ? { warnings: told } : {}),
  };
  const room = Math.max(minDescriptionBytes, defaultListBytes - jsonBytes(details));
  return { ...details, ...descriptionPage(view, offset, room) };
}

/** Whole, so that they can be written back; what an answer has no room for is said. */
function linesOf({ title, location }: EventView): {
  texts: Pick<EventDetails, 'title' | 'location'>;
  warnings: CalendarWarning[];
} {
  const name = fittingPage(title, 0, titleBytes, titleBytes);
  const place = fittingPage(location ?? '', 0, locationBytes, locationBytes);
  const cut = Object.entries({ title: name, location: place }).filter(
    ([, page]) => page.nextOffset !== undefined,
  );
  return {
    texts: { title: marked(name), ...(location ? { location: marked(place) } : {}) },
    warnings: cut.map(([field, { text, totalChars }]) => ({
      code: `${field}_cut`,
      detail: `Only the first ${text.length} of ${totalChars} characters of ${field} are shown; written back it would lose the rest.`,
    })),
  };
}

function marked({ text, nextOffset }: TextPage): string {
  return nextOffset === undefined ? text : `${text.trimEnd()}…`;
}

function remindersOf({ reminders }: EventView): { reminders: number[]; warnings: CalendarWarning[] } {
  if (reminders.length <= maxReminders) return { reminders, warnings: [] };
  const detail = `Only the first ${maxReminders} of ${reminders.length} reminders are listed.`;
  return { reminders: reminders.slice(0, maxReminders), warnings: [{ code: 'reminders_cut', detail }] };
}

/** @param room in bytes of JSON; whatever it is, a cut is told by `totalChars` */
function descriptionPage(
  { description }: EventView,
  offset: number,
  room: number,
): Pick<EventDetails, 'description' | 'totalChars' | 'nextOffset'> {
  if (!description) return {};
  const { text, totalChars, nextOffset } = fittingPage(description, offset, room, room);
  if (text === description) return { description };
  return { description: text, totalChars, ...(nextOffset === undefined ? {} : { nextOffset }) };
}

function organizerOf({ organizer }: EventView): string {
  if (!organizer) return '';
  const { name, email } = organizer;
  return formatAddress({ ...(name ? { name } : {}), address: email });
}

function attendeesOf(all: readonly Attendee[]): { attendees: AttendeeInfo[]; warnings: CalendarWarning[] } {
  const list = all.map(({ name, email, status, role }) => ({
    ...(name ? { name: cleanLine(name, 200) } : {}),
    email: cleanLine(email, 320),
    status,
    ...(role ? { role } : {}),
  }));
  const room = withinBytes(list, attendeeBytes);
  if (room === list.length) return { attendees: list, warnings: [] };
  const detail = `Only the first ${room} of ${list.length} attendees are listed.`;
  return { attendees: list.slice(0, room), warnings: [{ code: 'attendees_cut', detail }] };
}

function recurrenceOf(event: Occurrence, zone: string): Pick<EventDetails, 'recurrence'> {
  const { rule: text, zone: named } = event.view;
  if (!text) return {};
  const rule = readableRule(text);
  if (!rule) return { recurrence: { rule: text, text } };
  const { until, count } = rule;
  const own = named !== undefined && isIanaZone(named) ? named : zone;
  const untilWall = (instant: number) => wallOf(instant, own);
  return {
    recurrence: {
      rule: text,
      text: describeRule(rule, wallStart(event, own), { untilWall }),
      ...(until ? { until: untilText(until, event, own, zone) } : {}),
      ...(count === undefined ? {} : { count }),
    },
  };
}

/** What a file calls a rule is shown as it stands when nobody can read it. */
function readableRule(text: string): Rule | undefined {
  try {
    return parseRule(text);
  } catch (error) {
    if (error instanceof MailboxError) return undefined;
    throw error;
  }
}

/** @param own zone of the event, @param zone of the user */
function untilText({ kind, ms }: Until, { allDay }: Occurrence, own: string, zone: string): string {
  if (kind === 'utc') {
    const time = isoTime(ms, zone);
    return allDay ? time.slice(0, 10) : time;
  }
  const wall = new Date(ms).toISOString().slice(0, 19);
  if (kind === 'date' || allDay) return wall.slice(0, 10);
  return isoTime(zonedInstant(wall, own).getTime(), zone);
}

function wallStart({ start, allDay }: Occurrence, own: string): WallMs {
  return allDay ? Date.parse(`${allDay.first}T00:00:00Z`) : wallOf(start, own);
}

function wallOf(instant: number, zone: string): WallMs {
  return instant + offsetMinutes(new Date(instant), zone) * 60_000;
}

function inZone(stamp: string, zone: string): string {
  return isoTime(Date.parse(stamp), zone);
}
