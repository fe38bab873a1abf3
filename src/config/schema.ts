import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { logLevels } from '../log.ts';
import { toolsetNames } from './config.ts';
import { didYouMean } from './near.ts';

/** One entry per setting. Messages say what is expected and never repeat the value: it may be a misplaced secret. */

const words = z.string('is not text').max(2_000, 'is too long');
/** `${…}`: where it gets here, nobody has put the value in its place. */
const unfilled = 'holds a placeholder that the client has not filled in';
const text = words.regex(/^(?!.*\$\{[^{}]*\})/su, { error: unfilled, abort: true });
/** A password may hold anything, and a command `${…}` of its own; neither is a client's `${input:…}` and nothing else. */
const secret = words.regex(/^(?!\s*\$\{(?:env|input):[^{}]*\}\s*$)/su, unfilled);
const flags = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
]);

const flag = text.transform((value, context) => {
  const meaning = flags.get(value.toLowerCase());
  if (meaning === undefined) context.addIssue('must be true or false');
  return meaning ?? false;
});

function integer(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return text
    .regex(/^\d{1,10}$/u, { error: message, abort: true })
    .transform(Number)
    .pipe(z.number().min(min, message).max(max, message));
}

function list<T>(item: z.ZodType<T, string>) {
  return text.transform(items).pipe(z.array(item).min(1, 'must hold something'));
}

function oneOf<const T extends readonly string[]>(names: T) {
  const named = z.enum(names, {
    error: ({ input }) => `must be one of ${names.join(', ')}${didYouMean(String(input), names)}`,
  });
  return text.transform((value) => value.toLowerCase()).pipe(named);
}

const address = text.regex(/^[^\s@<>"]+@[^\s@<>"]+$/u, 'must be an e-mail address like you@mailbox.org');
const recipient = text.regex(
  /^[^\s@<>"]*@[^\s@<>"]+$/u,
  'must hold addresses or @domains, separated by commas',
);
const host = text.regex(/^[\p{L}\p{N}._:-]+$/u, 'must be a host name without scheme or path');
const port = integer(1, 65_535);
const path = text.refine(isAbsolute, 'must be an absolute path (~/ is your home folder)');
const timezone = text.refine(isTimezone, 'must be an IANA time zone like Europe/Berlin');
const httpUrl = text.refine(isHttpUrl, 'must be an https:// address without user name and password in it');
/** Whatever may be a misspelt name: which one is wrong is told where the tools are known. */
const toolName = text.regex(/^[\w .;-]{1,64}$/u, 'must hold names of tools, separated by commas');
const accountName = text.regex(
  /^[a-z][a-z0-9-]{0,11}$/u,
  'must hold names like work,home in small letters, of 12 letters at most',
);

/** Every tool lists their names: with more the list would cost more than 9,000 tokens. */
const mostAccounts = 6;
const mostLetters = 36;
const fewAccounts = z
  .array(z.string())
  .max(mostAccounts, `must hold ${mostAccounts} names at most`)
  .refine(
    (names) => names.join('').length <= mostLetters,
    `must hold shorter names, ${mostLetters} letters in all`,
  );

const ttl = integer(0, 86_400_000);

