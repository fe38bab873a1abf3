import { readFile } from 'node:fs/promises';
import { CachedMail } from '../cache/cached-mail.ts';
import { SessionCache } from '../cache/session-cache.ts';
import type { AccountConfig, Config } from '../config/config.ts';
import { Imap } from '../connections/imap.ts';
import { imapStatus } from '../connections/imap-status.ts';
import { passwordOf } from '../connections/password-command.ts';
import { MailboxError } from '../domain/errors.ts';
import type { MailPort } from '../domain/mail-port.ts';
import type { StatusPort } from '../domain/status.ts';
import type { Log } from '../log.ts';
import { MailService } from '../mail/mail-service.ts';
import type { Services } from '../tools/define-tool.ts';

/** The services of one account and what ends them. */
export interface OpenAccount extends Services {
  /** Logs out of every server. Never rejects for a server that is gone. */
  close(): Promise<void>;
}

/** As long as somebody may take to ask for the next page. */
const cursorTtlMs = 60 * 60_000;
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
  const imap = new Imap({
    ...account.imap,
    username: account.username,
    password: passwordOf(account.password),
    ca: await certificates(account.caFile),
    pool: config.pool,
    log: log.scope('imap'),
  });
  return {
    mail: mailPort(imap, cache, cursors, account, config),
    status: statusPort(imap, cache, config, version),
    close: async () => {
      cache.clear();
      cursors.clear();
      await imap.pool.close();
    },
  };
}

function mailPort(
  imap: Imap,
  cache: SessionCache,
  cursors: SessionCache,
  account: AccountConfig,
  config: Config,
): MailPort {
  const { searchTtlMs, messageTtlMs, threadTtlMs } = config.cache;
  const source = new MailService({
    imap,
    messages: cache.region('message', messageTtlMs),
    cursors: cursors.region('cursor', cursorTtlMs),
    zone: config.timezone,
    addresses: [account.email, ...account.aliases],
    authservIds: account.authservIds,
    downloadDir: config.downloadDir,
  });
  return new CachedMail({
    source,
    searches: cache.region('search', searchTtlMs),
    threads: cache.region('thread', threadTtlMs),
  });
}

function statusPort(imap: Imap, cache: SessionCache, config: Config, version: string): StatusPort {
  const started = Date.now();
  const mode = config.readOnly ? 'read-only' : 'read-write';
  return {
    status: async ({ signal }) => ({
      version,
      uptimeSeconds: Math.round((Date.now() - started) / 1000),
      accounts: [{ mode, protocols: [await imapStatus(imap, signal)], cache: cache.status }],
    }),
  };
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
