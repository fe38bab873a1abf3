import type { CalendarWarning } from '../../domain/calendar.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { MailedInvitation } from '../../domain/itip-port.ts';
import type { OccurrenceKey } from '../event.ts';
import { componentsOf, linesOf, readDocument, unfolded } from '../ics/document.ts';
import type { Workshop } from './workshop.ts';

/** A mailed invitation, read. */
export interface Invitation {
  /** What may be stored of it. */
  ics: string;
  uid: string;
  sequence: number;
  organizer: string | undefined;
  /** It brings the whole event, not only single occurrences. */
  isWhole: boolean;
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
  const isWhole = hasMaster(ics);
  const occurrence = isWhole ? undefined : original;
  return { ics, uid: view.uid, sequence: view.sequence, organizer, isWhole, occurrence, warnings };
}

/** What a mail has to say about an event that is stored already. */
export interface Say {
  /** To be taken over: the organizer's, and newer than what is stored or not stored yet. */
  isNewer: boolean;
  /** The occurrence it is about is among what is stored. */
  isKnown: boolean;
  /** SEQUENCE of what is stored. */
  sequence: number;
  warnings: CalendarWarning[];
}

/** Anybody can write a UID into a mail: only the organizer of the stored event may change it. */
export async function sayOf(
  { desk }: Workshop,
  { sequence, organizer, occurrence, isWhole, warnings }: Invitation,
  storedIcs: string,
  signal: AbortSignal,
): Promise<Say> {
  const held = await desk.look(storedIcs, undefined, signal);
  const part = occurrence && (await lookUnlessMissing(desk, storedIcs, occurrence, signal));
  const storedOrganizer = (part ?? held).view.organizer?.email;
  const isForeign = storedOrganizer === undefined || storedOrganizer !== organizer;
  const stored = (part ?? held).view.sequence;
  const brings = (occurrence !== undefined && !part) || (isWhole && !hasMaster(storedIcs));
  return {
    isNewer: (sequence > stored || brings) && warnings.length === 0 && !isForeign,
    isKnown: part !== undefined,
    sequence: stored,
    warnings: isForeign ? [notTheOrganizer(organizer, storedOrganizer)] : [],
  };
}

async function lookUnlessMissing(
  desk: Workshop['desk'],
  ics: string,
  occurrence: OccurrenceKey,
  signal: AbortSignal,
) {
  try {
    return await desk.look(ics, occurrence, signal);
  } catch (error) {
    if (error instanceof MailboxError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function notTheOrganizer(mailed: string | undefined, stored: string | undefined): CalendarWarning {
  const holder = stored ?? 'nobody else';
  const detail = `The mail names ${mailed ?? 'nobody'} as organizer, the event in the calendar ${holder}: nothing of the mail was taken over.`;
  return { code: 'sender_not_organizer', detail };
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
