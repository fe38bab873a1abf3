import { afterAll, beforeAll, expect, test } from 'vitest';
import { assemble } from '../../src/cli/account.ts';
import { lazyAccount } from '../../src/cli/lazy-account.ts';
import { severalAccounts } from '../../src/cli/several-accounts.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createLog } from '../../src/log.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { asked, closedPort, envOf, type Name, names, startTwo } from './rig.ts';

/** Two accounts with calendars on servers of their own, and a third that is listed beside them. */
let sandboxes: Record<Name, Sandbox>;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  sandboxes = await startTwo();
});
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await Promise.all(names.map((name) => sandboxes[name].close()));
});

/** All of them, from an environment as a user writes it. */
function open(more: Record<string, string> = {}, accounts = 'work,club,home') {
  const env = { ...envOf(sandboxes), MAILBOX_ACCOUNTS: accounts, ...more };
  const config = readConfig([], env);
  const log = createLog({ level: 'error', write: () => undefined });
  const lazy = config.accounts.map((account) => ({
    account,
    ...lazyAccount(() => assemble(account, config, log, '0.0.0')),
  }));
  closing.push(...lazy.map(({ close }) => close));
  return severalAccounts({ lazy, config, version: '0.0.0', env });
}

const day = { start: '2026-11-24', end: '2026-11-24' };
const ask = async (several: ReturnType<typeof open>, said = 'all') => {
  const { free, incomplete = [] } = await several.services(said).calendar.getFreeBusy(day, asked());
  return { free: free.length, gaps: incomplete.map(({ where, code }) => `${where} ${code}`), incomplete };
};

test.each(['work,club,home', 'club,work,home'])(
  'an account that is only listed takes no free time from the others, and is told (%s)',
  async (accounts) => {
    const several = open({}, accounts);
    expect(await ask(several)).toMatchObject({ free: 1, gaps: ['club auth_failed'] });
    expect((await several.services('all').mail.search({}, asked())).incomplete).toMatchObject([
      { where: 'club' },
    ]);
  },
);

test.each([
  ['a setting too few', { MAILBOX_CLUB_EMAIL: 'alice@club.test' }, 'auth_failed'],
  ['a wrong setting', { MAILBOX_CLUB_IMAP_PORT: 'x' }, 'invalid_input'],
])('one with %s may have events nobody can read: nothing is free', async (_what, more, code) => {
  expect(await ask(open(more))).toMatchObject({ free: 0, gaps: ['free unavailable', `club ${code}`] });
});

test('where an account is away the answer says that the others tell their free time, which they do', async () => {
  const caldav = { MAILBOX_HOME_CALDAV_URL: `http://127.0.0.1:${await closedPort()}/` };
  const several = open(caldav, 'work,home');
  const { free, incomplete } = await ask(several);
  expect(free).toBe(0);
  expect(incomplete).toMatchObject([
    { where: 'free', reason: expect.stringMatching(/one by one, with account/u) },
    { where: 'home' },
  ]);
  expect(await ask(several, 'work')).toMatchObject({ free: 1, gaps: [] });
});
