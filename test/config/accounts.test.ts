import { expect, test } from 'vitest';
import { inWordsOf } from '../../src/config/account-names.ts';
import { ConfigError } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';

const two = {
  MAILBOX_ACCOUNTS: 'work, home-office',
  MAILBOX_WORK_EMAIL: 'alice@work.example',
  MAILBOX_WORK_PASSWORD: 'work-pw',
  MAILBOX_HOME_OFFICE_EMAIL: 'alice@mailbox.org',
  MAILBOX_HOME_OFFICE_PASSWORD_COMMAND: 'pass home',
};

function errorOf(env: Record<string, string>): ConfigError | undefined {
  try {
    readConfig([], { ...two, ...env });
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  return undefined;
}

function faultsOf(env: Record<string, string>): readonly string[] {
  return errorOf(env)?.faults ?? [];
}

test('each account has its own settings, in the order they are named; the first is the default', () => {
  const { accounts, missing } = readConfig([], {
    ...two,
    MAILBOX_WORK_IMAP_HOST: 'imap.work.example',
    MAILBOX_WORK_SMTP_HOST: 'smtp.work.example',
    MAILBOX_WORK_SEND_LIMIT: '5',
    MAILBOX_HOME_OFFICE_CALENDARS: 'Family',
  });
  expect(missing).toBeUndefined();
  expect(accounts).toMatchObject([
    {
      accountName: 'work',
      username: 'alice@work.example',
      password: { kind: 'value', value: 'work-pw' },
      imap: { host: 'imap.work.example' },
      sendLimit: 5,
      calendars: [],
      authservIds: ['work.example'],
    },
    {
      accountName: 'home-office',
      email: 'alice@mailbox.org',
      davPassword: { kind: 'command', command: 'pass home' },
      imap: { host: 'imap.mailbox.org' },
      sendLimit: 30,
      calendars: ['Family'],
    },
  ]);
});

test('what accounts share is said once; an account of its own mind overrides it', () => {
  const { accounts } = readConfig([], {
    ...two,
    MAILBOX_IMAP_HOST: 'imap.both.example',
    MAILBOX_SMTP_HOST: 'smtp.both.example',
    MAILBOX_NAME: 'Alice',
    MAILBOX_WORK_NAME: 'Alice Sommer, Ltd.',
  });
  expect(accounts.map(({ imap, name }) => [imap.host, name])).toEqual([
    ['imap.both.example', 'Alice Sommer, Ltd.'],
    ['imap.both.example', 'Alice'],
  ]);
});

test('a password is never shared: what belongs to no account is refused', () => {
  expect(faultsOf({ MAILBOX_PASSWORD: 'pw', MAILBOX_EMAIL: 'a@b.de' })).toEqual([
    'MAILBOX_EMAIL belongs to no account while MAILBOX_ACCOUNTS is set: set MAILBOX_WORK_EMAIL.',
    'MAILBOX_PASSWORD belongs to no account while MAILBOX_ACCOUNTS is set: set MAILBOX_WORK_PASSWORD.',
  ]);
  const { missing } = readConfig([], { ...two, MAILBOX_WORK_PASSWORD: '' });
  expect(missing).toMatch(/^Set MAILBOX_WORK_PASSWORD \(or MAILBOX_WORK_PASSWORD_COMMAND\) in/u);
});

test('a fault is told under the name it was set by, once, without its value', () => {
  expect(faultsOf({ MAILBOX_WORK_IMAP_PORT: 'leaked', MAILBOX_SMTP_PORT: 'leaked' })).toEqual([
    expect.stringMatching(/^MAILBOX_SMTP_PORT must/u),
    expect.stringMatching(/^MAILBOX_WORK_IMAP_PORT must/u),
  ]);
  const none = { MAILBOX_HOME_OFFICE_PASSWORD_COMMAND: '' };
  expect(faultsOf({ MAILBOX_WORK_IMAP_SECURE: 'false', ...none })).toEqual([
    expect.stringMatching(/^MAILBOX_WORK_IMAP_SECURE can be false only/u),
  ]);
});

test("one account's wrong settings leave the others as they are", () => {
  const { accounts, unready, missing } = readConfig([], { ...two, MAILBOX_WORK_IMAP_PORT: 'leaked' });
  expect(accounts.map(({ accountName }) => accountName)).toEqual(['home-office']);
  expect(unready).toEqual([
    { accountName: 'work', faults: [expect.stringMatching(/^MAILBOX_WORK_IMAP_PORT must/u)] },
  ]);
  expect(missing).toBeUndefined();
  expect(JSON.stringify(unready)).not.toContain('leaked');
});

test("a misspelt setting of one account leaves the others as they are; one that may hold for all doesn't", () => {
  const misspelt = { ...two, MAILBOX_WORK_PASWORD: 'leaked', mailbox_work_imap_port: '1' };
  const { accounts, unready } = readConfig([], misspelt);
  expect(accounts.map(({ accountName }) => accountName)).toEqual(['home-office']);
  expect(unready).toEqual([
    {
      accountName: 'work',
      faults: [
        'MAILBOX_WORK_PASWORD is not a setting (did you mean MAILBOX_WORK_PASSWORD?).',
        'mailbox_work_imap_port is not a setting (did you mean MAILBOX_WORK_IMAP_PORT?).',
      ],
    },
  ]);
  expect(faultsOf({ MAILBOX_WORK_READ_ONLY: 'true' })).toHaveLength(1);
});

test('what one account lacks is told with what is wrong with another', () => {
  const none = { MAILBOX_HOME_OFFICE_PASSWORD_COMMAND: '' };
  const error = errorOf({ ...none, MAILBOX_WORK_IMAP_PORT: 'leaked' });
  expect(error?.faults).toEqual([expect.stringMatching(/^MAILBOX_WORK_IMAP_PORT must/u)]);
  expect(error?.missing).toMatch(/^Set MAILBOX_HOME_OFFICE_PASSWORD /u);
  expect(error?.message.split('\n')).toEqual([
    'The settings are not usable:',
    `  - ${error?.faults[0]}`,
    `  - ${error?.missing}`,
  ]);
  expect(errorOf({ ...none, MAILBOX_TIMEZONE: 'leaked' })?.missing).toBe(error?.missing);
});

test('a credential that is wrong is not told to be missing', () => {
  expect(errorOf({ MAILBOX_ACCOUNTS: '', MAILBOX_EMAIL: 'leaked' })?.missing).toBeUndefined();
  expect(errorOf({ MAILBOX_WORK_EMAIL: 'leaked', MAILBOX_TIMEZONE: 'x' })?.missing).toBeUndefined();
});

test('a text about settings names those that were set; one nobody filled in was not', () => {
  const env = { MAILBOX_IMAP_HOST: 'imap.both.example', MAILBOX_CALDAV_URL: `\${user_config.url}` };
  const words = inWordsOf('work', env);
  expect(words('Check MAILBOX_IMAP_HOST, MAILBOX_CALDAV_URL and MAILBOX_PASSWORD.')).toBe(
    'Check MAILBOX_IMAP_HOST, MAILBOX_WORK_CALDAV_URL and MAILBOX_WORK_PASSWORD.',
  );
});

test('a name that is there twice is told so', () => {
  expect(faultsOf({ MAILBOX_ACCOUNTS: 'work,work' }).join(' ')).toContain(
    'MAILBOX_ACCOUNTS holds work twice.',
  );
});

test('an account without password leaves the others as they are', () => {
  const { accounts, unready, accountNames } = readConfig([], { ...two, MAILBOX_WORK_PASSWORD: '' });
  expect(accounts.map(({ accountName }) => accountName)).toEqual(['home-office']);
  expect(accountNames).toEqual(['work', 'home-office']);
  expect(unready).toEqual([
    { accountName: 'work', missing: expect.stringMatching(/^Set MAILBOX_WORK_PASSWORD /u) },
  ]);
});

test.each([
  'work,work',
  'all',
  'dav',
  'work,work-dav',
  'Work',
  'a b',
  '1st',
  'a'.repeat(13),
  'a,b,c,d,e,f,g',
])('MAILBOX_ACCOUNTS=%s is refused: a name must be one thing only', (names) => {
  expect(faultsOf({ MAILBOX_ACCOUNTS: names }).join(' ')).toMatch(/MAILBOX_ACCOUNTS/u);
});

test('where the names are wrong the settings of the accounts are not', () => {
  expect(faultsOf({ MAILBOX_ACCOUNTS: 'Work,home-office', MAILBOX_PASWORD: 'x' })).toEqual([
    'MAILBOX_PASWORD is not a setting (did you mean MAILBOX_PASSWORD?).',
    'MAILBOX_ACCOUNTS must hold names like work,home in small letters, of 12 letters at most.',
  ]);
});
