import type { CalendarWarning } from '../../domain/calendar.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { MailedInvitation } from '../../domain/itip-port.ts';
import type { OccurrenceKey } from '../event.ts';
import { componentsOf, linesOf, readDocument, unfolded } from '../ics/document.ts';
import type { StoredEvent } from './desk.ts';
import type { Workshop } from './workshop.ts';

/** A mailed invitation, read. */
export interface Invitation {
  /** What may be stored of it. */
  ics: string;
  uid: string;
  sequence: number;
  organizer: string | undefined;
  /** It is about this occurrence alone. */
  occurrence: OccurrenceKey | undefined;
  warnings: CalendarWarning[];
}

/** @throws MailboxError `invalid_input` when the mail asks for no answer. */
export async function readInvitation(
  { edits, desk }: Workshop,
  mailed: MailedInvitation,
  signal: AbortSignal,
): Promise<Invitation> {
  refuseOtherMethods(methodOf(mailed.ics));
  const ics = edits.storable(mailed.ics);
  const { view, original } = await desk.look(ics, undefined, signal);
  const organizer = view.organizer?.email;
  const warnings: CalendarWarning[] = [];
  if (organizer !== undefined && organizer !== mailed.from) {
    const detail = `The mail came from ${mailed.from}, the organizer is ${organizer}.`;
    warnings.push({ code: 'sender_not_organizer', detail });
  }
  if (mailed.authentication === 'fail') {
    warnings.push({
      code: 'authentication_failed',
      detail: 'The sender address of the mail is not genuine.',
    });
  }
  const occurrence = hasMaster(ics) ? undefined : original;
  return { ics, uid: view.uid, sequence: view.sequence, organizer, occurrence, warnings };
}

/** A newer version than the stored one, from the organizer, and about the whole event: it takes the stored one's place. */
export function isUpdateOf({ sequence, occurrence, warnings }: Invitation, storedSequence: number): boolean {
  return sequence > storedSequence && occurrence === undefined && warnings.length === 0;
}

export function outdated({ sequence }: Invitation, storedSequence: number): CalendarWarning[] {
  if (sequence >= storedSequence) return [];
  const detail =
    'The mail is older than what the calendar holds; the answer is about the event as it stands there.';
  return [{ code: 'outdated_invitation', detail }];
}

/** An invitation to one occurrence of a series comes without the series (RFC 5546 §3.2.2). */
function hasMaster(ics: string): boolean {
  const calendars = componentsOf(readDocument(ics), 'VCALENDAR');
  const events = calendars.flatMap((calendar) => componentsOf(calendar, 'VEVENT'));
  return events.some((event) => linesOf(event, 'RECURRENCE-ID').length === 0);
}

function methodOf(ics: string): string {
  const [calendar] = componentsOf(readDocument(ics), 'VCALENDAR');
  const [line] = calendar ? linesOf(calendar, 'METHOD') : [];
  return line
    ? unfolded(line.raw)
        .replace(/^[^:]*:/u, '')
        .trim()
        .toUpperCase()
    : '';
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

/** Where to answer: the stored event, or the mail's where there is none yet. */
export type Answered = { stored: StoredEvent } | { invitation: Invitation };
