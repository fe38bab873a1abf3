import type { AnsweredInvitation, CalendarWarning, EventDetails } from '../../domain/calendar.ts';
import type { InvitationAnswer } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { ItipMail } from '../../domain/itip-port.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import type { EventView } from '../event.ts';
import { agentOf, ownAddressIn } from './agent.ts';
import { isAsStored, planned, type Subject, subjectOf } from './answer-subject.ts';
import { tellingWarnings } from './delivery.ts';
import type { Account, StoredEvent } from './desk.ts';
import { organizerOf, requireWritable, shownOccurrence } from './rights.ts';
import { announcementOf, editContext, type Workshop } from './workshop.ts';

const subjects = { accepted: 'Accepted', declined: 'Declined', tentative: 'Tentative' } as const;

/** What is answered, by whom and how. */
interface Answer {
  subject: Subject;
  request: InvitationAnswer;
  view: EventView;
  account: Account;
}

/** Sets the own answer and nothing else, and sees that the organizer is told exactly once. */
export async function respond(
  workshop: Workshop,
  request: InvitationAnswer,
  context: SendContext,
): Promise<AnsweredInvitation> {
  const { desk, telling } = workshop;
  const { signal } = context;
  const account = await desk.account(signal);
  const subject = await subjectOf(workshop, request, signal);
  requireWritable({ ...subject.place, href: '', etag: undefined, scheduleTag: undefined, ics: '' });
  const occurrence = shownOccurrence(subject.target);
  const { view } = await desk.look(subject.ics, occurrence, signal);
  if (organizerOf(view, account) !== 'other') throw notInvited();
  const answer = { subject, request, view, account };
  const agent = agentOf(account, subject.ics, ownAddressIn(view.attendees, account));
  const message = JSON.stringify([subject.uid, subject.target, request.response]);
  if (isToldAlready(workshop, answer, agent) && !telling.isOwed(message)) {
    const details = await desk.details(planned(subject), occurrence, signal);
    const already = request.comment ? commentNotSent : alreadyAnswered;
    const warnings = [...(details.warnings ?? []), ...subject.warnings, already];
    return { ...details, replySent: 'none', warnings };
  }
  const ics = answered(workshop, answer, subject.ics);
  const shown = await desk.details({ ...planned(subject), ics }, occurrence, signal);
  const organizer = view.organizer?.email;
  const { result, told } = await telling.around(
    agent,
    announcementOf(`Reply: ${request.response}`, shown, organizer ? [organizer] : []),
    context,
    () => store(workshop, answer, ics, context),
    ({ stored }) => [reply(workshop, answer, stored.ics, shown)],
  );
  telling.settle(message, told);
  const details = await desk.details(result.stored, occurrence, signal);
  const unsure = tellingWarnings(told, result.stored.ics, details, workshop.now());
  const warnings = [...(details.warnings ?? []), ...subject.warnings, ...result.warnings, ...unsure];
  return { ...details, replySent: told.by, warnings };
}

/** A server only tells of an answer that is another one; by mail a comment may follow. */
function isToldAlready(workshop: Workshop, { subject, request, account }: Answer, agent: Account): boolean {
  if (!isAsStored(subject) || (request.comment && !agent.schedules)) return false;
  const { response } = request;
  const edit = editContext(workshop, account);
  return workshop.edits.answer(subject.ics, subject.target, { response }, edit).changed.length === 0;
}

function answered(workshop: Workshop, { subject, request, account }: Answer, ics: string): string {
  const { response, comment } = request;
  const edit = editContext(workshop, account);
  return workshop.edits.answer(ics, subject.target, { response, comment }, edit).ics ?? ics;
}

function reply(
  workshop: Workshop,
  { subject, request, view, account }: Answer,
  ics: string,
  shown: EventDetails,
): ItipMail {
  const { response, comment } = request;
  const edit = editContext(workshop, account);
  return {
    method: 'REPLY',
    from: ownAddressIn(view.attendees, account),
    to: view.organizer?.email ? [view.organizer.email] : [],
    subject: `${subjects[response]}: ${shown.title}`,
    text: replyText(response, shown, comment),
    ics: workshop.edits.itip(ics, 'REPLY', subject.target, { ...edit, comment }),
  };
}

function replyText(
  response: keyof typeof subjects,
  { title, start, end }: EventDetails,
  comment: string | undefined,
): string {
  return [`${subjects[response]}: ${title}`, `${start} – ${end}`, comment].filter(Boolean).join('\n');
}

interface Kept {
  stored: StoredEvent;
  warnings: CalendarWarning[];
}

/**
 * On a conflict the own answer is set once more in what stands there now: it touches nobody else's fields. So it is where
 * the server keeps the organizer's part to itself (Open-Xchange) and refuses the newer version of a mail.
 */
async function store(
  workshop: Workshop,
  answer: Answer,
  ics: string,
  { signal }: SendContext,
): Promise<Kept> {
  const { writer, desk } = workshop;
  const { place, stored, uid } = answer.subject;
  if (!stored) return { stored: await writer.create(place, uid, ics, { signal }), warnings: [] };
  const byTag = { signal, by: 'schedule-tag' } as const;
  try {
    return { stored: await writer.update(stored, ics, byTag), warnings: [] };
  } catch (error) {
    if (!(error instanceof MailboxError)) throw error;
    if (error.code === 'forbidden' && !isAsStored(answer.subject)) {
      const kept = await writer.update(stored, answered(workshop, answer, stored.ics), byTag);
      return { stored: kept, warnings: [versionKept] };
    }
    if (error.code !== 'conflict') throw error;
    const current = await desk.reopen(stored, signal);
    if (!current || current.etag === stored.etag) throw error;
    const now = await renewed(workshop, answer.subject, current.ics, signal);
    return {
      stored: await writer.update(current, answered(workshop, answer, now), { signal }),
      warnings: [],
    };
  }
}

/** With the newer version from the mail, unless a still newer one has come meanwhile. */
async function renewed(
  { desk, edits, zone }: Workshop,
  { newer, target }: Subject,
  current: string,
  signal: AbortSignal,
): Promise<string> {
  if (!newer) return current;
  const { view } = await desk.look(current, shownOccurrence(target), signal);
  return newer.sequence > view.sequence ? edits.merge(current, newer.ics, zone) : current;
}

const alreadyAnswered: CalendarWarning = {
  code: 'already_answered',
  detail: 'It was answered so before; nobody was told again.',
};

const commentNotSent: CalendarWarning = {
  code: 'comment_not_sent',
  detail:
    'It was answered so before, and the calendar server only tells of changed answers: write the comment by mail.',
};

const versionKept: CalendarWarning = {
  code: 'version_kept',
  detail:
    'The calendar server did not take the newer version from the mail; the answer is about the event as it stands there.',
};

function notInvited(): MailboxError {
  return new MailboxError('invalid_input', 'Nobody else invited this account to this event.', {
    hint: 'Nothing was changed. Events of the user can be changed with update_event.',
  });
}
