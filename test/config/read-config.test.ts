import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { credentials, faultsOf } from './faults.ts';

test('address and password are enough; everything else fits mailbox.org', () => {
  const config = readConfig([], credentials);
  expect(config.accounts[0]).toEqual({
    email: 'alice@mailbox.org',
    aliases: [],
    username: 'alice@mailbox.org',
    password: { kind: 'value', value: 'pw' },
    davPassword: { kind: 'value', value: 'pw' },
    imap: { host: 'imap.mailbox.org', port: 993, secure: true },
    smtp: { host: 'smtp.mailbox.org', port: 465, secure: true },
    caldavUrl: 'https://dav.mailbox.org/',
    calendars: [],
    caFile: undefined,
    authservIds: ['mailbox.org'],
    accountName: undefined,
    sendLimit: 30,
    requestsPerMinute: undefined,
    allowedRecipients: [],
  });
  expect(config).toMatchObject({
    missing: undefined,
    readOnly: false,
    prefetch: true,
    toolsets: undefined,
    pool: { max: 2, min: 0, timeoutMs: 15_000, idleTimeoutMs: 30_000 },
    cache: { searchTtlMs: 300_000, calendarEventsTtlMs: 900_000, maxEntries: 1_000 },
    send: 'direct',
    logLevel: 'info',
  });
});

test('without MAILBOX_RATE_LIMIT each protocol has its own limit; 0 switches it off', () => {
  expect(readConfig([], credentials).accounts[0]?.requestsPerMinute).toBeUndefined();
  expect(readConfig([], { ...credentials, MAILBOX_RATE_LIMIT: '0' }).accounts[0]?.requestsPerMinute).toBe(0);
});

test('without credentials there is no account and a sentence that says what to set', () => {
  const nothing = readConfig([], {});
  expect(nothing.accounts).toEqual([]);
  expect(nothing.missing).toMatch(/MAILBOX_EMAIL and MAILBOX_PASSWORD/u);
  expect(readConfig([], { MAILBOX_EMAIL: 'a@b.de' }).missing).toMatch(/^Set MAILBOX_PASSWORD /u);
  expect(readConfig([], { MAILBOX_PASSWORD: 'x' }).missing).toMatch(/^Set MAILBOX_EMAIL in/u);
});

test('a password may come from a command, for mail and for CalDAV', () => {
  const [account] = readConfig([], {
    MAILBOX_EMAIL: 'a@b.de',
    MAILBOX_PASSWORD_COMMAND: 'pass mail',
    MAILBOX_DAV_PASSWORD: 'dav',
  }).accounts;
  expect(account?.password).toEqual({ kind: 'command', command: 'pass mail' });
  expect(account?.davPassword).toEqual({ kind: 'value', value: 'dav' });
  expect(faultsOf({ MAILBOX_PASSWORD_COMMAND: 'pass' })).toEqual([
    'Set MAILBOX_PASSWORD or MAILBOX_PASSWORD_COMMAND, not both.',
  ]);
});

test('every fault is listed at once, and no value is repeated', () => {
  const faults = faultsOf({
    MAILBOX_EMAIL: 'leaked-one',
    MAILBOX_IMAP_PORT: 'leaked-two',
    MAILBOX_READ_ONLY: 'leaked-three',
    MAILBOX_TOOLSETS: 'mail,leaked-four',
    MAILBOX_TIMEZONE: 'leaked/five',
    MAILBOX_CALDAV_URL: 'https://leaked:six@dav.mailbox.org/',
    MAILBOX_DOWNLOAD_DIR: 'leaked/seven',
    MAILBOX_IMAP_SECURE: 'false',
    POOL_MAX_CONNECTIONS: '0',
    POOL_MIN_CONNECTIONS: '3',
    LOG_LEVEL: 'leaked-eight',
  });
  const names = faults.map((fault) => fault.split(' ')[0]);
  expect(names.sort()).toEqual([
    'LOG_LEVEL',
    'MAILBOX_CALDAV_URL',
    'MAILBOX_DOWNLOAD_DIR',
    'MAILBOX_EMAIL',
    'MAILBOX_IMAP_PORT',
    'MAILBOX_IMAP_SECURE',
    'MAILBOX_READ_ONLY',
    'MAILBOX_TIMEZONE',
    'MAILBOX_TOOLSETS',
    'POOL_MAX_CONNECTIONS',
    'POOL_MIN_CONNECTIONS',
  ]);
  expect(faults.join(' ')).not.toMatch(/leaked/u);
});

