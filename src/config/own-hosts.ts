import { nameFor } from './account-names.ts';
import type { Env } from './given.ts';

/**
 * Whose mail is elsewhere than at mailbox.org gets none of its other servers by default, where their password would go:
 * the SMTP host is that of IMAP unless it is named, calendars are nowhere until they are.
 */
export function withOwnHosts(env: Env): Env {
  const imap = env.MAILBOX_IMAP_HOST;
  if (!imap || isMailboxOrg(imap) || !/^[\p{L}\p{N}._:-]+$/u.test(imap)) return env;
  const smtp = env.MAILBOX_SMTP_HOST || imap.replace(/^imap\./iu, 'smtp.');
  return { ...env, MAILBOX_SMTP_HOST: smtp };
}

/** Whether there are calendars to be asked. */
export function hasCalendars(env: Env): boolean {
  const imap = env.MAILBOX_IMAP_HOST;
  return Boolean(env.MAILBOX_CALDAV_URL) || !imap || isMailboxOrg(imap);
}

/**
 * Without the other servers that accounts share, where this one has an IMAP server of its own: they are another provider's,
 * and what that provider says of a sender anybody may write into mail that comes to this one.
 * @param env as the account sees it: its own settings under their plain names
 * @param own the environment as it was set
 */
export function withoutSharedHosts(account: string, env: Env, own: Env): Env {
  if (!own[nameFor(account, 'MAILBOX_IMAP_HOST')]) return env;
  return {
    ...env,
    MAILBOX_SMTP_HOST: own[nameFor(account, 'MAILBOX_SMTP_HOST')],
    MAILBOX_CALDAV_URL: own[nameFor(account, 'MAILBOX_CALDAV_URL')],
    MAILBOX_AUTHSERV_IDS: own[nameFor(account, 'MAILBOX_AUTHSERV_IDS')],
  };
}

function isMailboxOrg(host: string): boolean {
  return /^(?:[\w-]+\.)*mailbox\.org\.?$/iu.test(host);
}
