import type { CalendarWarning } from '../../domain/calendar.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { MailedInvitation } from '../../domain/itip-port.ts';
import { paramsOf, rawValue } from '../edit/lines.ts';
import { readStored } from '../edit/split-series-stored.ts';
import { calendarsOf, eventsOf, lineOf, masterOf } from '../edit/tree.ts';
import type { EventView, OccurrenceKey } from '../event.ts';
import { readDocument } from '../ics/document.ts';
import { keyOf } from '../reading/event-set.ts';
import { organizerOf } from '../reading/people.ts';
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
  /** Who sent it and names themselves as writing for the organizer (SENT-BY): anybody can write that. Lower case. */
  sentBy: string | undefined;
  /** It may be a forgery: nothing of it is taken over. */
  disputed: boolean;
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
  const isOrganizer = organizer === undefined || organizer === mailed.from;
  const sentBy = !isOrganizer && isSentBy(ics, organizer, mailed.from) ? mailed.from : undefined;
  const isForged = mailed.authentication === 'fail';
  return {
    ...{ ics, view, recurring, occurrences: occurrencesIn(ics, zone), sentBy },
    disputed: isForged || (!isOrganizer && sentBy === undefined),
    warnings: [
      ...(isOrganizer ? [] : [notTheSender(mailed.from, organizer, sentBy !== undefined)]),
      ...(isForged ? [notGenuine] : []),
    ],
  };
}

function notTheSender(from: string, organizer: string, onBehalf: boolean): CalendarWarning {
  const behalf = onBehalf ? ' It says so itself: on behalf of the organizer. Anybody can write that.' : '';
  const detail = `The mail came from ${from}, the organizer is ${organizer}.${behalf}`;
  return { code: 'sender_not_organizer', detail };
}

const notGenuine: CalendarWarning = {
  code: 'authentication_failed',
  detail: 'The sender address of the mail is not genuine.',
};

export function hasMaster(ics: string): boolean {
  return masterOf(readDocument(ics)) !== undefined;
}

/**
 * Whether a text names `sender` as who writes for that organizer (SENT-BY, RFC 5545 §3.2.18).
 * @param organizer address, as `sender` lower case
 */
export function isSentBy(ics: string, organizer: string, sender: string): boolean {
  return eventsOf(readDocument(ics)).some((event) => {
    const line = lineOf(event, 'ORGANIZER');
    const sentBy = line && paramsOf(line)['SENT-BY']?.replace(/^mailto:/iu, '');
    return sentBy?.trim().toLowerCase() === sender && organizerOf(event)?.email === organizer;
  });
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
