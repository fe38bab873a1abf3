import type { CalendarWarning, EventDetails } from '../../domain/calendar.ts';
import { paramsOf } from '../edit/lines.ts';
import { holding } from '../edit/moment-line.ts';
import { eventsOf } from '../edit/tree.ts';
import { type Component, linesOf, readDocument } from '../ics/document.ts';
import { attendeesOf, organizerOf } from '../reading/people.ts';
import type { Told } from './telling.ts';

/** 3.x: an address that cannot be written to, 5.x: not delivered (RFC 6638 §3.2.9). */
const failure = /(?:^|[\s,;"])[35]\.\d/u;

/** What went wrong in telling people: of the mails, or as the server wrote it beside them in what is stored now. */
export function tellingWarnings(
  { by, warnings }: Told,
  ics: string,
  event: Pick<EventDetails, 'end' | 'allDay' | 'recurrence'>,
  now: Date,
): CalendarWarning[] {
  if (by !== 'server') return warnings;
  return [...warnings, ...undelivered(ics), ...(isOver(event, now) ? [tellsOfComing] : [])];
}

/** Open-Xchange writes to nobody about what is over (its SchedulingHelper.shouldTrack), and says nothing of it. */
const tellsOfComing: CalendarWarning = {
  code: 'event_is_over',
  detail: 'The event is over: mailbox.org tells nobody about such changes.',
};

function isOver({ end, allDay, recurrence }: Pick<EventDetails, 'end' | 'allDay' | 'recurrence'>, now: Date) {
  const afterMs = allDay ? 2 * 86_400_000 : 0;
  return recurrence === undefined && Date.parse(end) + afterMs < now.getTime();
}

function undelivered(ics: string): CalendarWarning[] {
  const unreached = new Set(eventsOf(readDocument(ics)).flatMap(unreachedIn));
  if (unreached.size === 0) return [];
  const detail = `The calendar server could not tell ${[...unreached].slice(0, 20).join(', ')}: write to them yourself.`;
  return [{ code: 'not_told', detail }];
}

function unreachedIn(event: Component): string[] {
  const lines = [...linesOf(event, 'ATTENDEE'), ...linesOf(event, 'ORGANIZER')];
  return lines
    .filter((line) => failure.test(paramsOf(line)['SCHEDULE-STATUS'] ?? ''))
    .map((line) => attendeesOf(holding(line))[0]?.email ?? organizerOf(holding(line))?.email ?? '?');
}
