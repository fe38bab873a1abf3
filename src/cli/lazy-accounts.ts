import type { Account } from '../accounts/account.ts';
import { Accounts } from '../accounts/accounts.ts';
import { SessionCache } from '../cache/session-cache.ts';
import { inWordsOf } from '../config/account-names.ts';
import type { AccountConfig, Config, ConfigError } from '../config/config.ts';
import type { Env } from '../config/read-config.ts';
import { steadyClock } from '../connections/steady-clock.ts';
import { MailboxError } from '../domain/errors.ts';
import type { Services } from '../domain/services.ts';
import type { Log } from '../log.ts';
import { type LazyAccount, lazyAccount } from './lazy-account.ts';
import type { AccountOpener } from './open-account.ts';

export interface LazyAccountsOptions {
  config: Config | undefined;
  /** Says how the settings of each account are called. */
  env?: Env;
  faults: ConfigError | undefined;
  log: Log;
  version: string;
  open: AccountOpener;
}

export interface LazyAccounts {
  /**
   * The ports of a call. @param account as the call names it
   * @throws MailboxError what every call is to answer while the settings are wrong or none are there
   */
  services(account?: string): Promise<Services>;
  /** Closes what was opened, all at once. */
  close(): Promise<void>;
}

/** As long as somebody may take to ask for the next page. */
const cursorTtlMs = 60 * 60_000;
const maxCursors = 200;
const maxCursorBytes = 8 * 1024 * 1024;

/** The names calls choose an account by; none while there is only one. */
export function accountNames(config: Config | undefined): string[] {
  const { accounts = [], accountNames: names = [] } = config ?? {};
  return accounts.length === 0 || names.length < 2 ? [] : [...names];
}

/** The accounts of the settings, each opened by the first call that needs it. */
export function lazyAccounts(options: LazyAccountsOptions): LazyAccounts {
  const { config, faults } = options;
  const lazy = (config?.accounts ?? []).map((account) => ({ account, ...opened(account, options) }));
  const [only] = lazy;
  const several = config && accountNames(config).length > 0 ? severalOf(lazy, config, options) : undefined;
  return {
    async services(account) {
      if (faults) throw unusable(faults);
      if (several) return several.accounts.services(account);
      if (!only) throw withoutCredentials(config?.missing);
      return await only.open();
    },
    async close() {
      several?.cursors.clear();
      await Promise.all(lazy.map(({ close }) => close()));
    },
  };
}

function opened(account: AccountConfig, options: LazyAccountsOptions): LazyAccount {
  const { config, log, version, open } = options;
  const several = accountNames(config).length > 0 && account.accountName !== undefined;
  const own = several ? log.scope(account.accountName ?? '') : log;
  return lazyAccount(async () => {
    if (!config) throw withoutCredentials(undefined);
    return await open(account, config, own, version);
  });
}

function severalOf(
  lazy: readonly (LazyAccount & { account: AccountConfig })[],
  config: Config,
  { version, env = {} }: LazyAccountsOptions,
) {
  const now = steadyClock();
  const started = now();
  const cursors = new SessionCache({ maxEntries: maxCursors, maxBytes: maxCursorBytes, now });
  const accounts = new Accounts({
    accounts: config.accountNames.map((name) => memberOf(name, lazy, config, env)),
    emails: cursors.region('emails', cursorTtlMs),
    events: cursors.region('events', cursorTtlMs),
    status: {
      ...{ version, protocols: protocolsOf(config) },
      uptimeSeconds: () => Math.round((now() - started) / 1000),
    },
    zone: config.timezone,
  });
  return { accounts, cursors };
}

/** One without credentials is there, too, and says what to set: the others need not wait for it. */
function memberOf(
  name: string,
  lazy: readonly (LazyAccount & { account: AccountConfig })[],
  { unready }: Config,
  env: Env,
): Account {
  const one = lazy.find(({ account }) => account.accountName === name);
  if (!one) {
    const missing = unready.find(({ accountName }) => accountName === name)?.missing;
    const open = async () => Promise.reject(withoutCredentials(missing, `The account ${name}`));
    return { name, addresses: [], open };
  }
  const { account, open } = one;
  return {
    ...{ name, addresses: [account.email, ...account.aliases], open },
    withoutCalendars: account.caldavUrl === undefined,
    words: inWordsOf(name, env),
  };
}

/** Those `get_server_status` asks: with MAILBOX_READ_ONLY nothing is ever sent. */
function protocolsOf({ readOnly, toolsets }: Config) {
  return [
    'imap' as const,
    ...(readOnly ? [] : ['smtp' as const]),
    ...(toolsets?.includes('calendar') === false ? [] : ['caldav' as const]),
  ];
}

function unusable({ faults }: ConfigError): MailboxError {
  return new MailboxError('invalid_input', `The server's settings are not usable. ${faults.join(' ')}`, {
    hint: "Correct the settings in the client's configuration of this server and restart it.",
  });
}

function withoutCredentials(missing: string | undefined, account?: string): MailboxError {
  const message = account === undefined ? 'No mailbox is set up yet.' : `${account} is not set up yet.`;
  return new MailboxError('auth_failed', message, {
    ...(missing !== undefined && { hint: missing }),
  });
}
