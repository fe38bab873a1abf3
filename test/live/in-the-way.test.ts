import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../ship/tools.ts';
import { openSandbox } from '../support/mailboxes.ts';
import { repoRoot } from '../support/mcp-client.ts';
import { LiveAccount } from './live-account.ts';
import { liveSettings } from './live-settings.ts';

/** What may go wrong with `npm run test:live` before or beside its tests. */

async function sandbox() {
  const box = await openSandbox();
  onTestFinished(() => box.close());
  return box;
}

test('settings of one of several accounts are out of the way too; how it is reached stays', () => {
  const settings = {
    ...{ MAILBOX_ACCOUNTS: 'work,home', MAILBOX_WORK_EMAIL: 'a@example.org', MAILBOX_WORK_PASSWORD: 'x' },
    ...{ MAILBOX_HOME_EMAIL: 'b@example.org', MAILBOX_HOME_PASSWORD: 'y', POOL_MAX_CONNECTIONS: '3' },
  };
  const everyday = { MAILBOX_WORK_CALENDARS: 'Privat', MAILBOX_HOME_SEND_LIMIT: '1' };
  expect(liveSettings({ ...settings, ...everyday })).toEqual({
    ...settings,
    MAILBOX_TIMEZONE: 'Europe/Berlin',
  });
});

test('a refused login says which server and which setting', async () => {
  const { env } = await sandbox();
  const opened = LiveAccount.open({ ...env, MAILBOX_PASSWORD: 'wrong' });
  await expect(opened).rejects.toThrow(/refused the login of alice@sandbox\.test.*MAILBOX_PASSWORD/u);
});

test.each([
  ['refuses its password', { MAILBOX_DAV_PASSWORD: 'wrong' }, 'MAILBOX_DAV_PASSWORD'],
  ['is not there', { MAILBOX_CALDAV_URL: 'http://127.0.0.1:9/' }, 'ECONNREFUSED'],
])('a calendar that %s is told, and how to test mail alone', async (_, settings, words) => {
  const { env } = await sandbox();
  const live = await LiveAccount.open({ ...env, ...settings });
  await expect(live.ownCalendar()).rejects.toThrow(new RegExp(`${words}[^]* -t "mail contract"$`, 'u'));
  await live.close();
});

// Windows knows no signal that a process could hear.
test.runIf(process.platform !== 'win32')(
  'an interrupted run cleans up before it ends',
  async () => {
    const { env, sandbox: server } = await sandbox();
    const vitest = join(repoRoot, 'node_modules/vitest/vitest.mjs');
    const args = [vitest, 'run', '--config', 'test/live/vitest.config.ts', '-t', 'mail contract'];
    const { PATH = '', HOME = '' } = process.env;
    const run = spawn(process.execPath, args, {
      cwd: repoRoot,
      env: { PATH, HOME, ...env },
      stdio: 'ignore',
    });
    onTestFinished(() => void run.kill('SIGKILL'));
    const ended = once(run, 'exit');
    const account = server.store.account('alice@sandbox.test');
    const names = () => [...account.folders.keys()].filter((name) => name.includes('MCP'));
    await until(() => names().length === 2);
    const workers = await childrenOf(run.pid);
    expect(workers).not.toEqual([]);
    run.kill('SIGINT');
    await ended;
    await until(() => names().length === 0);
    expect(account.find('INBOX')?.messages).toEqual([]);
    await until(() => !workers.some(isRunning));
  },
  60_000,
);

async function childrenOf(parent: number | undefined): Promise<number[]> {
  const { stdout } = await runProgram('ps', ['-eo', 'pid=,ppid=']);
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/u).map(Number));
  return pairs.flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (const start = performance.now(); !condition(); await sleep(20)) {
    if (performance.now() - start > 20_000) throw new Error('It did not come to pass within 20 s.');
  }
}
