import { parseArgs } from 'node:util';
import { type Lacking, toAccount } from './account-config.ts';
import { accountNameFaults, accountSettings, envFor, faultFor, nameFor } from './account-names.ts';
import { type AccountConfig, type Config, ConfigError } from './config.ts';
import { endpointFaults } from './hosts.ts';
import { nearest } from './near.ts';
import { hasCalendars, withOwnHosts, withoutSharedHosts } from './own-hosts.ts';
import { type AccountSettings, type SettingName, settingNames, settings } from './schema.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** What may be said on the command line instead of the environment; the command line wins. */
export const optionSettings: Readonly<Record<string, SettingName>> = {
  'read-only': 'MAILBOX_READ_ONLY',
  toolsets: 'MAILBOX_TOOLSETS',
  'log-level': 'LOG_LEVEL',
};

/**
 * The only reader of the command line's settings and of the environment. Pure: touches no file, runs no
 * command. Missing credentials are no fault: they give a Config without accounts.
 *
 * @throws ConfigError naming every fault at once, and no value.
 */
export function readConfig(argv: readonly string[], env: Env): Config {
  const whole = { ...env, ...optionValues(argv) };
  const { values, faults } = check(whole);
  const names = values.MAILBOX_ACCOUNTS;
  const accounts =
    names.length === 0 ? [toAccount(values)] : names.map((name) => accountOf(name, whole, faults));
  const own = accounts.flatMap((account) => ('faults' in account ? account.faults : []));
  const all = [
    ...unknownNames(env, names),
    ...accountNameFaults(names, whole),
    ...faults,
    ...(accounts.some(isComplete) ? [] : own),
  ];
  const { MAILBOX_TOOLS: tools, MAILBOX_TOOLS_EXCLUDE: toolsExclude } = values;
  if (all.length > 0) throw new ConfigError([...new Set([...all, ...own])], { tools, toolsExclude });
  return toConfig(values, accounts);
}

/** An account whose own settings are wrong. */
interface Faulty {
  faults: readonly string[];
}
type Read = AccountConfig | Lacking | Faulty;

/** One of several. @param shared what is wrong with the settings they share, which is not told again */
function accountOf(name: string, env: Env, shared: readonly string[]): Read {
  const { values, faults: found } = check(withoutSharedHosts(name, envFor(name, env), env));
  const faults = found.map((fault) => faultFor(name, fault, env)).filter((fault) => !shared.includes(fault));
  return faults.length > 0 ? { faults } : toAccount(values, name, (setting) => nameFor(name, setting));
}

/** The settings in an environment, those that are wrong at their default, and what is wrong. */
function check(env: Env): { values: AccountSettings; faults: string[] } {
  const given = givenSettings(withOwnHosts(env), env.HOME ?? env.USERPROFILE);
  const parsed = settings.safeParse(given);
  const invalid = parsed.success ? [] : parsed.error.issues;
  const wrong = new Set(invalid.map((issue) => issue.path[0]));
  const known = settings.parse(
    Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name))),
  );
  const values = { ...known, ...(!hasCalendars(env) && { MAILBOX_CALDAV_URL: undefined }) };
  const sentences = new Set(invalid.map((issue) => `${String(issue.path[0])} ${issue.message}.`));
  return { values, faults: [...sentences, ...contradictions(values), ...endpointFaults(values)] };
}

function optionValues(argv: readonly string[]): Partial<Record<SettingName, string>> {
  const { tokens } = parseArgs({
    args: [...argv],
    options: {
      'read-only': { type: 'boolean' },
      toolsets: { type: 'string' },
      'log-level': { type: 'string' },
    },
    strict: false,
    tokens: true,
  });
  const values: Partial<Record<SettingName, string>> = {};
  for (const token of tokens) {
    const setting = token.kind === 'option' ? optionSettings[token.name] : undefined;
    if (setting && token.kind === 'option') values[setting] = token.value ?? 'true';
  }
  return values;
}

/** Our settings only; an empty one counts as unset: desktop extensions pass optional settings as empty strings. */
function givenSettings(env: Env, home: string | undefined): Record<string, string> {
  const given: Record<string, string> = {};
  for (const name of settingNames) {
    const value = name.includes('PASSWORD') ? env[name] : trimmed(env[name]);
    if (value)
      given[name] = home && holdsPaths(name) ? value.replace(/(^|,\s*)~(?=\/)/gu, `$1${home}`) : value;
  }
  return given;
}

/** Without what a list of nothing is left with. */
function trimmed(value: string | undefined): string | undefined {
  return value && /^[\s,]*$/u.test(value) ? undefined : value?.trim();
}

function holdsPaths(name: SettingName): boolean {
  return /_(?:DIRS?|FILE)$/u.test(name);
}

