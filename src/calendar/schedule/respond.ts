import type { AnsweredInvitation, CalendarWarning } from '../../domain/calendar.ts';
import type { InvitationAnswer } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import { parseEventId } from '../../domain/event-id.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import type { Target } from '../edit/edit.ts';
import { tellingWarnings } from './delivery.ts';
import type { Account, OpenCalendar, StoredEvent } from './desk.ts';
import { type Invitation, isUpdateOf, outdated, readInvitation } from './invitation-mail.ts';
import { occurrenceKey } from './occurrence-key.ts';
import { organizerOf, requireWritable, shownOccurrence, targetOf } from './rights.ts';
import { announcementOf, editContext, type Workshop } from './workshop.ts';

/** What is answered: a stored event (`ics` may be a newer version of it, from the mail), or one that is not stored yet. */
interface Subject {
  place: OpenCalendar;
  stored: StoredEvent | undefined;
  uid: string;
  ics: string;
  target: Target;
  warnings: CalendarWarning[];
}

const subjects = { accepted: 'Accepted', declined: 'Declined', tentative: 'Tentative' } as const;

/** Sets the own answer and nothing else, and sees that the organizer is told exactly once. */
export async function respond(
  workshop: Workshop,
  request: InvitationAnswer,
  context: SendContext,
): Promise<AnsweredInvitation> {
  const { desk, edits, telling } = workshop;
  const { signal } = context;
  const account = await desk.account(signal);
  const subject = await subjectOf(workshop, request, signal);
  requireWritable({ ...subject.place, href: '', etag: undefined, scheduleTag: undefined, ics: '' });
  const occurrence = shownOccurrence(subject.target);
  const { view } = await desk.look(subject.ics, occurrence, signal);
  if (organizerOf(view, account) !== 'other') throw notInvited();
  const edit = editContext(workshop, account);
  const { response, comment } = request;
  const answer = { response, comment };
  const answered = edits.answer(subject.ics, subject.target, answer, edit);
  const ics = answered.ics ?? subject.ics;
  const unchanged = answered.changed.length === 0 && subject.stored !== undefined && !comment;
  if (unchanged && subject.stored && subject.ics === subject.stored.ics) {
    const details = await desk.details(subject.stored, occurrence, signal);
    return { ...details, replySent: 'none', warnings: [...subject.warnings, alreadyAnswered] };
  }
  const shown = await desk.details({ ...planned(subject), ics }, occurrence, signal);
  const organizer = view.organizer?.email;
  const { result: stored, told } = await telling.around(
    agentOf(account, subject.ics),
    announcementOf(`Reply: ${response}`, shown, organizer ? [organizer] : []),
    context,
    () => store(workshop, subject, ics, request, account, context),
    () => [
      {
        method: 'REPLY',
        from: ownAddressIn(view.attendees, account),
        to: organizer ? [organizer] : [],
        subject: `${subjects[response]}: ${shown.title}`,
        text: [`${subjects[response]}: ${shown.title}`, `${shown.start} – ${shown.end}`, comment]
          .filter(Boolean)
          .join('\n'),
        ics: edits.itip(ics, 'REPLY', subject.target, { ...edit, comment }),
      },
    ],
  );
  const details = await desk.details(stored, occurrence, signal);
  const warnings = [...(details.warnings ?? []), ...subject.warnings, ...tellingWarnings(told, stored.ics)];
  return { ...details, replySent: told.by, warnings };
}

async function subjectOf(
  workshop: Workshop,
  request: InvitationAnswer,
  signal: AbortSignal,
): Promise<Subject> {
  const { desk, invitations } = workshop;
  const { id, emailId, scope } = request;
  if ((id === undefined) === (emailId === undefined)) throw eitherOr();
  if (id !== undefined) {
    const ref = parseEventId(id);
    const stored = await desk.open(ref, signal);
    const key = occurrenceKey(ref.occurrence);
    const { view, recurring } = await desk.look(stored.ics, key, signal);
    const target = targetOf(scope, key, recurring);
    return { place: stored, stored, uid: view.uid, ics: stored.ics, target, warnings: [] };
  }
  const mailed = await invitations.invitationOf(emailId ?? '', { signal });
  const invitation = await readInvitation(workshop, mailed, signal);
  const stored = await desk.ofUid(invitation.uid, signal);
  const target = mailTarget(invitation, stored !== undefined);
  if (!stored) {
    const place = await desk.writable(undefined, signal);
    const { uid, ics, warnings } = invitation;
    return { place, stored, uid, ics, target, warnings };
  }
  const { view } = await desk.look(stored.ics, undefined, signal);
  const ics = isUpdateOf(invitation, view.sequence) ? invitation.ics : stored.ics;
  const warnings = [...invitation.warnings, ...outdated(invitation, view.sequence)];
  return { place: stored, stored, uid: invitation.uid, ics, target, warnings };
}

/** An invitation to one occurrence of a series that is not stored is stored, and answered, as a whole. */
function mailTarget({ occurrence }: Invitation, isStored: boolean): Target {
  return occurrence && isStored ? { scope: 'this', occurrence } : { scope: 'all' };
}

function planned({ place, stored, ics }: Subject): StoredEvent {
  return stored ?? { ...place, href: '', etag: undefined, scheduleTag: undefined, ics };
}

/** On a conflict the own answer is set once more in what stands there now: it touches nobody else's fields. */
async function store(
  workshop: Workshop,
  { place, stored, uid, target }: Subject,
  ics: string,
  { response, comment }: InvitationAnswer,
  account: Account,
  context: SendContext,
): Promise<StoredEvent> {
  const { writer, desk, edits } = workshop;
  if (!stored) return await writer.create(place, uid, ics, context);
  try {
    return await writer.update(stored, ics, { signal: context.signal, by: 'schedule-tag' });
  } catch (error) {
    if (!(error instanceof MailboxError && error.code === 'conflict')) throw error;
    const current = await desk.reopen(stored, context.signal);
    if (!current || current.etag === stored.etag) throw error;
    const again = edits.answer(current.ics, target, { response, comment }, editContext(workshop, account));
    return await writer.update(current, again.ics ?? current.ics, { signal: context.signal });
  }
}

/** An organizer may ask that the client answers, and not the server (RFC 6638 §7.1). */
function agentOf(account: Account, ics: string): Account {
  const organizer = /^ORGANIZER(?:[^:\r\n]|\r?\n[ \t])*/imu.exec(ics)?.[0] ?? '';
  const byClient = /;SCHEDULE-AGENT="?CLIENT/iu.test(organizer.replace(/\r?\n[ \t]/gu, ''));
  return byClient ? { ...account, schedules: false } : account;
}

function ownAddressIn(attendees: readonly { email: string }[], { addresses }: Account): string {
  const own = attendees.find(({ email }) => addresses.includes(email))?.email;
  return own ?? addresses[0] ?? '';
}

const alreadyAnswered: CalendarWarning = {
  code: 'already_answered',
  detail: 'It was answered so before; nobody was told again.',
};

function eitherOr(): MailboxError {
  return new MailboxError('invalid_input', 'Give either id or emailId.', {
    hint: 'id is an event of the calendar, emailId the mail the invitation came with.',
  });
}

function notInvited(): MailboxError {
  return new MailboxError('invalid_input', 'Nobody else invited this account to this event.', {
    hint: 'Nothing was changed. Events of the user can be changed with update_event.',
  });
}
