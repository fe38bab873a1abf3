import type { EventDetails } from '../../domain/calendar.ts';
import type { ItipMail } from '../../domain/itip-port.ts';
import { occurrencesIn } from '../edit/answer-own.ts';
import type { AnswerTarget } from '../edit/edit.ts';
import type { Account, StoredEvent } from './desk.ts';
import { editContext, type Workshop } from './workshop.ts';

/** A mail before it is written. */
export interface Letter {
  method: 'REQUEST' | 'CANCEL';
  to: readonly string[];
  /** The stored text it is about: what those who get it may know. */
  ics: string;
  about: AnswerTarget;
}

/**
 * Written from the event each of them holds: a series cut in two has two titles, and who was taken off knows the old one.
 * @param place where the event stands
 */
export async function mailsOf(
  workshop: Workshop,
  account: Account,
  place: StoredEvent,
  letters: readonly Letter[],
  signal: AbortSignal,
): Promise<ItipMail[]> {
  const mails: ItipMail[] = [];
  for (const { method, to, ics, about } of letters) {
    const [occurrence] = occurrencesIn(about);
    const details = await workshop.desk.details({ ...place, ics }, occurrence, signal);
    mails.push({
      ...{ method, to, from: account.addresses[0] ?? '' },
      ...wordsOf(method, details, occurrence === undefined),
      ics: workshop.edits.itip(ics, method, about, editContext(workshop, account)),
    });
  }
  return mails;
}

function wordsOf(
  method: Letter['method'],
  { title, start, end, recurrence }: EventDetails,
  isWhole: boolean,
): Pick<ItipMail, 'subject' | 'text'> {
  if (method === 'CANCEL') return { subject: `Cancelled: ${title}`, text: `Cancelled: ${title}` };
  const rule = isWhole && recurrence ? [recurrence.text] : [];
  return { subject: title, text: [title, `${start} – ${end}`, ...rule].join('\n') };
}
