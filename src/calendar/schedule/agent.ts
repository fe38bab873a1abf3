import type { Account } from './desk.ts';

/**
 * The account as the server acts for it in this event: it tells nobody where the organizer asks that clients do
 * (SCHEDULE-AGENT, RFC 6638 §7.1), or where the person is invited by an address the server does not know as theirs.
 */
export function agentOf(account: Account, ics: string, own: string): Account {
  const organizer = /^ORGANIZER(?:[^:\r\n]|\r?\n[ \t])*/imu.exec(ics)?.[0] ?? '';
  const byClient = /;SCHEDULE-AGENT="?CLIENT/iu.test(organizer.replace(/\r?\n[ \t]/gu, ''));
  const isStranger = account.known.length > 0 && !account.known.includes(own);
  return byClient || isStranger ? { ...account, schedules: false } : account;
}

/** The own address among those invited, else the main one. */
export function ownAddressIn(attendees: readonly { email: string }[], { addresses }: Account): string {
  const own = attendees.find(({ email }) => addresses.includes(email))?.email;
  return own ?? addresses[0] ?? '';
}
