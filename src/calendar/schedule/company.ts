import { eventsOf, lineOf } from '../edit/tree.ts';
import { type Component, readDocument } from '../ics/document.ts';
import { attendeesOf, organizerOf } from '../reading/people.ts';
import type { Account } from './desk.ts';
import { othersIn } from './rights.ts';

/** Everybody a resource concerns: people may be invited to single occurrences of a series only. */
export interface Company {
  /** This account organises it, or a part of it. */
  isOrganizer: boolean;
  /** Addresses of the others invited to any part. */
  others: string[];
  /** Those of them who are invited to the whole, and may see it. */
  throughout: string[];
}

/** Of these stored texts together. */
export function companyOf(texts: readonly (string | undefined)[], account: Account): Company {
  const events = texts.flatMap((ics) => (ics === undefined ? [] : eventsOf(readDocument(ics))));
  const organizers = events.map((event) => organizerOf(event)?.email ?? '');
  return {
    isOrganizer: organizers.some((email) => account.addresses.includes(email)),
    others: othersIn(events.flatMap(attendeesOf), account),
    throughout: othersIn(events.filter(isWhole).flatMap(attendeesOf), account),
  };
}

function isWhole(event: Component): boolean {
  return lineOf(event, 'RECURRENCE-ID') === undefined;
}
