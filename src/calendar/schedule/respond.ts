import type { AnsweredInvitation, CalendarWarning, EventDetails } from '../../domain/calendar.ts';
import type { InvitationAnswer } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { ItipMail } from '../../domain/itip-port.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import { occurrencesIn } from '../edit/answer-own.ts';
import type { OwnAnswer } from '../edit/edit.ts';
import type { EventView } from '../event.ts';
import { agentOf, ownAddressIn } from './agent.ts';
import { isAsStored, mailedTarget, planned, type Subject, subjectOf, takenOver } from './answer-subject.ts';
import { tellingWarnings } from './delivery.ts';
import type { Account, StoredEvent } from './desk.ts';
import { sayOf } from './invitation-say.ts';
import { organizerOf, requireWritable } from './rights.ts';
import { announcementOf, editContext, type Workshop } from './workshop.ts';

const subjects = { accepted: 'Accepted', declined: 'Declined', tentative: 'Tentative' } as const;

/** What is answered, by whom and how. */
interface Answer {
  subject: Subject;
  request: InvitationAnswer;
  given: OwnAnswer;
  /** Of the event, or of the one occurrence that is shown. */
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
  const subject = await subjectOf(workshop, request, account, signal);
  requireWritable({ ...subject.place, href: '', etag: undefined, scheduleTag: undefined, ics: '' });
  const [occurrence] = occurrencesIn(subject.target);
  const { view } = await desk.look(subject.ics, occurrence, signal);
  if (organizerOf(view, account) !== 'other') throw notInvited();
  const answer = { subject, request, given: givenIn(subject, request, view, account), view, account };
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
    (kept) => [reply(workshop, kept.answer, kept.stored.ics, shown)],
  );
  telling.settle(message, told);
  const [kept] = occurrencesIn(result.answer.subject.target);
  const details = await desk.details(result.stored, kept, signal);
  const warnings = [
    ...[...(details.warnings ?? []), ...subject.warnings, ...result.warnings],
    ...joinedWarnings(answer),
    ...tellingWarnings(told, result.stored.ics, details, workshop.now()),
  ];
  return { ...details, replySent: told.by, warnings };
}

/** By a mail people are asked who are not on its list of attendees: it came by a mailing list, or was passed on. */
function givenIn(
  { invitation }: Subject,
  { response, comment }: InvitationAnswer,
  { attendees }: EventView,
  { addresses }: Account,
): OwnAnswer {
  const isInvited = attendees.some(({ email }) => addresses.includes(email));
  const isWhole = invitation !== undefined && invitation.occurrences.length === 0;
  return {
    ...{ response, comment },
    ...(isWhole ? { keepsSingles: true } : {}),
    ...(invitation && !isInvited ? { joins: true } : {}),
  };
}

/** A server only tells of an answer that is another one; by mail a comment may follow. */
function isToldAlready(workshop: Workshop, { subject, given, account }: Answer, agent: Account): boolean {
  if (!isAsStored(subject) || (given.comment && !agent.schedules)) return false;
  const { comment: _, ...alone } = given;
  const { changed } = workshop.edits.answer(
    subject.ics,
    subject.target,
    alone,
    editContext(workshop, account),
  );
  return !changed.includes('myStatus');
}

function answered(workshop: Workshop, { subject, given, account }: Answer, ics: string): string {
  return workshop.edits.answer(ics, subject.target, given, editContext(workshop, account)).ics ?? ics;
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
  /** As it could be given: of the occurrences of a mail that was not taken over, those that stood there before. */
  answer: Answer;
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
  const { place, stored, uid, newer } = answer.subject;
  if (!stored) return { stored: await writer.create(place, uid, ics, { signal }), answer, warnings: [] };
  const byTag = { signal, by: 'schedule-tag' } as const;
  try {
    return { stored: await writer.update(stored, ics, byTag), answer, warnings: newer?.warnings ?? [] };
  } catch (error) {
    if (!(error instanceof MailboxError)) throw error;
    if (error.code === 'forbidden' && newer) {
      const left = await asHeld(workshop, answer, stored, signal);
      const kept = await writer.update(stored, answered(workshop, left, stored.ics), byTag);
      return { stored: kept, answer: left, warnings: [versionKept] };
    }
    if (error.code !== 'conflict') throw error;
    const current = await desk.reopen(stored, signal);
    if (!current || current.etag === stored.etag) throw error;
    const { ics: now, ...rest } = await renewed(workshop, answer, current, signal);
    const again = answered(workshop, rest.answer, now);
    return { stored: await writer.update(current, again, { signal }), ...rest };
  }
}

/** With the newer version from the mail, unless a still newer one has come meanwhile. */
async function renewed(
  workshop: Workshop,
  answer: Answer,
  current: StoredEvent,
  signal: AbortSignal,
): Promise<{ ics: string; answer: Answer; warnings: CalendarWarning[] }> {
  const { newer, invitation } = answer.subject;
  if (!newer || !invitation) return { ics: current.ics, answer, warnings: [] };
  const { isNewer } = await sayOf(workshop.desk, invitation, current, signal);
  if (!isNewer) {
    return { ics: current.ics, answer: await asHeld(workshop, answer, current, signal), warnings: [] };
  }
  const over = takenOver(workshop, current, invitation, answer.account);
  return { ics: over.ics, answer, warnings: over.newer.warnings };
}

/** The mail is not taken over: of its occurrences those are answered that stand there without it. */
async function asHeld(
  { desk }: Workshop,
  answer: Answer,
  stored: StoredEvent,
  signal: AbortSignal,
): Promise<Answer> {
  const { subject } = answer;
  if (!subject.invitation) return answer;
  const { held } = await sayOf(desk, subject.invitation, stored, signal);
  return { ...answer, subject: { ...subject, target: mailedTarget(subject.invitation, held) } };
}

/** Whom the organizer did not ask gets an answer all the same (RFC 5546 §3.2.3); they may not want it. */
function joinedWarnings({ given, account }: Answer): CalendarWarning[] {
  if (!given.joins) return [];
  const detail = `None of the user's addresses is among the attendees: ${account.addresses[0] ?? 'the main one'} was added with the answer.`;
  return [{ code: 'not_invited_directly', detail }];
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
