import { inWordsOf } from '../config/account-names.ts';
import type { AccountConfig, Config, ConfigError } from '../config/config.ts';
import type { Env } from '../config/read-config.ts';
import type { Services } from '../domain/services.ts';
import type { Log } from '../log.ts';
import { type LazyAccount, lazyAccount } from './lazy-account.ts';
import { unusable, withoutCredentials } from './not-set-up.ts';
import type { AccountOpener } from './open-account.ts';
import type { OneOfSeveral, SeveralAccounts } from './several-accounts.ts';

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
  let several: Promise<SeveralAccounts> | undefined;
  return {
    async services(account) {
      if (faults) throw unusable(faults);
      if (config && accountNames(config).length > 0) {
        several ??= together(lazy, config, options);
        return (await several).services(account);
      }
      if (!only) throw withoutCredentials(config?.missing);
      return await alone(only, options);
    },
    async close() {
      (await several)?.forget();
      await Promise.all(lazy.map(({ close }) => close()));
    },
  };
}

/** Loaded by the first call: whoever has one account need not wait for it at the start. */
async function together(
  lazy: readonly OneOfSeveral[],
  config: Config,
  { version, env = {} }: LazyAccountsOptions,
): Promise<SeveralAccounts> {
  const { severalAccounts } = await import('./several-accounts.ts');
  return severalAccounts({ lazy, config, version, env });
}

/** The only one: where it has a name all the same, its errors name settings as they are set for it. */
async function alone(
  { account: { accountName }, open }: OneOfSeveral,
  { env = {} }: LazyAccountsOptions,
): Promise<Services> {
  if (accountName === undefined) return await open();
  const { explained, explaining } = await import('../accounts/explaining.ts');
  const words = inWordsOf(accountName, env);
  return explaining(await explained(open, words), words);
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
