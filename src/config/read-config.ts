import { parseArgs } from 'node:util';
import { type AccountConfig, type Config, ConfigError, type Secret } from './config.ts';
import { endpointFaults, registrableDomain } from './hosts.ts';
import { nearest } from './near.ts';
import { type SettingName, type Settings, settingNames, settings } from './schema.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** What may be said on the command line instead of the environment; the command line wins. */
export const optionSettings: Readonly<Record<string, SettingName>> = {
  'read-only': 'MAILBOX_READ_ONLY',
  toolsets: 'MAILBOX_TOOLSETS',
  'log-level': 'LOG_LEVEL',
};

/**
 * The only reader of the command line's settings and of the environment. Pure: touches no file, runs no
 * command. Missing credentials are no fault: they give a Config without an account.
 *
 * @throws ConfigError naming every fault at once, and no value.
 */
export function readConfig(argv: readonly string[], env: Env): Config {
  const given = givenSettings({ ...env, ...optionValues(argv) }, env.HOME ?? env.USERPROFILE);
  const parsed = settings.safeParse(given);
  const invalid = parsed.success ? [] : parsed.error.issues;
  const wrong = new Set(invalid.map((issue) => issue.path[0]));
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
  const values = settings.parse(rest);

  const faults = [
    ...unknownNames(env),
    ...new Set(invalid.map((issue) => `${String(issue.path[0])} ${issue.message}.`)),
    ...contradictions(values),
    ...endpointFaults(values),
  ];
  if (faults.length > 0) throw new ConfigError(faults);
  return toConfig(values);
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
    const value = name.includes('PASSWORD') ? env[name] : env[name]?.trim();
    if (value)
      given[name] = home && holdsPaths(name) ? value.replace(/(^|,\s*)~(?=\/)/gu, `$1${home}`) : value;
  }
  return given;
}

function holdsPaths(name: SettingName): boolean {
  return /_(?:DIRS?|FILE)$/u.test(name);
}

/**
 * Misspelt settings. Every MAILBOX_ name is ours; POOL_ and CACHE_ names also belong to other programs
 * (CACHE_DRIVER, POOL_SIZE), so there only a near miss is a fault.
 */
function unknownNames(env: Env): string[] {
  const known: readonly string[] = settingNames;
  return Object.keys(env).flatMap((name) => {
    const [prefix = ''] = /^(?:MAILBOX|POOL|CACHE)_/u.exec(name) ?? [];
    if (!prefix || known.includes(name) || (env.MAILBOX_ACCOUNTS && isOfAccount(name))) return [];
    const siblings = known
      .filter((setting) => setting.startsWith(prefix))
      .map((setting) => setting.slice(prefix.length));
    const meant = nearest(name.slice(prefix.length), siblings).map((rest) => prefix + rest);
    if (meant.length > 0) return [`${name} is not a setting (did you mean ${meant.join(' or ')}?).`];
    return prefix === 'MAILBOX_' ? [`${name.slice(0, 60)} is not a setting.`] : [];
  });
}

/** `MAILBOX_WORK_EMAIL`: its fault is told once, for MAILBOX_ACCOUNTS. */
function isOfAccount(name: string): boolean {
  const [, rest] = /^MAILBOX_[A-Z0-9]+_(.+)$/u.exec(name) ?? [];
  return settingNames.some((setting) => setting === `MAILBOX_${rest}`);
}

function contradictions(values: Settings): string[] {
  const faults: string[] = [];
  for (const name of ['MAILBOX_PASSWORD', 'MAILBOX_DAV_PASSWORD'] as const) {
    if (values[name] && values[`${name}_COMMAND`]) faults.push(`Set ${name} or ${name}_COMMAND, not both.`);
  }
  if (values.POOL_MIN_CONNECTIONS > values.POOL_MAX_CONNECTIONS) {
    faults.push('POOL_MIN_CONNECTIONS must not be more than POOL_MAX_CONNECTIONS.');
  }
  return faults;
}

function toConfig(values: Settings): Config {
  const account = toAccount(values);
  return {
    account: typeof account === 'string' ? undefined : account,
    missing: typeof account === 'string' ? account : undefined,
    timezone: values.MAILBOX_TIMEZONE ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    readOnly: values.MAILBOX_READ_ONLY,
    toolsets: values.MAILBOX_TOOLSETS,
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
    sendLimit: values.MAILBOX_SEND_LIMIT,
    requestsPerMinute: values.MAILBOX_RATE_LIMIT,
    allowedRecipients: values.MAILBOX_ALLOWED_RECIPIENTS,
    logLevel: values.LOG_LEVEL,
  };
}

/** The account, or the sentence that says what to set. */
function toAccount(values: Settings): AccountConfig | string {
  const email = values.MAILBOX_EMAIL;
  const password = secret(values.MAILBOX_PASSWORD, values.MAILBOX_PASSWORD_COMMAND);
  if (!email || !password) {
    const lacking = [
      ...(email ? [] : ['MAILBOX_EMAIL']),
      ...(password ? [] : ['MAILBOX_PASSWORD (or MAILBOX_PASSWORD_COMMAND)']),
    ];
    return `Set ${lacking.join(' and ')} in the server's environment and restart it.`;
  }
  return {
    email,
    ...(values.MAILBOX_NAME && { name: values.MAILBOX_NAME }),
    aliases: values.MAILBOX_ALIASES,
    username: values.MAILBOX_USERNAME ?? email,
    password,
    davPassword: secret(values.MAILBOX_DAV_PASSWORD, values.MAILBOX_DAV_PASSWORD_COMMAND) ?? password,
    imap: {
      host: values.MAILBOX_IMAP_HOST,
      port: values.MAILBOX_IMAP_PORT,
      secure: values.MAILBOX_IMAP_SECURE,
    },
    smtp: {
      host: values.MAILBOX_SMTP_HOST,
      port: values.MAILBOX_SMTP_PORT,
      secure: values.MAILBOX_SMTP_SECURE ?? values.MAILBOX_SMTP_PORT !== 587,
    },
    caldavUrl: values.MAILBOX_CALDAV_URL,
    calendars: values.MAILBOX_CALENDARS,
    caFile: values.MAILBOX_CA_FILE,
    authservIds: values.MAILBOX_AUTHSERV_IDS ?? [registrableDomain(values.MAILBOX_IMAP_HOST, email)],
  };
}

function secret(value: string | undefined, command: string | undefined): Secret | undefined {
  if (command) return { kind: 'command', command };
  return value ? { kind: 'value', value } : undefined;
}
