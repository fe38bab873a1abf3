import { expect, test } from 'vitest';
import { givenIn } from '../../src/config/given.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { credentials, faultsOf } from './faults.ts';

/** As a client's settings name what it is to fill in. */
const asked = (name: string) => `\${${name}}`;

test('what says nothing is not there; the rest is without spaces around it, except a password', () => {
  const env = {
    MAILBOX_EMAIL: ' a@b.de ',
    MAILBOX_PASSWORD: ' pw ',
    MAILBOX_NAME: ' ',
    MAILBOX_TIMEZONE: '',
  };
  expect(givenIn(env)).toEqual({ MAILBOX_EMAIL: 'a@b.de', MAILBOX_PASSWORD: ' pw ' });
});

test('questions nobody answered, as clients pass them on, are settings nobody set', () => {
  const unanswered = {
    MAILBOX_DAV_PASSWORD: asked('user_config.dav_password'),
    MAILBOX_TOOLSETS: asked('user_config.toolsets'),
    MAILBOX_NAME: ` ${asked('user_config.name')} `,
    MAILBOX_DOWNLOAD_DIR: asked('user_config.download_dir'),
    MAILBOX_READ_ONLY: asked('user_config.read_only'),
  };
  expect(readConfig([], { ...credentials, ...unanswered })).toEqual(readConfig([], credentials));
  expect(readConfig([], { ...credentials, MAILBOX_PASSWORD: asked('user_config.password') }).missing).toMatch(
    /^Set MAILBOX_PASSWORD /u,
  );
});

test.each([
  ['MAILBOX_NAME', asked('input:name')],
  ['MAILBOX_NAME', `Alice ${asked('user_config.surname')}`],
  ['MAILBOX_EMAIL', `${asked('USER')}@mailbox.org`],
  ['MAILBOX_USERNAME', asked('env:MAIL_USER')],
  ['MAILBOX_TOOLSETS', asked('input:toolsets')],
  ['MAILBOX_CALENDARS', `Family,${asked('input:calendar')}`],
  ['MAILBOX_IMAP_PORT', asked('input:port')],
  ['MAILBOX_ALLOWED_RECIPIENTS', `@${asked('DOMAIN')}`],
  ['MAILBOX_DOWNLOAD_DIR', `/home/${asked('USER')}/mail`],
  ['MAILBOX_CALDAV_URL', `https://dav.mailbox.org/${asked('calendar')}`],
  ['MAILBOX_PASSWORD', asked('input:leaked')],
  ['MAILBOX_PASSWORD_COMMAND', asked('env:COMMAND')],
])('%s=%s holds a placeholder, which is told and never used', (name, value) => {
  const isCommand = name.endsWith('COMMAND');
  expect(faultsOf({ [name]: value, ...(isCommand && { MAILBOX_PASSWORD: '' }) })).toEqual([
    `${name} holds a placeholder that the client has not filled in.`,
  ]);
});

test.each([`a${asked('user_config.x')}`, `pw${asked('input:pw')}`, '${input', asked('abc'), ','])(
  'a password may be %s',
  (password) => {
    const [account] = readConfig([], { ...credentials, MAILBOX_PASSWORD: password }).accounts;
    expect(account?.password).toEqual({ kind: 'value', value: password });
  },
);

test('a command may use variables of its shell', () => {
  const command = `pass "${asked('MAIL_ENTRY')}"`;
  expect(faultsOf({ MAILBOX_PASSWORD: '', MAILBOX_PASSWORD_COMMAND: command })).toEqual([]);
});

test('commas alone are an empty list, and nothing else', () => {
  const lists = { MAILBOX_ALIASES: ',', MAILBOX_TOOLSETS: ' , ', MAILBOX_AUTHSERV_IDS: ',,' };
  expect(readConfig([], { ...credentials, ...lists })).toEqual(readConfig([], credentials));
  for (const name of ['MAILBOX_READ_ONLY', 'MAILBOX_SEND', 'MAILBOX_IMAP_HOST', 'POOL_MAX_CONNECTIONS']) {
    expect(faultsOf({ [name]: ',' }), name).toEqual([
      expect.stringMatching(new RegExp(`^${name} must`, 'u')),
    ]);
  }
});

test("an account's empty list is none of its own: what all may be written to stays as it is", () => {
  const { accounts } = readConfig([], {
    MAILBOX_ACCOUNTS: 'work',
    MAILBOX_WORK_EMAIL: 'alice@work.example',
    MAILBOX_WORK_PASSWORD: 'pw',
    MAILBOX_ALLOWED_RECIPIENTS: '@work.example',
    MAILBOX_WORK_ALLOWED_RECIPIENTS: ',',
  });
  expect(accounts[0]?.allowedRecipients).toEqual(['@work.example']);
});

test.each([
  '--read-only=',
  '--read-only= ',
  `--read-only=${asked('user_config.read_only')}`,
  '--toolsets=,',
  '--log-level=',
])('an option that says nothing, as %j, switches nothing off', (option) => {
  const env = { MAILBOX_READ_ONLY: 'true', MAILBOX_TOOLSETS: 'mail', LOG_LEVEL: 'error' };
  expect(faultsOf(env, [option])).toHaveLength(1);
});