test.each([
  ['POOL_TIMEOUT_MS', '1e3'],
  ['POOL_TIMEOUT_MS', '-1'],
  ['MAILBOX_RATE_LIMIT', '-1'],
  ['POOL_TIMEOUT_MS', '99999999'],
  ['CACHE_MAX_SIZE', '1.5'],
  ['MAILBOX_IMAP_PORT', '65536'],
  ['MAILBOX_IMAP_HOST', 'https://imap.mailbox.org'],
  ['MAILBOX_ALIASES', 'a@b.de, nobody'],
  ['MAILBOX_ALLOWED_RECIPIENTS', 'b.de'],
  ['MAILBOX_SEND', 'later'],
  ['MAILBOX_NAME', 'Alice\r\nBcc: x'],
  ['MAILBOX_CALDAV_URL', 'ftp://dav.mailbox.org'],
  ['MAILBOX_ATTACHMENT_DIRS', '/ok, relative'],
])('%s=%j is refused, naming the setting', (name, value) => {
  const faults = faultsOf({ [name]: value });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(new RegExp(`^${name} `, 'u'));
});

test('a misspelt setting names the one that was meant; foreign variables are left alone', () => {
  expect(faultsOf({ MAILBOX_PASWORD: 'x' })).toEqual([
    'MAILBOX_PASWORD is not a setting (did you mean MAILBOX_PASSWORD?).',
  ]);
  expect(faultsOf({ MAILBOX_COLOUR: 'red' })).toEqual(['MAILBOX_COLOUR is not a setting.']);
  expect(faultsOf({ CACHE_EMAIL_SERCH_TTL: '1', POOL_MAX: '2' })).toEqual([
    expect.stringContaining('CACHE_EMAIL_SEARCH_TTL'),
    expect.stringContaining('POOL_MAX_CONNECTIONS'),
  ]);
  expect(faultsOf({ PATH: '/bin', CACHE_DRIVER: 'redis', POOL_SIZE: '3' })).toEqual([]);
});

test('an empty setting counts as unset, spaces around one do not matter, except in a password', () => {
  const config = readConfig([], {
    MAILBOX_EMAIL: ' alice@mailbox.org ',
    MAILBOX_PASSWORD: ' pw ',
    MAILBOX_TIMEZONE: '',
    MAILBOX_IMAP_PORT: '  ',
  });
  expect(config.accounts[0]).toMatchObject({
    email: 'alice@mailbox.org',
    password: { value: ' pw ' },
    imap: { port: 993 },
  });
});

test('lists are separated by commas, folders may start at home', () => {
  const config = readConfig([], {
    ...credentials,
    HOME: '/home/alice',
    MAILBOX_ALIASES: 'a@b.de, c@d.de,',
    MAILBOX_ATTACHMENT_DIRS: '~/Documents, /srv/files',
    MAILBOX_DOWNLOAD_DIR: '~/Downloads',
    MAILBOX_TOOLSETS: 'mail,server',
  });
  expect(config.accounts[0]?.aliases).toEqual(['a@b.de', 'c@d.de']);
  expect(config.attachmentDirs).toEqual(['/home/alice/Documents', '/srv/files']);
  expect(config.downloadDir).toBe('/home/alice/Downloads');
  expect(config.toolsets).toEqual(['mail', 'server']);
});

test('the command line wins over the environment', () => {
  const argv = ['--read-only', '--toolsets', 'mail', '--log-level=debug'];
  const config = readConfig(argv, { ...credentials, MAILBOX_TOOLSETS: 'server', LOG_LEVEL: 'error' });
  expect(config).toMatchObject({ readOnly: true, toolsets: ['mail'], logLevel: 'debug' });
  expect(faultsOf({}, ['--toolsets', 'mial'])).toEqual([
    expect.stringMatching(/^MAILBOX_TOOLSETS .*did you mean mail/u),
  ]);
});

test('the settings are read, not touched', () => {
  const env = Object.freeze({ ...credentials });
  expect(readConfig(Object.freeze([]), env)).toEqual(readConfig([], env));
});

test.each([
  [{ MAILBOX_SEND: 'Confirm' }, { send: 'confirm' }],
  [{ MAILBOX_SEND: 'DRAFTS-ONLY' }, { send: 'drafts-only' }],
  [{ LOG_LEVEL: 'Debug' }, { logLevel: 'debug' }],
  [{ MAILBOX_TOOLSETS: 'Mail, SERVER' }, { toolsets: ['mail', 'server'] }],
])('%j is taken as it is meant, in small or capital letters', (env, meant) => {
  expect(readConfig([], { ...credentials, ...env })).toMatchObject(meant);
});