export const settings = z.object({
  MAILBOX_EMAIL: address.optional().describe('your address'),
  MAILBOX_PASSWORD: secret.optional().describe('its password, or an e-mail app password'),
  MAILBOX_PASSWORD_COMMAND: secret
    .optional()
    .describe('instead: a command whose first output line is the password'),
  MAILBOX_DAV_PASSWORD: secret
    .optional()
    .describe('application password for CalDAV; without it the mail password'),
  MAILBOX_DAV_PASSWORD_COMMAND: secret.optional().describe('instead: a command'),
  MAILBOX_USERNAME: text.optional().describe('login name, if it is not the address'),
  MAILBOX_NAME: text
    .regex(/^\P{Cc}*$/u, 'must not hold control characters')
    .optional()
    .describe('your name as recipients see it'),
  MAILBOX_ALIASES: list(address).default([]).describe('your other addresses; mail may be sent from them'),
  MAILBOX_IMAP_HOST: host.default('imap.mailbox.org').describe('IMAP server'),
  MAILBOX_IMAP_PORT: port.default(993).describe('its port'),
  MAILBOX_IMAP_SECURE: flag.default(true).describe('TLS; `false` only for a server on this machine'),
  MAILBOX_SMTP_HOST: host
    .default('smtp.mailbox.org')
    .describe('SMTP server; with another IMAP host, by default the `smtp.` beside it'),
  MAILBOX_SMTP_PORT: port.default(465).describe('587 means STARTTLS'),
  MAILBOX_SMTP_SECURE: flag.optional().describe('TLS from the start; by default unless the port is 587'),
  MAILBOX_CALDAV_URL: httpUrl
    .default('https://dav.mailbox.org/')
    .describe('CalDAV server; calendars are found from here. With another IMAP host none by default'),
  MAILBOX_CALENDARS: list(text).default([]).describe('names or ids of the calendars to show; default all'),
  MAILBOX_CA_FILE: path.optional().describe('PEM file with further certificate authorities to trust'),
  MAILBOX_AUTHSERV_IDS: list(host)
    .optional()
    .describe('servers whose verdict on sender authentication counts; default the domain of the IMAP host'),
  MAILBOX_TIMEZONE: timezone.optional().describe("IANA zone for times in answers; default the system's"),
  MAILBOX_READ_ONLY: flag.default(false).describe('list only tools that change nothing, anywhere'),
  MAILBOX_PREFETCH: flag
    .default(true)
    .describe('fetch the texts of the first mails found while the connection is idle'),
  MAILBOX_TOOLSETS: list(oneOf(toolsetNames))
    .optional()
    .describe('groups of tools to list: `mail`, `calendar`, `server`; default all'),
  MAILBOX_TOOLS: list(toolName)
    .optional()
    .describe('the only tools to list, of those the settings above leave; default all'),
  MAILBOX_TOOLS_EXCLUDE: list(toolName).default([]).describe('tools not to list'),
  MAILBOX_SEND: oneOf(['direct', 'confirm', 'drafts-only'])
    .default('direct')
    .describe('`direct`, `confirm` or `drafts-only`'),
  MAILBOX_SEND_LIMIT: integer(1, 10_000).default(30).describe('messages that may be sent within ten minutes'),
  MAILBOX_RATE_LIMIT: integer(0, 100_000)
    .optional()
    .describe(
      'requests a minute to each server in the long run, ten times as many at once; default 1200 (IMAP), 300 (CalDAV), 120 mails (SMTP); 0 is no limit',
    ),
  MAILBOX_ALLOWED_RECIPIENTS: list(recipient)
    .default([])
    .describe('addresses or @domains that may be written to; default all'),
  MAILBOX_ATTACHMENT_DIRS: list(path)
    .default([])
    .describe('folders files may be attached from; default none'),
  MAILBOX_DOWNLOAD_DIR: path.optional().describe('folder attachments may be saved to; default none'),
  MAILBOX_ACCOUNTS: list(accountName)
    .pipe(fewAccounts)
    .default([])
    .describe('names of several accounts, like `work,home`; then `MAILBOX_WORK_EMAIL` and so on'),
  POOL_MAX_CONNECTIONS: integer(1, 20).default(2).describe('connections per protocol'),
  POOL_MIN_CONNECTIONS: integer(0, 20).default(0).describe('connections kept open'),
  POOL_TIMEOUT_MS: integer(100, 40_000).default(15_000).describe('how long a call waits for a connection'),
  POOL_IDLE_TIMEOUT_MS: integer(100, 3_600_000)
    .default(30_000)
    .describe('when an unused connection is closed'),
  POOL_HEALTH_CHECK_MS: integer(100, 3_600_000)
    .default(10_000)
    .describe('how long a connection may rest before it is checked'),
  CACHE_EMAIL_SEARCH_TTL: ttl
    .default(300_000)
    .describe('how long searches are remembered, each proven fresh before it is given again; 0 is never'),
  CACHE_EMAIL_MESSAGE_TTL: ttl.default(900_000).describe('how long messages are'),
  CACHE_EMAIL_THREAD_TTL: ttl.default(300_000).describe('how long conversations are'),
  CACHE_CALENDAR_EVENTS_TTL: ttl.default(900_000).describe('how long calendars are'),
  CACHE_CALENDAR_FREEBUSY_TTL: ttl.default(900_000).describe('how long free and busy times are'),
  CACHE_MAX_SIZE: integer(1, 100_000).default(1_000).describe('answers remembered at most'),
  LOG_LEVEL: oneOf(logLevels).default('info').describe('`error`, `warn`, `info` or `debug`, on stderr'),
});

export type Settings = z.output<typeof settings>;
/** Calendars may be nowhere. */
export type AccountSettings = Omit<Settings, 'MAILBOX_CALDAV_URL'> & {
  MAILBOX_CALDAV_URL: string | undefined;
};
export type SettingName = keyof Settings;
export const settingNames = Object.keys(settings.shape) as readonly SettingName[];

/** Whether its value holds several, between commas. */
export function isList(name: SettingName): boolean {
  return outputOf(settings.shape[name]) instanceof z.ZodArray;
}

function outputOf(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return outputOf(schema.unwrap());
  return schema instanceof z.ZodPipe ? outputOf(schema.out) : schema;
}

function items(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function isTimezone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }) !== undefined;
  } catch {
    return false;
  }
}

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}
