import type { InvitationAnswer } from '../../domain/calendar-port.ts';
import type { OwnAnswer } from '../edit/edit.ts';
import type { EventView } from '../event.ts';
import { isAsStored, type Subject } from './answer-subject.ts';
import type { Account } from './desk.ts';
import { editContext, type Workshop } from './workshop.ts';

/** What is answered, by whom and how. */
export interface Answer {
  subject: Subject;
  request: InvitationAnswer;
  given: OwnAnswer;
  /** Of the event, or of the one occurrence that is shown. */
  view: EventView;
  account: Account;
  /** The account as its server acts for it in this event. */
  agent: Account;
}

/** By a mail people are asked who are not on its list of attendees: it came by a mailing list, or was passed on. */
export function givenIn(
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
export function isToldAlready(workshop: Workshop, { subject, given, account, agent }: Answer): boolean {
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

export function answered(workshop: Workshop, { subject, given, account }: Answer, ics: string): string {
  return workshop.edits.answer(ics, subject.target, given, editContext(workshop, account)).ics ?? ics;
}
