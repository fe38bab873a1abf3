import type { Target } from '../edit/edit.ts';
import { eventsOf } from '../edit/tree.ts';
import type { EventView } from '../event.ts';
import { readDocument } from '../ics/document.ts';
import { attendeesOf, organizerOf } from '../reading/people.ts';
import { text } from '../reading/property.ts';
import { agentOf, ownAddressIn } from './agent.ts';
import { type Company, companyOf } from './company.ts';
import type { Account, StoredEvent } from './desk.ts';
import { type Organizer, organizerIn, othersIn } from './rights.ts';

/** What is to be taken out of a calendar, and whose it is. */
export interface Removal {
  base: StoredEvent;
  target: Target;
  /** As its server acts for it in this event. */
  account: Account;
  organizer: Organizer;
  company: Company;
  parts: readonly Part[];
  /** What stays of a series; without it the resource is deleted. */
  left: string | undefined;
}

/** One of the events a removal takes along. */
interface Part {
  isCancelled: boolean;
  organizer: string;
  attendees: EventView['attendees'];
}

/** @param view of the occurrence the call names, which speaks for nothing but itself */
export function removalOf(
  base: StoredEvent,
  target: Target,
  view: EventView,
  account: Account,
  left: string | undefined,
): Removal {
  const company = companyOf([base.ics], account);
  const organizer = organizerIn(base.ics, account);
  const isPart = target.scope === 'this' && left !== undefined;
  const parts = isPart ? [partOf(view)] : partsIn(base.ics);
  const own = ownAddressIn(invitedTo(parts), account);
  const agent = organizer === 'other' ? agentOf(account, base.ics, own) : account;
  return { base, target, account: agent, organizer, company, parts, left };
}

/**
 * Whom it concerns: the organizer of an invitation, or all who are invited. A server that schedules decides by itself whom of
 * a series it tells; and of what is cancelled or declined already it keeps silent, when asked to, only where an attendee
 * deletes a whole resource (RFC 6638 §8.1).
 */
export function concerned(removal: Removal): string[] {
  const { organizer, parts, account, target, company, left } = removal;
  const isOver = parts.every(({ isCancelled }) => isCancelled);
  if (organizer === 'self') {
    if (account.schedules) return company.others;
    if (isOver) return [];
    return target.scope === 'this' ? othersIn(invitedTo(parts), account) : company.others;
  }
  const to = parts.find((part) => part.organizer !== '')?.organizer;
  if (organizer !== 'other' || !isInvited(removal) || to === undefined) return [];
  const isSettled = isOver || ownIn(removal).every(({ status }) => status === 'declined');
  return isSettled && !(account.schedules && left !== undefined) ? [] : [to];
}

export function isInvited(removal: Removal): boolean {
  return ownIn(removal).length > 0;
}

/** The address this account is invited by. */
export function invitedAs({ parts, account }: Removal): string {
  return ownAddressIn(invitedTo(parts), account);
}

function ownIn({ parts, account }: Removal): EventView['attendees'] {
  return invitedTo(parts).filter(({ email }) => account.addresses.includes(email));
}

function invitedTo(parts: readonly Part[]): EventView['attendees'] {
  return parts.flatMap(({ attendees }) => attendees);
}

function partOf({ status, organizer, attendees }: EventView): Part {
  return { isCancelled: status === 'cancelled', organizer: organizer?.email ?? '', attendees };
}

function partsIn(ics: string): Part[] {
  return eventsOf(readDocument(ics)).map((event) => ({
    isCancelled: /^CANCELLED$/iu.test(text(event, 'STATUS').trim()),
    organizer: organizerOf(event)?.email ?? '',
    attendees: attendeesOf(event),
  }));
}
