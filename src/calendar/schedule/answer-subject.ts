import type { CalendarWarning, Scope } from '../../domain/calendar.ts';
import type { InvitationAnswer } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import { parseEventId } from '../../domain/event-id.ts';
import type { AnswerTarget, Merged } from '../edit/edit.ts';
import type { OccurrenceKey } from '../event.ts';
import { originalText } from '../present.ts';
import type { Account, OpenCalendar, StoredEvent } from './desk.ts';
import { type Invitation, readInvitation } from './invitation-mail.ts';
import { sayOf } from './invitation-say.ts';
import { occurrenceKey } from './occurrence-key.ts';
import { targetOf } from './rights.ts';
import { editContext, type Workshop } from './workshop.ts';

/** What is answered: a stored event, perhaps in a newer version from a mail, or one that is not stored yet. */
export interface Subject {
  place: OpenCalendar;
  stored: StoredEvent | undefined;
  uid: string;
  ics: string;
  target: AnswerTarget;
  /** The mail it is answered by. */
  invitation: Invitation | undefined;
  /** The mail is newer than what is stored, and taken over: what became of single occurrences is told. */
  newer: { warnings: CalendarWarning[] } | undefined;
  warnings: CalendarWarning[];
}

/** @throws MailboxError `not_found`, `invalid_input` */
export async function subjectOf(
  workshop: Workshop,
  { id, emailId, scope }: InvitationAnswer,
  account: Account,
  signal: AbortSignal,
): Promise<Subject> {
  const { desk, invitations } = workshop;
  if (id !== undefined && emailId === undefined) {
    const ref = parseEventId(id);
    const stored = await desk.open(ref, signal);
    const key = occurrenceKey(ref.occurrence);
    const { view, recurring } = await desk.look(stored.ics, key, signal);
    const target = targetOf(scope, key, recurring, true);
    const byId = { invitation: undefined, newer: undefined, warnings: [] };
    return { place: stored, stored, uid: view.uid, ics: stored.ics, target, ...byId };
  }
  if (id !== undefined || emailId === undefined) throw eitherOr();
  const mailed = await invitations.invitationOf(emailId, { signal });
  const invitation = await readInvitation(workshop, mailed, signal);
  checkScope(scope, invitation);
  return await mailedSubject(workshop, invitation, account, signal);
}

async function mailedSubject(
  workshop: Workshop,
  invitation: Invitation,
  account: Account,
  signal: AbortSignal,
): Promise<Subject> {
  const { desk, zone } = workshop;
  const { uid } = invitation.view;
  const found = await desk.ofUid(uid, signal);
  const several = severalWarnings(invitation.occurrences, zone);
  // A calendar one may only look into, a colleague's perhaps, is no place for an own answer.
  if (!found?.collection.writable) {
    const place = await desk.writable(undefined, signal);
    const warnings = [...invitation.warnings, ...several];
    const asNew = { stored: undefined, newer: undefined, ics: invitation.ics };
    // An invitation to one occurrence of a series that is not stored is stored, and answered, as a whole.
    return { place, uid, ...asNew, target: { scope: 'all' }, invitation, warnings };
  }
  const say = await sayOf(desk, invitation, found, signal);
  const target = mailedTarget(invitation, say.isNewer ? invitation.occurrences : say.held);
  const warnings = [...invitation.warnings, ...say.warnings, ...several];
  const held = { place: found, stored: found, uid, target, invitation, warnings };
  if (!say.isNewer) return { ...held, ics: found.ics, newer: undefined };
  return { ...held, ...takenOver(workshop, found, invitation, account) };
}

/** The stored event with what the mail brings. */
export function takenOver(
  workshop: Workshop,
  stored: StoredEvent,
  { ics: mailed }: Invitation,
  account: Account,
): { ics: string; newer: { warnings: CalendarWarning[] } } {
  const merged = workshop.edits.merge(stored.ics, mailed, editContext(workshop, account));
  return { ics: merged.ics, newer: { warnings: mergeWarnings(merged, workshop.zone) } };
}

/** A mail says by itself how much it is about. */
function checkScope(scope: Scope | undefined, { recurring, occurrences }: Invitation): void {
  if (occurrences.length === 0) {
    targetOf(scope, undefined, recurring);
    return;
  }
  if (scope === undefined || scope === 'this') return;
  throw new MailboxError('invalid_input', `The mail is about single occurrences: scope ${scope} is more.`, {
    hint: 'Leave scope out, or take the id of the event from get_calendar_events.',
  });
}

/** @param known of the occurrences it is about; without any of them there is nothing to answer. */
export function mailedTarget(
  { occurrences: about }: Invitation,
  known: readonly OccurrenceKey[],
): AnswerTarget {
  if (about.length === 0) return { scope: 'all' };
  const [occurrence, ...more] = known;
  if (!occurrence) throw nothingHeld();
  return more.length > 0 ? { scope: 'these', occurrences: known } : { scope: 'this', occurrence };
}

/** What stands on the server, or would. */
export function planned({ place, stored, ics }: Subject): StoredEvent {
  return stored ?? { ...place, href: '', etag: undefined, scheduleTag: undefined, ics };
}

export function isAsStored({ stored, ics }: Subject): boolean {
  return stored !== undefined && stored.ics === ics;
}

function severalWarnings(occurrences: readonly OccurrenceKey[], zone: string): CalendarWarning[] {
  if (occurrences.length < 2) return [];
  const detail = `The mail is about ${occurrences.length} occurrences, and the answer counts for all of them that are in the calendar: ${listed(occurrences, zone)}.`;
  return [{ code: 'several_occurrences', detail }];
}

const mergeDetails = {
  kept: 'The mail says nothing of single occurrences that were changed, answered or deleted before; they stay so',
  dropped:
    'Occurrences that were changed, answered or deleted by themselves no longer are; the newer series takes their place',
  restored: 'Occurrences that were deleted from the calendar are in it again, for the mail has them',
  reasked: 'The mail moves occurrences that were answered by themselves; they have the new answer',
} as const;

const mergeCodes = {
  kept: 'occurrences_kept',
  dropped: 'occurrences_dropped',
  restored: 'occurrences_restored',
  reasked: 'answers_replaced',
} as const;

function mergeWarnings(merged: Merged, zone: string): CalendarWarning[] {
  return (['kept', 'dropped', 'restored', 'reasked'] as const).flatMap((fate) => {
    if (merged[fate].length === 0) return [];
    return [{ code: mergeCodes[fate], detail: `${mergeDetails[fate]}: ${listed(merged[fate], zone)}.` }];
  });
}

const maxListed = 20;

/** By their original starts, as event ids name them. */
function listed(keys: readonly OccurrenceKey[], zone: string): string {
  const texts = keys.map((key) => originalText(key, zone)).sort();
  const more = texts.length > maxListed ? [`and ${texts.length - maxListed} more`] : [];
  return [...texts.slice(0, maxListed), ...more].join(', ');
}

function nothingHeld(): MailboxError {
  return new MailboxError(
    'not_found',
    'The mail is about an occurrence that is not in the calendar, and nothing of it can be taken over.',
    {
      hint: 'Nothing was changed. Look at the series with search_calendar; its occurrences can be answered by id.',
    },
  );
}

function eitherOr(): MailboxError {
  return new MailboxError('invalid_input', 'Give either id or emailId.', {
    hint: 'id is an event of the calendar, emailId the mail the invitation came with.',
  });
}