/**
 * Misspelt settings. Every MAILBOX_ name is ours; POOL_ and CACHE_ names also belong to other programs
 * (CACHE_DRIVER, POOL_SIZE), so there only a near miss is a fault.
 */
function unknownNames(env: Env, accounts: readonly string[]): string[] {
  const ofAccounts = accounts.flatMap((name) => accountSettings.map((setting) => nameFor(name, setting)));
  const known: readonly string[] = [...settingNames, ...ofAccounts];
  return Object.keys(env).flatMap((name) => {
    const [prefix = ''] = /^(?:MAILBOX|POOL|CACHE)_/u.exec(name) ?? [];
    if (!prefix || known.includes(name)) return [];
    const siblings = known
      .filter((setting) => setting.startsWith(prefix))
      .map((setting) => setting.slice(prefix.length));
    const meant = nearest(name.slice(prefix.length), siblings).map((rest) => prefix + rest);
    if (meant.length > 0) return [`${name} is not a setting (did you mean ${meant.join(' or ')}?).`];
    const account = accounts.length === 0 ? accountIn(name) : undefined;
    const of = account ? ` while MAILBOX_ACCOUNTS does not name the account ${account}` : '';
    return prefix === 'MAILBOX_' ? [`${name.slice(0, 60)} is not a setting${of}.`] : [];
  });
}

/** `work` of `MAILBOX_WORK_EMAIL`. */
function accountIn(name: string): string | undefined {
  const setting = accountSettings.find((each) => name.endsWith(each.slice('MAILBOX'.length)));
  const [, account] = setting ? (/^MAILBOX_([A-Z0-9]{1,12})_/u.exec(name) ?? []) : [];
  return account?.toLowerCase();
}

function contradictions(values: AccountSettings): string[] {
  const faults: string[] = [];
  for (const name of ['MAILBOX_PASSWORD', 'MAILBOX_DAV_PASSWORD'] as const) {
    if (values[name] && values[`${name}_COMMAND`]) faults.push(`Set ${name} or ${name}_COMMAND, not both.`);
  }
  if (values.POOL_MIN_CONNECTIONS > values.POOL_MAX_CONNECTIONS) {
    faults.push('POOL_MIN_CONNECTIONS must not be more than POOL_MAX_CONNECTIONS.');
  }
  return faults;
}

function toConfig(values: AccountSettings, accounts: readonly Read[]): Config {
  const lacking = accounts.flatMap((account) => ('lacking' in account ? account.lacking : []));
  return {
    accounts: accounts.filter(isComplete),
    unready: accounts.flatMap((account, index) => {
      const accountName = values.MAILBOX_ACCOUNTS[index];
      if (accountName === undefined || isComplete(account)) return [];
      return [{ accountName, ...('faults' in account ? account : { missing: toSet(account.lacking) }) }];
    }),
    accountNames: values.MAILBOX_ACCOUNTS,
    missing: lacking.length > 0 ? toSet(lacking) : undefined,
    timezone: values.MAILBOX_TIMEZONE ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    readOnly: values.MAILBOX_READ_ONLY,
    toolsets: values.MAILBOX_TOOLSETS,
    tools: values.MAILBOX_TOOLS,
    toolsExclude: values.MAILBOX_TOOLS_EXCLUDE,
    downloadDir: values.MAILBOX_DOWNLOAD_DIR,
    attachmentDirs: values.MAILBOX_ATTACHMENT_DIRS,
    pool: {
      max: values.POOL_MAX_CONNECTIONS,
      min: values.POOL_MIN_CONNECTIONS,
      timeoutMs: values.POOL_TIMEOUT_MS,
      idleTimeoutMs: values.POOL_IDLE_TIMEOUT_MS,
      healthCheckMs: values.POOL_HEALTH_CHECK_MS,
    },
    cache: {
      searchTtlMs: values.CACHE_EMAIL_SEARCH_TTL,
      messageTtlMs: values.CACHE_EMAIL_MESSAGE_TTL,
      threadTtlMs: values.CACHE_EMAIL_THREAD_TTL,
      calendarEventsTtlMs: values.CACHE_CALENDAR_EVENTS_TTL,
      freeBusyTtlMs: values.CACHE_CALENDAR_FREEBUSY_TTL,
      maxEntries: values.CACHE_MAX_SIZE,
    },
    prefetch: values.MAILBOX_PREFETCH,
    send: values.MAILBOX_SEND,
    logLevel: values.LOG_LEVEL,
  };
}

function toSet(lacking: readonly string[]): string {
  return `Set ${lacking.join(' and ')} in the server's environment and restart it.`;
}

function isComplete(account: Read): account is AccountConfig {
  return 'email' in account;
}
