import type { Services } from '../domain/services.ts';
import type { Words } from './explaining.ts';

/** One mailbox among several. */
export interface Account {
  /** As in MAILBOX_ACCOUNTS; holds no colon. */
  name: string;
  /** The addresses it may send from, as they were configured. */
  addresses: readonly string[];
  /** No CalDAV server is set: calls over all accounts ask it for no calendars. */
  withoutCalendars?: boolean;
  /** Nothing of it is set: nobody could read its calendars, so they hide nothing of the others'. */
  notSetUp?: boolean;
  /** How its settings are called; default as they are. */
  words?: Words;
  /** Opened by the first that asks; what could not be opened is tried again by the next. @throws MailboxError */
  open(): Promise<Services>;
}

/** The same account as calls see it: every id that goes in or comes out says whose it is. */
export interface Member {
  name: string;
  addresses: readonly string[];
  withoutCalendars: boolean;
  notSetUp: boolean;
  services: Services;
}

/** Those with calendars; where none has any, the first, which says so. */
export function withCalendars(members: readonly Member[]): readonly Member[] {
  const having = members.filter(({ withoutCalendars }) => !withoutCalendars);
  return having.length > 0 ? having : members.slice(0, 1);
}
