import type { Account } from '../accounts/account.ts';
import { Accounts } from '../accounts/accounts.ts';
import { SessionCache } from '../cache/session-cache.ts';
import { beginningFor, inWordsOf } from '../config/account-names.ts';
import type { AccountConfig, Config } from '../config/config.ts';
import { givenIn } from '../config/given.ts';
import type { Env } from '../config/read-config.ts';
import { steadyClock } from '../connections/steady-clock.ts';
import type { Services } from '../domain/services.ts';
import type { LazyAccount } from './lazy-account.ts';
import { notReady } from './not-set-up.ts';

export type OneOfSeveral = LazyAccount & { account: AccountConfig };

export interface SeveralAccounts {
  /** The ports of a call. @param account as the call names it */
  services(account?: string): Services;
  /** Forgets what cursors stand for. */
  forget(): void;
}

export interface SeveralNeeds {
  lazy: readonly OneOfSeveral[];
  config: Config;
  version: string;
  /** Says how the settings of each account are called. */
  env: Env;
}

/** As long as somebody may take to ask for the next page. */
const cursorTtlMs = 60 * 60_000;
const maxCursors = 200;
const maxCursorBytes = 8 * 1024 * 1024;

/** The accounts of MAILBOX_ACCOUNTS put together. Opens none of them. */
export function severalAccounts({ lazy, config, version, env }: SeveralNeeds): SeveralAccounts {
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
  return { services: (account) => accounts.services(account), forget: () => cursors.clear() };
}

/** One that is not ready is there, too, and says what to set: the others need not wait for it. */
function memberOf(name: string, lazy: readonly OneOfSeveral[], { unready }: Config, env: Env): Account {
  const one = lazy.find(({ account }) => account.accountName === name);
  if (!one) {
    const waiting = unready.find(({ accountName }) => accountName === name) ?? { accountName: name };
    const ready = lazy.flatMap(({ account }) => account.accountName ?? []);
    const open = async () => Promise.reject(notReady(waiting, ready));
    const isGiven = Object.keys(givenIn(env)).some((setting) => setting.startsWith(beginningFor(name)));
    return { name, addresses: [], open, notSetUp: !isGiven };
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
