import type { CalendarWarning } from '../../domain/calendar.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { MailedInvitation } from '../../domain/itip-port.ts';
import { paramsOf, rawValue } from '../edit/lines.ts';
import { readStored } from '../edit/split-series-stored.ts';
import { calendarsOf, eventsOf, lineOf, masterOf } from '../edit/tree.ts';
import type { EventView, OccurrenceKey } from '../event.ts';
import { readDocument } from '../ics/document.ts';
import { keyOf } from '../reading/event-set.ts';
import type { Workshop } from './workshop.ts';

/** A mailed invitation, read. */
export interface Invitation {
  /** What may be stored of it. */
  ics: string;
  /** Of the whole event, or of the first occurrence it brings. */
  view: EventView;
  /** The event recurs, or it is about occurrences of one that does. */
  recurring: boolean;
  /** The single occurrences it brings without their series (RFC 5546 §3.2.2); none when it brings the whole event. */
  occurrences: readonly OccurrenceKey[];
  /** Who sent it in the organizer's name, lower case. */
  sentBy: string | undefined;
  warnings: CalendarWarning[];
}

/** @throws MailboxError `invalid_input` when the mail asks for no answer. */
export async function readInvitation(
  { edits, desk, zone }: Workshop,
  mailed: MailedInvitation,
  signal: AbortSignal,
): Promise<Invitation> {
  refuseOtherMethods(methodOf(mailed.ics));
  const ics = edits.storable(mailed.ics);
  const { view, recurring } = await desk.look(ics, undefined, signal);
  const organizer = view.organizer?.email;
  const sentBy = sentByIn(ics) === mailed.from ? mailed.from : undefined;
  const warnings: CalendarWarning[] = [];
  if (organizer !== undefined && organizer !== mailed.from && sentBy === undefined) {
    const detail = `The mail came from ${mailed.from}, the organizer is ${organizer}.`;
    warnings.push({ code: 'sender_not_organizer', detail });
  }
  if (mailed.authentication === 'fail') {
    warnings.push({
      code: 'authentication_failed',
      detail: 'The sender address of the mail is not genuine.',
    });
  }
  return { ics, view, recurring, occurrences: occurrencesIn(ics, zone), sentBy, warnings };
}

export function hasMaster(ics: string): boolean {
  return masterOf(readDocument(ics)) !== undefined;
}

/** Lower case, of the organizer (RFC 5545 §3.2.18); undefined when there is none. */
export function sentByIn(ics: string): string | undefined {
  const line = eventsOf(readDocument(ics)).flatMap((event) => lineOf(event, 'ORGANIZER') ?? [])[0];
  const sentBy = line && paramsOf(line)['SENT-BY'];
  return sentBy
    ?.replace(/^mailto:/iu, '')
    .trim()
    .toLowerCase();
}

function occurrencesIn(ics: string, zone: string): OccurrenceKey[] {
  if (hasMaster(ics)) return [];
  return [...readStored(ics, zone).set.changes.values()].map(({ original }) => keyOf(original));
}

function methodOf(ics: string): string {
  const [calendar] = calendarsOf(readDocument(ics));
  const line = calendar && lineOf(calendar, 'METHOD');
  return line ? rawValue(line).trim().toUpperCase() : '';
}

function refuseOtherMethods(method: string): void {
  if (method === '' || method === 'REQUEST' || method === 'PUBLISH') return;
  if (method === 'CANCEL') {
    throw new MailboxError('conflict', 'This mail cancels the event: there is nothing to answer.', {
      hint: 'Nothing was changed. If the user wants it gone, use delete_event.',
    });
  }
  throw new MailboxError(
    'invalid_input',
    'This mail is no invitation but an answer or a question about one.',
    {
      hint: 'Nothing was changed. Look at the event with search_calendar.',
    },
  );
}
