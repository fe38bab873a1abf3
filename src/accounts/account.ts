import type { Services } from '../domain/services.ts';

/** One mailbox among several. */
export interface Account {
  /** As in MAILBOX_ACCOUNTS; holds no colon. */
  name: string;
  /** The addresses it may send from, as they were configured. */
  addresses: readonly string[];
  /** Opened by the first that asks; what could not be opened is tried again by the next. @throws MailboxError */
  open(): Promise<Services>;
}

/** The same account as calls see it: every id that goes in or comes out says whose it is. */
export interface Member {
  name: string;
  addresses: readonly string[];
  services: Services;
}
