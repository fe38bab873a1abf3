import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';

const one = { MAILBOX_EMAIL: 'alice@rig.test', MAILBOX_PASSWORD: 'pw' };
const two = {
  MAILBOX_ACCOUNTS: 'work,home',
  MAILBOX_WORK_EMAIL: 'alice@work.example',
  MAILBOX_WORK_PASSWORD: 'work-pw',
  MAILBOX_HOME_EMAIL: 'alice@mailbox.org',
  MAILBOX_HOME_PASSWORD: 'home-pw',
};

function read(env: Record<string, string>) {
  try {
    return { accounts: readConfig([], env).accounts, faults: [] };
  } catch (error) {
    if (error instanceof ConfigError) return { accounts: [], faults: error.faults };
    throw error;
  }
}

test.each([
  ['imap.a.example', 'smtp.a.example'],
  ['mail.a.example', 'mail.a.example'],
  ['mailbox.org.evil.example', 'mailbox.org.evil.example'],
  ['127.0.0.1', '127.0.0.1'],
])('mail at %s alone is sent by %s, never by mailbox.org', (imap, smtp) => {
  expect(read({ ...one, MAILBOX_IMAP_HOST: imap }).accounts[0]?.smtp.host).toBe(smtp);
  const named = { MAILBOX_IMAP_HOST: imap, MAILBOX_SMTP_HOST: 'out.a.example' };
  expect(read({ ...one, ...named }).accounts[0]?.smtp.host).toBe('out.a.example');
});

test('calendars may be elsewhere while mail is at mailbox.org', () => {
  const [account] = read({ ...one, MAILBOX_CALDAV_URL: 'https://cloud.a.example/' }).accounts;
  expect(account).toMatchObject({
    imap: { host: 'imap.mailbox.org' },
    caldavUrl: 'https://cloud.a.example/',
  });
});

test('mail elsewhere without a CalDAV server has no calendars, and not those of mailbox.org', () => {
  const elsewhere = { MAILBOX_IMAP_HOST: 'imap.a.example', MAILBOX_SMTP_HOST: 'smtp.a.example' };
  expect(read({ ...one, ...elsewhere }).accounts[0]?.caldavUrl).toBeUndefined();
});

test('who names servers of mailbox.org keeps its others', () => {
  const { accounts } = read({ ...one, MAILBOX_IMAP_HOST: 'imap.mailbox.org' });
  expect(accounts[0]).toMatchObject({
    smtp: { host: 'smtp.mailbox.org' },
    caldavUrl: 'https://dav.mailbox.org/',
  });
});

test('an account with a host of its own takes none that others share, and none of mailbox.org', () => {
  const shared = {
    MAILBOX_IMAP_HOST: 'imap.home.example',
    MAILBOX_SMTP_HOST: 'smtp.home.example',
    MAILBOX_CALDAV_URL: 'https://dav.home.example/',
  };
  const { accounts } = read({
    ...{ ...two, ...shared, MAILBOX_WORK_IMAP_HOST: 'imap.work.example' },
  });
  expect(accounts.map(({ imap, smtp, caldavUrl }) => [imap.host, smtp.host, caldavUrl])).toEqual([
    ['imap.work.example', 'smtp.work.example', undefined],
    ['imap.home.example', 'smtp.home.example', 'https://dav.home.example/'],
  ]);
});

test('an account with a host of its own does not believe what the servers others share say of senders', () => {
  const shared = { ...two, MAILBOX_AUTHSERV_IDS: 'mailbox.org', MAILBOX_WORK_IMAP_HOST: 'imap.work.example' };
  const ids = (env: Record<string, string>) => read(env).accounts.map(({ authservIds }) => authservIds);
  expect(ids(shared)).toEqual([['work.example'], ['mailbox.org']]);
  expect(ids({ ...shared, MAILBOX_WORK_AUTHSERV_IDS: 'mx.work.example' })[0]).toEqual(['mx.work.example']);
});

test('a setting accounts share is judged where an account has it, beside the hosts that account has', () => {
  const plain = { ...two, MAILBOX_IMAP_SECURE: 'false', MAILBOX_SMTP_SECURE: 'false' };
  const local = { MAILBOX_WORK_IMAP_HOST: '127.0.0.3', MAILBOX_HOME_IMAP_HOST: '127.0.0.2' };
  expect(read({ ...plain, ...local })).toMatchObject({
    accounts: [{ imap: { secure: false } }, { imap: { secure: false } }],
    faults: [],
  });
  const { unready } = readConfig([], { ...plain, MAILBOX_WORK_IMAP_HOST: '127.0.0.3' });
  expect(unready).toMatchObject([
    {
      accountName: 'home',
      faults: [
        expect.stringMatching(/^MAILBOX_IMAP_SECURE can be false only/u),
        expect.stringMatching(/^MAILBOX_SMTP_SECURE can be false only/u),
      ],
    },
  ]);
  expect(read(plain).faults).toHaveLength(2);
});
