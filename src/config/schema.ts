import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { logLevels } from '../log.ts';
import { toolsetNames } from './config.ts';
import { didYouMean } from './near.ts';

/** One entry per setting. Messages say what is expected and never repeat the value: it may be a misplaced secret. */

const text = z.string('is not text').max(2_000, 'is too long');
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
  return text.transform(items).pipe(z.array(item));
}

function oneOf<const T extends readonly string[]>(names: T) {
  return z.enum(names, {
    error: ({ input }) => `must be one of ${names.join(', ')}${didYouMean(String(input), names)}`,
  });
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
const toolName = text.regex(/^[a-z_]{1,64}$/iu, 'must hold names of tools, separated by commas');
const accountName = text.regex(
  /^[a-z][a-z0-9-]{0,19}$/u,
  'must hold short names like work,home in small letters',
);

const ttl = integer(0, 86_400_000);

export const settings = z.object({
  MAILBOX_EMAIL: address.optional(),
  MAILBOX_PASSWORD: text.optional(),
  MAILBOX_PASSWORD_COMMAND: text.optional(),
  MAILBOX_DAV_PASSWORD: text.optional(),
  MAILBOX_DAV_PASSWORD_COMMAND: text.optional(),
  MAILBOX_USERNAME: text.optional(),
  MAILBOX_NAME: text.regex(/^\P{Cc}*$/u, 'must not hold control characters').optional(),
  MAILBOX_ALIASES: list(address).default([]),
  MAILBOX_IMAP_HOST: host.default('imap.mailbox.org'),
  MAILBOX_IMAP_PORT: port.default(993),
  MAILBOX_IMAP_SECURE: flag.default(true),
  MAILBOX_SMTP_HOST: host.default('smtp.mailbox.org'),
  MAILBOX_SMTP_PORT: port.default(465),
  MAILBOX_SMTP_SECURE: flag.optional(),
  MAILBOX_CALDAV_URL: httpUrl.default('https://dav.mailbox.org/'),
  MAILBOX_CALENDARS: list(text).default([]),
  MAILBOX_CA_FILE: path.optional(),
  MAILBOX_AUTHSERV_IDS: list(host).optional(),
  MAILBOX_TIMEZONE: timezone.optional(),
  MAILBOX_READ_ONLY: flag.default(false),
  MAILBOX_PREFETCH: flag.default(true),
  MAILBOX_TOOLSETS: list(oneOf(toolsetNames)).optional(),
  MAILBOX_TOOLS: list(toolName).optional(),
  MAILBOX_TOOLS_EXCLUDE: list(toolName).default([]),
  MAILBOX_SEND: oneOf(['direct', 'confirm', 'drafts-only']).default('direct'),
  MAILBOX_SEND_LIMIT: integer(1, 10_000).default(30),
  MAILBOX_RATE_LIMIT: integer(0, 100_000).optional(),
  MAILBOX_ALLOWED_RECIPIENTS: list(recipient).default([]),
  MAILBOX_ATTACHMENT_DIRS: list(path).default([]),
  MAILBOX_DOWNLOAD_DIR: path.optional(),
  MAILBOX_ACCOUNTS: list(accountName).default([]),
  POOL_MAX_CONNECTIONS: integer(1, 20).default(2),
  POOL_MIN_CONNECTIONS: integer(0, 20).default(0),
  POOL_TIMEOUT_MS: integer(100, 40_000).default(15_000),
  POOL_IDLE_TIMEOUT_MS: integer(100, 3_600_000).default(30_000),
  POOL_HEALTH_CHECK_MS: integer(100, 3_600_000).default(10_000),
  CACHE_EMAIL_SEARCH_TTL: ttl.default(300_000),
  CACHE_EMAIL_MESSAGE_TTL: ttl.default(900_000),
  CACHE_EMAIL_THREAD_TTL: ttl.default(300_000),
  CACHE_CALENDAR_EVENTS_TTL: ttl.default(900_000),
  CACHE_CALENDAR_FREEBUSY_TTL: ttl.default(900_000),
  CACHE_MAX_SIZE: integer(1, 100_000).default(1_000),
  LOG_LEVEL: oneOf(logLevels).default('info'),
});

export type Settings = z.output<typeof settings>;
export type SettingName = keyof Settings;
export const settingNames = Object.keys(settings.shape) as readonly SettingName[];

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
