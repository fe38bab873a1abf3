import { Accounts } from '../accounts/accounts.ts';
import { SessionCache } from '../cache/session-cache.ts';
import type { AccountConfig, Config, ConfigError } from '../config/config.ts';
import { steadyClock } from '../connections/steady-clock.ts';
import { MailboxError } from '../domain/errors.ts';
import type { Services } from '../domain/services.ts';
import type { Log } from '../log.ts';
import { type LazyAccount, lazyAccount } from './lazy-account.ts';
import type { AccountOpener } from './open-account.ts';

export interface LazyAccountsOptions {
  config: Config | undefined;
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
  const accounts = config?.accounts ?? [];
  return accounts.length < 2 ? [] : accounts.flatMap(({ accountName }) => accountName ?? []);
}

/** The accounts of the settings, each opened by the first call that needs it. */
export function lazyAccounts(options: LazyAccountsOptions): LazyAccounts {
  const { config, faults } = options;
  const lazy = (config?.accounts ?? []).map((account) => ({ account, ...opened(account, options) }));
  const [only] = lazy;
  const several = config && lazy.length > 1 ? severalOf(lazy, config, options) : undefined;
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
  { version }: LazyAccountsOptions,
) {
  const now = steadyClock();
  const started = now();
  const cursors = new SessionCache({ maxEntries: maxCursors, maxBytes: maxCursorBytes, now });
  const accounts = new Accounts({
    accounts: lazy.map(({ account: { accountName, email, aliases }, open }) => ({
      ...{ name: accountName ?? '', addresses: [email, ...aliases], open },
    })),
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

function withoutCredentials(missing: string | undefined): MailboxError {
  return new MailboxError('auth_failed', 'No mailbox is set up yet.', {
    ...(missing !== undefined && { hint: missing }),
  });
}
