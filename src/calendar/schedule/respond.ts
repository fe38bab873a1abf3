import type { AnsweredInvitation, CalendarWarning, EventDetails } from '../../domain/calendar.ts';
import type { InvitationAnswer } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { ItipMail } from '../../domain/itip-port.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import { occurrencesIn } from '../edit/answer-own.ts';
import { agentOf, ownAddressIn } from './agent.ts';
import { planned, subjectOf } from './answer-subject.ts';
import { tellingWarnings } from './delivery.ts';
import type { StoredEvent } from './desk.ts';
import { type Answer, answered, givenIn, isToldAlready } from './own-answer.ts';
import { organizerOf, requireWritable } from './rights.ts';
import { type Kept, storeAnswer } from './store-answer.ts';
import { nobodyTold, type Told } from './telling.ts';
import { announcementOf, editContext, type Workshop } from './workshop.ts';

const subjects = { accepted: 'Accepted', declined: 'Declined', tentative: 'Tentative' } as const;

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
  const agent = agentOf(account, subject.ics, ownAddressIn(view.attendees, account));
  const given = givenIn(subject, request, view, account);
  const answer: Answer = { subject, request, given, view, account, agent };
  const message = JSON.stringify([subject.uid, subject.target, request.response]);
  const isOwed = telling.isOwed(message);
  if (isToldAlready(workshop, answer) && !isOwed) {
    const kept: Kept = { stored: planned(subject), answer, already: true, warnings: [] };
    return await answerTold(workshop, kept, nobodyTold, signal);
  }
  const ics = answered(workshop, answer, subject.ics);
  const shown = await desk.details({ ...planned(subject), ics }, occurrence, signal);
  const organizer = view.organizer?.email;
  const { result, told } = await telling.around(
    agent,
    announcementOf(`Reply: ${request.response}`, shown, organizer ? [organizer] : []),
    context,
    () => storeAnswer(workshop, answer, ics, { ...context, isOwed }),
    async (kept) => [await reply(workshop, kept.answer, kept.stored, signal)],
    ({ already = false }) => already,
  );
  if (!result.already) telling.settle(message, told);
  return await answerTold(workshop, result, told, signal);
}

async function answerTold(
  { desk, now }: Workshop,
  { stored, answer, already, warnings }: Kept,
  told: Told,
  signal: AbortSignal,
): Promise<AnsweredInvitation> {
  const [occurrence] = occurrencesIn(answer.subject.target);
  const details = await desk.details(stored, occurrence, signal);
  const ending = already
    ? [alreadyAnswered(answer)]
    : [...joinedWarnings(answer), ...tellingWarnings(told, stored.ics, details, now())];
  const all = [...(details.warnings ?? []), ...answer.subject.warnings, ...warnings, ...ending];
  return { ...details, replySent: told.by, warnings: all };
}

/** The mail to the organizer, about the event as it stands in the calendar with the answer. */
async function reply(
  workshop: Workshop,
  { subject, request, view, account }: Answer,
  stored: StoredEvent,
  signal: AbortSignal,
): Promise<ItipMail> {
  const { response, comment } = request;
  const edit = editContext(workshop, account);
  const [occurrence] = occurrencesIn(subject.target);
  const shown = await workshop.desk.details(stored, occurrence, signal);
  return {
    method: 'REPLY',
    from: ownAddressIn(view.attendees, account),
    to: view.organizer?.email ? [view.organizer.email] : [],
    subject: `${subjects[response]}: ${shown.title}`,
    text: replyText(response, shown, comment),
    ics: workshop.edits.itip(stored.ics, 'REPLY', subject.target, { ...edit, comment }),
  };
}

function replyText(
  response: keyof typeof subjects,
  { title, start, end }: EventDetails,
  comment: string | undefined,
): string {
  return [`${subjects[response]}: ${title}`, `${start} – ${end}`, comment].filter(Boolean).join('\n');
}

/** Whom the organizer did not ask gets an answer all the same (RFC 5546 §3.2.3); they may not want it. */
function joinedWarnings({ given, account }: Answer): CalendarWarning[] {
  if (!given.joins) return [];
  const detail = `None of the user's addresses is among the attendees: ${account.addresses[0] ?? 'the main one'} was added with the answer.`;
  return [{ code: 'not_invited_directly', detail }];
}

/** Whether anybody was told at that time is not known here: another program may have answered, or no mail have left. */
function alreadyAnswered({ request, agent }: Answer): CalendarWarning {
  if (request.comment) return commentNotSent;
  const again = agent.schedules
    ? 'The calendar server only tells of changed answers: if the organizer has not heard of it, write to them.'
    : 'If the organizer may not have heard of it, answer again with a comment: then the reply is sent once more.';
  return { code: 'already_answered', detail: `It was answered so before; nobody was told now. ${again}` };
}

const commentNotSent: CalendarWarning = {
  code: 'comment_not_sent',
  detail:
    'It was answered so before, and the calendar server only tells of changed answers: write the comment by mail.',
};

function notInvited(): MailboxError {
  return new MailboxError('invalid_input', 'Nobody else invited this account to this event.', {
    hint: 'Nothing was changed. Events of the user can be changed with update_event.',
  });
}
