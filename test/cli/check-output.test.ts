import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { type Report, runCheck, sandboxForTest } from './check/rig.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The real process, from source. @param stdout where its result goes: a pipe, or an open file */
function started(env: Record<string, string>, args: readonly string[], stdout: 'pipe' | number = 'pipe') {
  const child = spawn(process.execPath, ['--import', 'tsx', main, 'check', ...args], {
    env: { ...env, PATH: process.env.PATH },
    stdio: ['ignore', stdout, 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test('a check whose reader has seen enough of its log ends all the same', async () => {
  const { env } = await sandboxForTest();
  const check = started(env, ['--log-level', 'debug']);
  const ended = once(check, 'exit');
  await once(check.stderr!, 'data');
  for (const pipe of [check.stdout, check.stderr]) pipe?.destroy();
  const late = new Promise((resolve) => setTimeout(resolve, 15_000, 'still running'));
  expect(await Promise.race([ended, late])).toEqual([0, null]);
});

test.skipIf(!existsSync('/dev/full'))(
  'a result that a full disk has swallowed is told and gives 1',
  async () => {
    const { env } = await sandboxForTest();
    const disk = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(disk));
    for (const args of [['--help'], ['--json']]) {
      const check = started(env, args, disk);
      const [told, [code]] = await Promise.all([text(check.stderr!), once(check, 'exit')]);
      expect([code, told]).toEqual([1, 'The result could not be written (ENOSPC).\n']);
    }
  },
);

test('an option nobody knows is refused with the near one, and no server is asked', async () => {
  const { sandbox, env } = await sandboxForTest();
  const [near, stray] = await Promise.all([runCheck(env, ['--jsno']), runCheck(env, ['work'])]);
  expect(near).toMatchObject({ code: 2, stdout: '' });
  expect(near.stderr).toContain('check knows no "--jsno" (did you mean --json?).');
  expect(stray).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('"work"') });
  expect(sandbox.imap.connections.total).toBe(0);
});

test('--help prints its own help, --version the version, without any settings', async () => {
  const [help, version] = await Promise.all([runCheck({}, ['--help']), runCheck({}, ['--version'])]);
  expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('check --json') });
  expect(version).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
});

test('settings that are wrong or missing are all named and give 1; as JSON too', async () => {
  const { env } = await sandboxForTest();
  const secret = 'misplaced-secret-5';
  const nobody = '/nowhere/at/all';
  const wrong = { ...env, MAILBOX_IMAP_PORT: secret, MAILBOX_TOOLS: 'search_email' };
  const [missing, broken, json] = await Promise.all([
    runCheck({ HOME: nobody, USERPROFILE: nobody, MAILBOX_USERNAME: 'me' }),
    runCheck(wrong),
    runCheck({ ...env, MAILBOX_TOOLS: 'search_email' }, ['--json']),
  ]);
  expect(missing).toMatchObject({ code: 1, stdout: '' });
  expect(missing.stderr).toContain('Set MAILBOX_EMAIL and MAILBOX_PASSWORD in this terminal, too.');
  expect(broken).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('MAILBOX_IMAP_PORT') });
  expect(broken.stderr).not.toContain(secret);
  const report = JSON.parse(json.stdout) as Report;
  expect({ code: json.code, ...report }).toMatchObject({ code: 1, ok: false, accounts: [] });
  expect(report.faults).toEqual([expect.stringContaining('did you mean search_emails')]);
});

test('a terminal shows progress on stderr and leaves nothing of it behind; nobody else sees any', async () => {
  const { env } = await sandboxForTest();
  const terminal = await runCheck(env, ['--json'], {}, { stderr: true });
  expect(terminal.stderr).toContain('checking');
  expect(terminal.stderr).toMatch(/imap login/u);
  expect(terminal.stderr.endsWith('\r\u001b[K')).toBe(true);
  expect(JSON.parse(terminal.stdout)).toMatchObject({ ok: true });
  expect((await runCheck(env)).stderr).toBe('');
});

test('colour is for a terminal whose user has not declined it', async () => {
  const { env } = await sandboxForTest();
  const [coloured, declined, dumb, piped] = await Promise.all([
    runCheck(env, [], {}, { stdout: true }),
    runCheck({ ...env, NO_COLOR: '1' }, [], {}, { stdout: true }),
    runCheck({ ...env, TERM: 'dumb' }, [], {}, { stdout: true }),
    runCheck(env),
  ]);
  expect(coloured.stdout).toContain('\u001b[32mok\u001b[0m');
  for (const { stdout } of [declined, dumb, piped]) expect(stdout).not.toContain('\u001b');
});
