import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { alice, checksOf, password, runCheck, sandboxForTest } from './check/rig.ts';

test('fewer connections than POOL_MAX_CONNECTIONS are a warning that says how many there may be', async () => {
  const { sandbox, env } = await sandboxForTest({ maxConnectionsPerUser: 2 });
  const { code, checks } = await checksOf({ ...env, POOL_MAX_CONNECTIONS: '4' });
  expect(code).toBe(0);
  expect(checks.get('imap connections')).toMatchObject({
    status: 'warning',
    detail: expect.stringContaining('only 2 of 4 connections at once'),
    hint: expect.stringContaining('Set POOL_MAX_CONNECTIONS to 2'),
  });
  await expect.poll(() => sandbox.imap.connections.open).toBe(0);
});

test('as many connections as the pool may have are open at once, and no more', async () => {
  const { sandbox, env } = await sandboxForTest();
  const { checks } = await checksOf({ ...env, POOL_MAX_CONNECTIONS: '4' });
  expect(checks.get('imap connections')?.detail).toContain('4 connections at once');
  expect(sandbox.imap.connections.max).toBe(4);
});

test('folders without which something is lost are named, with what that is', async () => {
  const { sandbox, env } = await sandboxForTest();
  for (const folder of ['Sent', 'Archive']) sandbox.store.account(alice).delete(folder);
  const { code, checks } = await checksOf(env);
  expect(code).toBe(0);
  expect(checks.get('imap folders')).toMatchObject({
    status: 'warning',
    detail: expect.stringMatching(/drafts Drafts, trash Trash.*; no sent, archive$/u),
    hint: expect.stringContaining('no copy of sent e-mails is kept'),
  });
});

test('a missing extension is told with what is lost; it warns where something cannot be done without it', async () => {
  const capabilities = ['IMAP4rev1', 'SASL-IR', 'MOVE', 'SPECIAL-USE', 'ENABLE', 'UNSELECT'];
  const { env } = await sandboxForTest({ capabilities });
  const { code, checks } = await checksOf(env);
  expect(code).toBe(0);
  const told = checks.get('imap capabilities');
  expect(told).toMatchObject({ status: 'warning', hint: expect.stringContaining('removed for good') });
  expect(told?.detail).toMatch(/^MOVE SPECIAL-USE, without UIDPLUS .*without SORT \(sorting is done here\)/u);
});

test.each([
  [3_600_000, 'this computer is 60 minutes ahead of the server'],
  [-90_000, /^this computer is (?:89|90|91) seconds behind the server$/u],
])('a clock that is %i ms off is told, and which way', async (off, detail) => {
  const { env } = await sandboxForTest();
  const { code, checks } = await checksOf(env, [], { now: () => Date.now() + off });
  expect(code).toBe(0);
  expect(checks.get('caldav clock')).toMatchObject({
    status: 'warning',
    hint: expect.stringContaining('time'),
  });
  expect(checks.get('caldav clock')?.detail).toMatch(detail);
});

test('a clock off by less than a minute is no matter', async () => {
  const { env } = await sandboxForTest();
  const { checks } = await checksOf(env, [], { now: () => Date.now() - 50_000 });
  expect(checks.get('caldav clock')).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/^within \d\d seconds/u),
  });
});

test('the time is asked without a login', async () => {
  const { sandbox, env } = await sandboxForTest();
  await checksOf(env);
  const heads = sandbox.caldav.requests.filter(({ method }) => method === 'HEAD');
  expect(heads.map(({ status }) => status)).toEqual([401]);
});

test('a name in MAILBOX_CALENDARS that no calendar has is told', async () => {
  const { env } = await sandboxForTest();
  const { code, checks } = await checksOf({ ...env, MAILBOX_CALENDARS: 'Kalender,Urlaub' });
  expect(code).toBe(0);
  expect(checks.get('caldav calendars')).toMatchObject({
    status: 'warning',
    detail: '1 calendar: Kalender',
    hint: expect.stringContaining('Urlaub'),
  });
  const none = await checksOf({ ...env, MAILBOX_CALENDARS: 'Urlaub' });
  expect(none.checks.get('caldav calendars')?.status).toBe('failed');
});

test('what servers call things draws nothing on the terminal and repeats no password', async () => {
  const { sandbox, env } = await sandboxForTest();
  const { calendars } = sandbox.caldav;
  calendars.user(alice).add({ name: `\u001b[2J\u202eevil ${password} ${'x'.repeat(500)}` });
  sandbox.store.account(alice).create(`Drafts2`);
  const { stdout } = await runCheck(env);
  expect(stdout).toContain('evil [redacted]');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may stand there
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/u);
  expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThan(400);
});

test('a password command is run once, and what it printed stands nowhere', async () => {
  const { sandbox, env } = await sandboxForTest();
  sandbox.caldav.calendars.user(alice).add({ name: `named ${password}` });
  const { MAILBOX_PASSWORD, ...rest } = env;
  const dir = mkdtempSync(join(tmpdir(), 'check-command-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const script = join(dir, 'password.cjs');
  const source = `require('node:fs').appendFileSync(__filename + '.runs', 'x');console.log('${password}');`;
  writeFileSync(script, source);
  const command = `"${process.execPath}" "${script}"`;
  const { code, stdout, stderr } = await checksOf({
    ...rest,
    MAILBOX_PASSWORD_COMMAND: command,
    LOG_LEVEL: 'debug',
  });
  expect(code).toBe(0);
  expect(stdout + stderr).not.toContain(password);
  expect(readFileSync(`${script}.runs`, 'utf8')).toBe('x');
  const broken = `"${process.execPath}" -e "process.exit(3)"`;
  sandbox.smtp.commands.length = 0;
  const failing = await checksOf({ ...rest, MAILBOX_PASSWORD_COMMAND: broken });
  expect(failing.code).toBe(1);
  expect(failing.checks.get('imap login')?.hint).toContain('Run MAILBOX_PASSWORD_COMMAND in a terminal');
  expect(sandbox.smtp.commands).toEqual([]);
});
