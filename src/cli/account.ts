import { CachedMail } from '../cache/cached-mail.ts';
import { countedFiling, countedItip, countedOutbox, countedSchedule } from '../cache/changes.ts';
import { SessionCache } from '../cache/session-cache.ts';
import { openCalendarRoom } from '../calendar/calendar-room.ts';
import { noCalendars } from '../calendar/no-calendars.ts';
import type { AccountConfig, Config } from '../config/config.ts';
import { passwordOf } from '../connections/password-command.ts';
import { steadyClock } from '../connections/steady-clock.ts';
import { ContentReader } from '../content/worker/content-reader.ts';
import type { MailSource } from '../domain/mail-port.ts';
import { OwnWrites } from '../domain/own-writes.ts';
import type { Services } from '../domain/services.ts';
import type { Log } from '../log.ts';
import { openMailRoom } from '../mail/mail-room.ts';
import { accountStatus } from './account-status.ts';
import { openConnections, readCertificates } from './connections.ts';

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
  const now = steadyClock();
  const cache = new SessionCache({ maxEntries: config.cache.maxEntries, maxBytes: maxCacheBytes, now });
  const cursors = new SessionCache({ maxEntries: 200, maxBytes: 4 * 1024 * 1024, now });
  const writes = ownWrites(cache);
  const { imap, smtp, caldav } = openConnections({
    ...{ account, log, version, pool: config.pool },
    password: passwordOf(account.password),
    davPassword: passwordOf(account.davPassword),
    ca: account.caFile === undefined ? undefined : await readCertificates(account.caFile),
  });
  const content = new ContentReader();
  const room = openMailRoom({
    content,
    ...{ imap, smtp, log: log.scope('mail'), ...mailOptions(account, config) },
    messages: cache.region('message', config.cache.messageTtlMs),
    messageTtlMs: config.cache.messageTtlMs,
    writes: writes.mail,
    prefetch: config.prefetch && config.cache.messageTtlMs > 0,
    cursors: cursors.region('cursor', cursorTtlMs),
  });
  const calendars = caldav
    ? openCalendarRoom({
        ...{ store: caldav, invitations: room.invitations, ...calendarOptions(account, config) },
        itip: countedItip(room.itip, writes.mail),
        writes: writes.calendar,
        remembered: cache.region('calendar', config.cache.calendarEventsTtlMs),
      })
    : noCalendars();
  return {
    mail: cached(room.mail, cache, writes.mail, config),
    filing: countedFiling(room.filing, writes.mail),
    outbox: countedOutbox(room.outbox, writes.mail),
    calendar: calendars.calendar,
    schedule: countedSchedule(calendars.schedule, writes.calendar),
    watch: room.watch,
    status: accountStatus({ imap, smtp, caldav, cache, outbox: room.outbox, config, version }),
    close: async () => {
      imap.spareTime.close();
      await Promise.all([room.outbox.settled(settleMs), room.watch.close()]);
      cache.clear();
      cursors.clear();
      const pools = [imap.pool, smtp.pool, caldav?.pool];
      await Promise.all([...pools, calendars, content].map((open) => open?.close()));
    },
  };
}

function mailOptions(account: AccountConfig, config: Config) {
  const { email, name, aliases, authservIds, allowedRecipients, sendLimit } = account;
  const { timezone: zone, downloadDir, attachmentDirs, send } = config;
  return {
    ...{ email, name, aliases, authservIds, zone, downloadDir, attachmentDirs, allowedRecipients, sendLimit },
    elsewhere: config.accounts.filter((other) => other !== account).flatMap(addressesOf),
    confirm: send === 'confirm',
    draftsOnly: send === 'drafts-only',
  };
}

function addressesOf({ email, aliases }: AccountConfig): string[] {
  return [email, ...aliases];
}

function calendarOptions(account: AccountConfig, { timezone, cache }: Config) {
  const { name, calendars } = account;
  return {
    addresses: addressesOf(account),
    name,
    calendars,
    zone: timezone,
    ttlMs: cache.calendarEventsTtlMs,
  };
}

/** Answers about mail that a write of ours makes old are dropped: to ask whether they are would cost a round trip. */
function ownWrites(cache: SessionCache): { mail: OwnWrites; calendar: OwnWrites } {
  const forget = () => cache.invalidate((key) => /^(?:search|thread)\|/u.test(key));
  return { mail: new OwnWrites(forget), calendar: new OwnWrites() };
}

function cached(source: MailSource, cache: SessionCache, writes: OwnWrites, config: Config): CachedMail {
  const { searchTtlMs, threadTtlMs } = config.cache;
  return new CachedMail({
    ...{ source, writes, zone: config.timezone },
    searches: cache.region('search', searchTtlMs),
    threads: cache.region('thread', threadTtlMs),
  });
}
