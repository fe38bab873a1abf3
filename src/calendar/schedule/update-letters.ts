import type { EventDetails } from '../../domain/calendar.ts';
import type { EventFields } from '../../domain/calendar-port.ts';
import type { ItipMail } from '../../domain/itip-port.ts';
import type { Edited, Target } from '../edit/edit.ts';
import { companyOf } from './company.ts';
import type { Account, Desk, StoredEvent } from './desk.ts';
import { othersIn, shownOccurrence } from './rights.ts';
import { editContext, type Workshop } from './workshop.ts';

/** An edit of a stored event, as it is to be stored. */
export interface Change {
  account: Account;
  target: Target;
  fields: EventFields;
  edited: Edited;
  base: StoredEvent;
}

/** Whom a change concerns, by their addresses. */
export interface People {
  /** To what was changed, as it will be. */
  invited: readonly string[];
  /** No longer. */
  gone: readonly string[];
  /** To other parts of the series. */
  unreached: readonly string[];
  /** This account organises the event, or will. */
  isOrganizer: boolean;
}

/** What the change is about, as it will be stored; of a series cut in two the later part. */
export function plannedText({ edited, base }: Change): string {
  return edited.following?.ics ?? edited.ics ?? base.ics;
}

/** @throws MailboxError as `look` */
export async function peopleOf(desk: Desk, change: Change, signal: AbortSignal): Promise<People> {
  const { account, edited, base, target } = change;
  const occurrence = shownOccurrence(target);
  const { view } = await desk.look(plannedText(change), occurrence, signal);
  const { view: former } = await desk.look(base.ics, occurrence, signal);
  const before = companyOf([base.ics], account);
  const after = companyOf([edited.ics, edited.following?.ics], account);
  const invited = othersIn(view.attendees, account);
  const dropped = before.others.filter((email) => !after.others.includes(email));
  const gone = without([...othersIn(former.attendees, account), ...dropped], invited);
  const unreached = without([...before.others, ...after.others], [...invited, ...gone]);
  return { invited, gone, unreached, isOrganizer: before.isOrganizer || after.isOrganizer };
}

/** A mail before it is written. */
export interface Letter {
  method: 'REQUEST' | 'CANCEL';
  to: readonly string[];
  /** The stored text it is about. */
  ics: string;
  about: Target;
}

/** Who stays gets what is stored now, of a series cut in two both parts; who was taken off gets a cancellation. */
export function lettersOf({ base, target, edited }: Change, { invited, gone }: People): Letter[] {
  const { following, ics = base.ics } = edited;
  const about: Target = target.scope === 'this' ? target : { scope: 'all' };
  const rest = edited.ics === undefined ? 'CANCEL' : 'REQUEST';
  const letters: Letter[] = following
    ? [
        { method: 'REQUEST', to: invited, ics: following.ics, about },
        { method: rest, to: [...invited, ...gone], ics, about },
      ]
    : [
        { method: 'REQUEST', to: invited, ics, about },
        { method: 'CANCEL', to: gone, ics: base.ics, about },
      ];
  return letters.filter(({ to }) => to.length > 0);
}

export function mailOf(
  workshop: Workshop,
  account: Account,
  { title, start, end }: Pick<EventDetails, 'title' | 'start' | 'end'>,
  { method, to, ics, about }: Letter,
): ItipMail {
  const cancelled = `Cancelled: ${title}`;
  return {
    ...{ method, to, from: account.addresses[0] ?? '' },
    subject: method === 'CANCEL' ? cancelled : title,
    text: method === 'CANCEL' ? cancelled : `${title}\n${start} – ${end}`,
    ics: workshop.edits.itip(ics, method, about, editContext(workshop, account)),
  };
}

function without(addresses: readonly string[], others: readonly string[]): string[] {
  return [...new Set(addresses)].filter((email) => !others.includes(email));
}
