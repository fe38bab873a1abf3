import type { CalendarWarning } from '../../domain/calendar.ts';
import type { InvitationAnswer } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import { parseEventId } from '../../domain/event-id.ts';
import type { Target } from '../edit/edit.ts';
import type { OpenCalendar, StoredEvent } from './desk.ts';
import { type Invitation, outdated, readInvitation, sayOf } from './invitation-mail.ts';
import { occurrenceKey } from './occurrence-key.ts';
import { targetOf } from './rights.ts';
import type { Workshop } from './workshop.ts';

/** What is answered: a stored event, perhaps in a newer version from a mail, or one that is not stored yet. */
export interface Subject {
  place: OpenCalendar;
  stored: StoredEvent | undefined;
  uid: string;
  ics: string;
  target: Target;
  /** The mail, where it is newer than what is stored. */
  newer: Invitation | undefined;
  warnings: CalendarWarning[];
}

/** @throws MailboxError `not_found`, `invalid_input` */
export async function subjectOf(
  workshop: Workshop,
  request: InvitationAnswer,
  signal: AbortSignal,
): Promise<Subject> {
  const { id, emailId, scope } = request;
  if (id !== undefined && emailId === undefined) {
    const { desk } = workshop;
    const ref = parseEventId(id);
    const stored = await desk.open(ref, signal);
    const key = occurrenceKey(ref.occurrence);
    const { view, recurring } = await desk.look(stored.ics, key, signal);
    const target = targetOf(scope, key, recurring);
    return { place: stored, stored, uid: view.uid, ics: stored.ics, target, newer: undefined, warnings: [] };
  }
  if (id !== undefined || emailId === undefined) throw eitherOr();
  const mailed = await workshop.invitations.invitationOf(emailId, { signal });
  return await mailedSubject(workshop, await readInvitation(workshop, mailed, signal), signal);
}

async function mailedSubject(
  workshop: Workshop,
  invitation: Invitation,
  signal: AbortSignal,
): Promise<Subject> {
  const { desk } = workshop;
  const { uid, occurrence } = invitation;
  const stored = await desk.ofUid(uid, signal);
  if (!stored) {
    const place = await desk.writable(undefined, signal);
    const { ics, warnings } = invitation;
    // An invitation to one occurrence of a series that is not stored is stored, and answered, as a whole.
    return { place, stored, uid, ics, target: { scope: 'all' }, newer: undefined, warnings };
  }
  const say = await sayOf(workshop, invitation, stored.ics, signal);
  const ics = say.isNewer ? workshop.edits.merge(stored.ics, invitation.ics, workshop.zone) : stored.ics;
  const isPart = occurrence !== undefined && (say.isNewer || say.isKnown);
  const target: Target = isPart ? { scope: 'this', occurrence } : { scope: 'all' };
  const warnings = [...invitation.warnings, ...say.warnings, ...outdated(invitation, say.sequence)];
  const newer = say.isNewer ? invitation : undefined;
  return { place: stored, stored, uid, ics, target, newer, warnings };
}

/** What stands on the server, or would. */
export function planned({ place, stored, ics }: Subject): StoredEvent {
  return stored ?? { ...place, href: '', etag: undefined, scheduleTag: undefined, ics };
}

export function isAsStored({ stored, ics }: Subject): boolean {
  return stored !== undefined && stored.ics === ics;
}

function eitherOr(): MailboxError {
  return new MailboxError('invalid_input', 'Give either id or emailId.', {
    hint: 'id is an event of the calendar, emailId the mail the invitation came with.',
  });
}
