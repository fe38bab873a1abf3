import type { EventFields } from '../../domain/calendar-port.ts';
import type { Edited, Target } from '../edit/edit.ts';
import { companyOf } from './company.ts';
import type { Account, Desk, StoredEvent } from './desk.ts';
import type { Letter } from './letter.ts';
import { othersIn, shownOccurrence } from './rights.ts';

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

/** Who stays gets what is stored now, who was taken off a cancellation of what they know. */
export function lettersOf(change: Change, { invited, gone }: People): Letter[] {
  const { base, target, edited } = change;
  if (edited.following) return lettersOfHalves(change, edited.following.ics, { invited, gone });
  const about: Target = target.scope === 'this' ? target : { scope: 'all' };
  return addressed([
    { method: 'REQUEST', to: invited, ics: edited.ics ?? base.ics, about },
    { method: 'CANCEL', to: gone, ics: base.ics, about },
  ]);
}

/** Of a series cut in two each half goes to those who are in it; who is in none hears that the old series is no more. */
function lettersOfHalves(
  { base, edited, account }: Change,
  later: string,
  { invited, gone }: Pick<People, 'invited' | 'gone'>,
): Letter[] {
  const about: Target = { scope: 'all' };
  const knowing = companyOf([base.ics], account).others;
  const concerned = [...invited, ...gone].filter((email) => knowing.includes(email));
  const left = companyOf([edited.ics], account);
  return addressed([
    { method: 'REQUEST', to: invited, ics: later, about },
    {
      ...{ method: 'REQUEST', ics: edited.ics ?? base.ics, about },
      to: concerned.filter((email) => left.throughout.includes(email)),
    },
    { method: 'CANCEL', to: without(concerned, left.others), ics: base.ics, about },
  ]);
}

function addressed(letters: readonly Letter[]): Letter[] {
  return letters.filter(({ to }) => to.length > 0);
}

function without(addresses: readonly string[], others: readonly string[]): string[] {
  return [...new Set(addresses)].filter((email) => !others.includes(email));
}
