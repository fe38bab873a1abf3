import { readFile } from 'node:fs/promises';
import { CachedMail } from '../cache/cached-mail.ts';
import { forgettingFiling, forgettingOutbox } from '../cache/changes.ts';
import { SessionCache } from '../cache/session-cache.ts';
import { openCalendarRoom } from '../calendar/calendar-room.ts';
import type { AccountConfig, Config } from '../config/config.ts';
import { CalDav } from '../connections/caldav.ts';
import { Imap } from '../connections/imap.ts';
import { passwordOf } from '../connections/password-command.ts';
import { Smtp } from '../connections/smtp.ts';
import { MailboxError } from '../domain/errors.ts';
import type { MailSource } from '../domain/mail-port.ts';
import type { Log } from '../log.ts';
import { openMailRoom } from '../mail/mail-room.ts';
import type { Services } from '../tools/define-tool.ts';
import { accountStatus } from './account-status.ts';

/** The services of one account and what ends them. */
export interface OpenAccount extends Services {
  /** Logs out of every server. Never rejects for a server that is gone. */
  close(): Promise<void>;
}

/** As long as somebody may take to ask for the next page. */
const cursorTtlMs = 60 * 60_000;
/** What was handed over is filed before the connections go; the process is to end within two seconds. */
const settleMs = 1000;
const maxCacheBytes = 32 * 1024 * 1024;

/** The house put together: connections, the services on them, the cache in front. Connects to nothing yet. */
export async function assemble(
  account: AccountConfig,
  config: Config,
  log: Log,
  version: string,
): Promise<OpenAccount> {
  const cache = new SessionCache({ maxEntries: config.cache.maxEntries, maxBytes: maxCacheBytes });
  const cursors = new SessionCache({ maxEntries: 200, maxBytes: 4 * 1024 * 1024 });
  const { imap, smtp, caldav } = await connections(account, config, log, version);
  const room = openMailRoom({
    ...{ imap, smtp, log: log.scope('mail'), ...mailOptions(account, config) },
    messages: cache.region('message', config.cache.messageTtlMs),
    cursors: cursors.region('cursor', cursorTtlMs),
  });
  const calendars = openCalendarRoom({
    ...{ store: caldav, itip: room.itip, invitations: room.invitations, ...calendarOptions(account, config) },
    remembered: cache.region('calendar', config.cache.calendarEventsTtlMs),
  });
  const forget = () => cache.invalidate((key) => /^(?:search|thread)\|/u.test(key));
  return {
    mail: cached(room.mail, cache, config),
    filing: forgettingFiling(room.filing, forget),
    outbox: forgettingOutbox(room.outbox, forget),
    calendar: calendars.calendar,
    schedule: calendars.schedule,
    status: accountStatus({ imap, smtp, caldav, cache, outbox: room.outbox, config, version }),
    close: async () => {
      await room.outbox.settled(settleMs);
      cache.clear();
      cursors.clear();
      await Promise.all([imap.pool.close(), smtp.pool.close(), caldav.pool.close(), calendars.close()]);
    },
  };
}

function mailOptions(account: AccountConfig, config: Config) {
  const { email, name, aliases, authservIds } = account;
  const { timezone: zone, downloadDir, attachmentDirs, allowedRecipients, sendLimit, send } = config;
  return {
    ...{ email, name, aliases, authservIds, zone, downloadDir, attachmentDirs, allowedRecipients, sendLimit },
    confirm: send === 'confirm',
    draftsOnly: send === 'drafts-only',
  };
}

function calendarOptions({ email, aliases, name, calendars }: AccountConfig, { timezone, cache }: Config) {
  return {
    addresses: [email, ...aliases],
    name,
    calendars,
    zone: timezone,
    ttlMs: cache.calendarEventsTtlMs,
  };
}

/** Asked for its password at the first login. mailbox.org wants another one for CalDAV. */
async function connections(account: AccountConfig, config: Config, log: Log, version: string) {
  const login = {
    username: account.username,
    password: passwordOf(account.password),
    ca: await certificates(account.caFile),
    pool: config.pool,
  };
  return {
    imap: new Imap({ ...account.imap, ...login, log: log.scope('imap') }),
    smtp: new Smtp({ ...account.smtp, ...login, log: log.scope('smtp') }),
    caldav: new CalDav({
      ...{ ...login, url: account.caldavUrl, password: passwordOf(account.davPassword), version },
      log: log.scope('caldav'),
    }),
  };
}

function cached(source: MailSource, cache: SessionCache, { cache: { searchTtlMs, threadTtlMs } }: Config) {
  return new CachedMail({
    source,
    searches: cache.region('search', searchTtlMs),
    threads: cache.region('thread', threadTtlMs),
  });
}

async function certificates(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new MailboxError('invalid_input', 'The file in MAILBOX_CA_FILE cannot be read.', {
      hint: 'Set MAILBOX_CA_FILE to a readable PEM file, or remove it.',
      cause,
    });
  }
}
