import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { accountNames, lazyAccounts } from '../../src/cli/lazy-accounts.ts';
import type { AccountOpener } from '../../src/cli/open-account.ts';
import { settle } from '../../src/cli/settings.ts';
import { ConfigError } from '../../src/config/config.ts';
import { didYouMean } from '../../src/config/near.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { MailboxError } from '../../src/domain/errors.ts';
import { createLog } from '../../src/log.ts';
import { createCalls } from '../../src/server/calls.ts';
import { listTools } from '../../src/server/list-tools.ts';
import { withAccounts } from '../../src/tools/account-choice.ts';
import { catalogue } from '../../src/tools/catalogue.ts';
import { fakeServices, leastArguments, mailId } from '../tools/services.ts';

const one = { MAILBOX_EMAIL: 'alice@rig.test', MAILBOX_PASSWORD: 'alice-pw' };
const two = {
  MAILBOX_ACCOUNTS: 'work,home',
  MAILBOX_WORK_EMAIL: 'alice@work.test',
  MAILBOX_WORK_PASSWORD: 'work-pw',
  MAILBOX_HOME_EMAIL: 'alice@home.test',
  MAILBOX_HOME_PASSWORD: 'home-pw',
};
const onlyOne = {
  MAILBOX_ACCOUNTS: 'work',
  MAILBOX_WORK_EMAIL: 'alice@work.test',
  MAILBOX_WORK_PASSWORD: 'work-pw',
};

function lazy(env: Record<string, string>, open: AccountOpener) {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(line) });
  const config = readConfig([], env);
  return {
    ...lazyAccounts({ config, env, faults: undefined, log, version: '1.2.3', open }),
    log,
    config,
    lines,
  };
}

const opener = (services = fakeServices()) => {
  const opened: string[] = [];
  const open: AccountOpener = async ({ email }) => {
    opened.push(email);
    return { ...services, close: async () => undefined };
  };
  return { open, opened };
};

/** The tools of these settings, called as the server calls them. */
function calls(env: Record<string, string>, open: AccountOpener) {
  const { services, log, config } = lazy(env, open);
  const tools = withAccounts(catalogue, accountNames(config));
  const { call } = createCalls({ tools, services, confirm: () => undefined, log, didYouMean });
  return async (name: string, args: object) => {
    const { content, isError } = await call(name, args, new AbortController().signal);
    const text = content[0]?.type === 'text' ? content[0].text : 'null';
    return { isError, json: JSON.parse(text) };
  };
}

test.each([one, onlyOne])('with one account the list of tools is the same bytes', (env) => {
  const names = accountNames(readConfig([], env));
  expect(names).toEqual([]);
  expect(JSON.stringify(listTools(withAccounts(catalogue, names)))).toBe(
    JSON.stringify(listTools(catalogue)),
  );
});

test('with several every tool but the status takes account, last and at little cost', () => {
  const names = accountNames(readConfig([], two));
  const before = listTools(catalogue);
  for (const [index, tool] of listTools(withAccounts(catalogue, names)).entries()) {
    const fields = Object.entries((tool.inputSchema.properties ?? {}) as Record<string, { enum?: string[] }>);
    if (tool.name === 'get_server_status') expect(tool).toEqual(before[index]);
    else expect(fields.at(-1)?.[0]).toBe('account');
    const spans = fields.at(-1)?.[1].enum?.includes('all') === true;
    expect(spans, tool.name).toBe(
      [
        ...['search_emails', 'get_folders'],
        ...['get_calendar_events', 'search_calendar', 'get_free_busy', 'list_calendars'],
      ].includes(tool.name),
    );
    const more = JSON.stringify(tool.inputSchema).length - JSON.stringify(before[index]?.inputSchema).length;
    expect(more).toBeLessThanOrEqual(110);
    expect(tool.inputSchema).toMatchObject({ additionalProperties: false });
  }
});

test.each(catalogue)('$name knows nothing of accounts: it asks the same ports for the same', async (tool) => {
  const [services, plain] = [fakeServices(), fakeServices()];
  const args = leastArguments(tool);
  await calls(one, opener(plain).open)(tool.name, args);
  const call = calls(two, opener(services).open);
  // An id without account is of none, unless the call names one.
  const named = tool.tellsOfAllAccounts ? args : { ...args, account: 'work' };
  const { isError } = await call(tool.name, named);
  expect(isError).toBeUndefined();
  const requests = (asked: typeof services.asked) =>
    JSON.stringify(asked.map((one) => [one.method, one.request]));
  if (tool.name !== 'get_server_status') expect(requests(services.asked)).toBe(requests(plain.asked));
});

test('a call opens the account it names and no other; without a name the first', async () => {
  const { open, opened } = opener();
  const call = calls(two, open);
  expect((await call('get_folders', { account: 'home' })).json).toHaveProperty('folders');
  expect(opened).toEqual(['alice@home.test']);
  await call('get_email', { id: `home:${mailId}` });
  expect(opened).toEqual(['alice@home.test']);
  await Promise.all([call('get_folders', {}), call('get_folders', {})]);
  expect(opened).toEqual(['alice@home.test', 'alice@work.test']);
});

test('an account without password says what to set; the others do not wait for it', async () => {
  const { open, opened } = opener();
  const call = calls({ ...two, MAILBOX_HOME_PASSWORD: '' }, open);
  expect((await call('get_folders', {})).json).toHaveProperty('folders');
  expect((await call('get_folders', { account: 'home' })).json.error).toMatchObject({
    code: 'auth_failed',
    message: 'The account home is not set up yet.',
    hint: expect.stringContaining('MAILBOX_HOME_PASSWORD'),
  });
  expect((await call('search_emails', { account: 'all' })).json.incomplete).toMatchObject([
    { where: 'home' },
  ]);
  expect(opened).toEqual(['alice@work.test']);
});

