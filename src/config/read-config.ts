import { parseArgs } from 'node:util';
import { type Lacking, toAccount } from './account-config.ts';
import { accountNameFaults, envFor, faultFor, nameFor } from './account-names.ts';
import { type AccountConfig, type Config, ConfigError } from './config.ts';
import { type Env, givenIn } from './given.ts';
import { endpointFaults } from './hosts.ts';
import { hasCalendars, withOwnHosts, withoutSharedHosts } from './own-hosts.ts';
import { type AccountSettings, type SettingName, settingNames, settings } from './schema.ts';
import { unknownNames } from './unknown-names.ts';

export type { Env } from './given.ts';

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
  // A setting that says nothing is unset; an option that says nothing is wrong, and unsets nothing.
  const whole = { ...givenIn(env), ...optionValues(argv) };
  const { values, faults, wrong } = check(whole);
  const names = values.MAILBOX_ACCOUNTS;
  const unknown = unknownNames(env, wrong.has('MAILBOX_ACCOUNTS') ? undefined : names);
  const unknownOf = (owner?: string) =>
    unknown.flatMap(({ account, fault }) => (account === owner ? [fault] : []));
  const accounts =
    names.length === 0
      ? [onlyAccount(values, [...unknownOf(), ...faults])]
      : names.map((name) => accountOf(name, whole, { shared: faults, unknown: unknownOf(name) }));
  const own = accounts.flatMap((account) => ('faults' in account ? account.faults : []));
  const all = [
    ...unknownOf(),
    ...accountNameFaults(names, whole),
    ...faults,
    ...(accounts.some(isComplete) ? [] : own),
  ];
  const { MAILBOX_TOOLS: tools, MAILBOX_TOOLS_EXCLUDE: toolsExclude } = values;
  if (all.length > 0) {
    throw new ConfigError([...new Set([...all, ...own])], { tools, toolsExclude }, missingIn(accounts));
  }
  return toConfig(values, accounts);
}

/** An account whose own settings are wrong. */
interface Faulty {
  faults: readonly string[];
}
type Read = AccountConfig | Lacking | Faulty;

/** @param found what is wrong anywhere: all settings are its own */
function onlyAccount(values: AccountSettings, found: readonly string[]): Read {
  const faults = [...found, ...accountFaults(values)];
  return faults.length > 0 ? { faults } : toAccount(values);
}

interface Known {
  /** What is wrong with the settings that accounts share, which is not told again. */
  shared: readonly string[];
  /** What was meant as a setting of this one and is none. */
  unknown: readonly string[];
}

/** One of several. */
function accountOf(name: string, env: Env, { shared, unknown }: Known): Read {
  const { values, faults: invalid } = check(withoutSharedHosts(name, envFor(name, env), env));
  const found = [...invalid, ...accountFaults(values)];
  const own = found.map((fault) => faultFor(name, fault, env)).filter((fault) => !shared.includes(fault));
  const faults = [...unknown, ...own];
  return faults.length > 0 ? { faults } : toAccount(values, name, (setting) => nameFor(name, setting));
}

/** What is wrong with the settings of an account together: those that accounts share are nobody's before they are an account's. */
function accountFaults(values: AccountSettings): string[] {
  const both = (['MAILBOX_PASSWORD', 'MAILBOX_DAV_PASSWORD'] as const).filter(
    (name) => values[name] && values[`${name}_COMMAND`],
  );
  return [...both.map((name) => `Set ${name} or ${name}_COMMAND, not both.`), ...endpointFaults(values)];
}

/** The settings in an environment, those that are wrong at their default, and what is wrong with each. */
function check(env: Env): { values: AccountSettings; faults: string[]; wrong: ReadonlySet<unknown> } {
  const given = settingsIn(withOwnHosts(env), env.HOME ?? env.USERPROFILE);
  const parsed = settings.safeParse(given);
  const invalid = parsed.success ? [] : parsed.error.issues;
  const wrong = new Set(invalid.map((issue) => issue.path[0]));
  const known = settings.parse(
    Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name))),
  );
  const values = { ...known, ...(!hasCalendars(env) && { MAILBOX_CALDAV_URL: undefined }) };
  const sentences = new Set(invalid.map((issue) => `${String(issue.path[0])} ${issue.message}.`));
  const isPoolWrong = values.POOL_MIN_CONNECTIONS > values.POOL_MAX_CONNECTIONS;
  const pool = isPoolWrong ? ['POOL_MIN_CONNECTIONS must not be more than POOL_MAX_CONNECTIONS.'] : [];
  return { values, faults: [...sentences, ...pool], wrong };
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
    if (setting && token.kind === 'option') values[setting] = token.value?.trim() ?? 'true';
  }
  return values;
}

/** Our settings only, with the home folder in the place of `~`. */
function settingsIn(env: Env, home: string | undefined): Partial<Record<SettingName, string>> {
  const given: Partial<Record<SettingName, string>> = {};
  for (const name of settingNames) {
    const value = env[name];
    if (value === undefined) continue;
    given[name] = home && holdsPaths(name) ? value.replace(/(^|,\s*)~(?=\/)/gu, `$1${home}`) : value;
  }
  return given;
}

function holdsPaths(name: SettingName): boolean {
  return /_(?:DIRS?|FILE)$/u.test(name);
}

function toConfig(values: AccountSettings, accounts: readonly Read[]): Config {
  return {
    accounts: accounts.filter(isComplete),
    unready: accounts.flatMap((account, index) => {
      const accountName = values.MAILBOX_ACCOUNTS[index];
      if (accountName === undefined || isComplete(account)) return [];
      return [{ accountName, ...('faults' in account ? account : { missing: toSet(account.lacking) }) }];
    }),
    accountNames: values.MAILBOX_ACCOUNTS,
    missing: missingIn(accounts),
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

function missingIn(accounts: readonly Read[]): string | undefined {
  const lacking = accounts.flatMap((account) => ('lacking' in account ? account.lacking : []));
  return lacking.length > 0 ? toSet(lacking) : undefined;
}

function toSet(lacking: readonly string[]): string {
  return `Set ${lacking.join(' and ')} in the server's environment and restart it.`;
}

function isComplete(account: Read): account is AccountConfig {
  return 'email' in account;
}