test("an account's wrong settings are told when it is asked; the others serve", async () => {
  const { open, opened } = opener();
  const call = calls({ ...two, MAILBOX_WORK_IMAP_PORT: 'leaked' }, open);
  expect((await call('get_folders', {})).json.error).toMatchObject({
    code: 'invalid_input',
    message: expect.stringMatching(
      /^The settings of the account work are not usable\. MAILBOX_WORK_IMAP_PORT must/u,
    ),
    hint: expect.stringMatching(/restart it\. Calls with account: home are not affected\.$/u),
  });
  expect((await call('get_folders', { account: 'home' })).json).toHaveProperty('folders');
  expect(opened).toEqual(['alice@home.test']);
});

test('what one account lacks and what is wrong with another is one answer', async () => {
  const env = { ...two, MAILBOX_WORK_IMAP_PORT: 'leaked', MAILBOX_HOME_PASSWORD: '' };
  const log = createLog({ level: 'error', write: () => undefined });
  const { config, faults } = settle([], env);
  const { services } = lazyAccounts({ config, faults, log, version: '1', open: opener().open });
  await expect(services('home')).rejects.toMatchObject({
    message: expect.stringMatching(/MAILBOX_WORK_IMAP_PORT must.* Set MAILBOX_HOME_PASSWORD /u),
  });
});

test('a misspelt account names the near one, before anything is opened', async () => {
  const { open, opened } = opener();
  const { json } = await calls(two, open)('search_emails', { account: 'hone' });
  expect(json.error).toMatchObject({
    code: 'invalid_input',
    message: 'account must be one of work, home, all (did you mean home?).',
  });
  expect(opened).toEqual([]);
  const { json: refused } = await calls(two, open)('create_directory', { path: 'A', account: 'all' });
  expect(refused.error.message).toBe('account must be one of work, home.');
  const { json: unknown } = await calls(one, open)('get_folders', { account: 'work' });
  expect(unknown.error.message).toBe('"account" is not an argument.');
});

test('an account that cannot be opened is tried again by the next call and touches no other', async () => {
  let fails = true;
  const { open } = opener();
  const opening: AccountOpener = async (account, ...rest) => {
    if (fails && account.accountName === 'home') throw new MailboxError('auth_failed', 'No password.');
    return await open(account, ...rest);
  };
  const call = calls(two, opening);
  expect((await call('get_folders', { account: 'home' })).json.error.code).toBe('auth_failed');
  expect((await call('get_folders', {})).json).toHaveProperty('folders');
  const { accounts } = (await call('get_server_status', {})).json;
  expect(accounts).toMatchObject([{ account: 'home', protocols: [{ reachable: false }, {}, {}] }]);
  fails = false;
  expect((await call('get_folders', { account: 'home' })).json).toHaveProperty('folders');
});

test('all accounts are closed at once; one that was never opened, or could not be, is none to close', async () => {
  const closed: string[] = [];
  const open: AccountOpener = async ({ email }) => {
    const close = async () => {
      await sleep(200);
      closed.push(email);
    };
    return { ...fakeServices(), close };
  };
  const accounts = lazy(two, open);
  await (await accounts.services('all')).mail.search({}, { signal: AbortSignal.timeout(5_000) });
  const started = performance.now();
  await accounts.close();
  expect(closed.sort()).toEqual(['alice@home.test', 'alice@work.test']);
  expect(performance.now() - started).toBeLessThan(390);
  await lazy(two, open).close();
  const failing = lazy(one, async () => {
    throw new Error('no');
  });
  await Promise.allSettled([failing.services(), failing.close()]);
});

test('the only account of MAILBOX_ACCOUNTS has its settings called as they can be set', async () => {
  const refuse = async () => {
    throw new MailboxError('auth_failed', 'Refused.', { hint: 'Check MAILBOX_EMAIL and MAILBOX_PASSWORD.' });
  };
  const services = fakeServices();
  const openers: AccountOpener[] = [
    refuse,
    async () => ({ ...services, mail: { ...services.mail, folders: refuse }, close: async () => undefined }),
  ];
  for (const open of openers) {
    const asked = async (env: Record<string, string>) =>
      (await calls(env, open)('get_folders', {})).json.error.hint;
    expect(await asked(onlyOne)).toBe('Check MAILBOX_WORK_EMAIL and MAILBOX_WORK_PASSWORD.');
    expect(await asked(one)).toBe('Check MAILBOX_EMAIL and MAILBOX_PASSWORD.');
  }
});

test('the log says which account a line is of, where there are several', async () => {
  const open: AccountOpener = async (_account, _config, log) => {
    log.scope('imap').info('opened');
    return { ...fakeServices(), close: async () => undefined };
  };
  for (const [env, scope] of [
    [two, 'work.imap'],
    [onlyOne, 'imap'],
  ] as const) {
    const { services, lines } = lazy(env, open);
    await (await services()).mail.folders({}, { signal: AbortSignal.timeout(5_000) });
    expect(lines.join('')).toContain(` info ${scope} opened`);
  }
});

test('what is wrong with the settings is the answer to every call', async () => {
  const log = createLog({ level: 'error', write: () => undefined });
  const faults = new ConfigError(['MAILBOX_X is wrong.']);
  const { open } = opener();
  const { services } = lazyAccounts({ config: undefined, faults, log, version: '1', open });
  await expect(services('home')).rejects.toMatchObject({ code: 'invalid_input' });
  const { services: none } = lazy({}, open);
  await expect(none()).rejects.toMatchObject({ code: 'auth_failed' });
});
