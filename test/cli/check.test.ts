import { expect, test } from 'vitest';
import { alice, checksOf, password, runCheck, sandboxForTest, troubles } from './check/rig.ts';

test('where all is well every check says so, the code is 0 and no mail is sent', async () => {
  const { sandbox, env } = await sandboxForTest();
  const { code, report, checks, stderr } = await checksOf(env);
  expect({ code, stderr, ok: report.ok, version: report.version }).toEqual({
    ...{ code: 0, stderr: '', ok: true, version: '1.2.3' },
  });
  expect(report.accounts[0]).toMatchObject({ email: alice });
  const plain = ['imap', 'smtp', 'caldav'].map((protocol) => `${protocol} tls skipped`);
  expect(troubles(checks)).toEqual(plain);
  expect(checks.get('imap tls')?.detail).toBe('plain text to this machine');
  expect(checks.get('imap folders')?.detail).toContain('sent Sent, drafts Drafts, trash Trash');
  expect(checks.get('smtp send')?.detail).toBe(`may send as ${alice}, alias@sandbox.test; nothing was sent`);
  expect(sandbox.smtp.accepted).toEqual([]);
  expect(sandbox.smtp.commands.join('\n')).not.toMatch(/DATA|BDAT/u);
  expect(sandbox.smtp.commands).toContain(`MAIL FROM:<${alice}>`);
});

test('for people it is a table of aligned columns with what to do and a last line that sums it up', async () => {
  const { env } = await sandboxForTest({ seed: true });
  const { code, stdout, stderr } = await runCheck({ ...env, MAILBOX_PASSWORD: 'mistyped-77' });
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const lines = stdout.split('\n');
  expect(lines[0]).toBe(alice);
  const columns = lines.filter((line) => / +\d+ ms {2}/u.test(line)).map((line) => line.search(/ ms {2}/u));
  expect(columns.length).toBeGreaterThan(3);
  expect(new Set(columns).size).toBe(1);
  expect(stdout).toContain('--  capabilities, latency, folders, connections: not tried after login failed');
  expect(stdout).toMatch(/What to do\n {2}xx {2}imap login: .*e-mail app password.*IMAP and SMTP/u);
  expect(stdout).toMatch(/\n3 of \d+ checks failed, \d+ skipped\.\n$/u);
  expect(stdout).not.toContain('\u001b');
});

test('a refused password is sent once to each server, and stands nowhere, not even in the log of debug', async () => {
  const { sandbox, env } = await sandboxForTest();
  const wrong = 'mistyped-secret-77';
  const mistyped = { ...env, MAILBOX_PASSWORD: wrong, LOG_LEVEL: 'debug' };
  const { code, stdout, stderr, checks } = await checksOf(mistyped);
  expect(code).toBe(1);
  const failed = [...checks.values()].filter(({ status }) => status === 'failed');
  expect(failed.map(({ protocol, check }) => `${protocol} ${check}`)).toEqual([
    ...['imap login', 'smtp login', 'caldav login'],
  ]);
  expect(sandbox.smtp.commands.filter((line) => line === 'AUTH')).toHaveLength(1);
  expect(sandbox.imap.commands.filter((line) => /LOGIN|AUTHENTICATE/u.test(line))).toHaveLength(1);
  const refused = sandbox.caldav.requests.filter(({ status }) => status === 401).map(({ method }) => method);
  expect(refused).toEqual(['HEAD', 'PROPFIND']);
  expect(stderr).toContain('debug');
  for (const form of [
    wrong,
    Buffer.from(wrong).toString('base64'),
    Buffer.from(`${alice}:${wrong}`).toString('base64'),
  ]) {
    expect(stdout + stderr).not.toContain(form);
  }
  expect(failed.map(({ hint }) => hint).join()).not.toContain('tried again in');
});

test('a protocol that fails does not hinder the others', async () => {
  const { env } = await sandboxForTest({ caldav: { passwords: { [alice]: 'another-99' } } });
  const { code, checks } = await checksOf({
    ...env,
    MAILBOX_DAV_PASSWORD: 'wrong-99',
    MAILBOX_SMTP_PORT: '9',
  });
  expect(code).toBe(1);
  expect(checks.get('imap connections')?.status).toBe('ok');
  expect(checks.get('smtp tls')).toMatchObject({
    status: 'failed',
    detail: 'Nothing listens on port 9 of 127.0.0.1.',
  });
  expect(checks.get('smtp login')).toMatchObject({ status: 'skipped', detail: 'not tried after tls failed' });
  expect(checks.get('caldav login')).toMatchObject({
    status: 'failed',
    hint: expect.stringContaining('MAILBOX_DAV_PASSWORD'),
  });
});

test('a host that does not exist is told as such', async () => {
  const { env } = await sandboxForTest();
  const away = { ...env, MAILBOX_IMAP_HOST: 'imap.nowhere.invalid', MAILBOX_IMAP_SECURE: 'true' };
  const { checks } = await checksOf(away);
  expect(checks.get('imap dns')).toMatchObject({
    status: 'failed',
    detail: expect.stringContaining('nowhere.invalid'),
  });
  expect(checks.get('imap tls')?.status).toBe('skipped');
});

test('an address the server does not take as sender is named; without the main one nothing can be sent', async () => {
  const refused = new Set(['alias@sandbox.test']);
  const { env } = await sandboxForTest({
    intercept: ({ command, line }) =>
      command === 'MAIL' && [...refused].some((address) => line.includes(address))
        ? { reply: '553 5.7.1 Sender address rejected: not owned by user' }
        : undefined,
  });
  const alias = await checksOf(env);
  expect(alias.code).toBe(0);
  expect(alias.checks.get('smtp send')).toMatchObject({
    status: 'warning',
    detail: 'The mail server does not let this account send as alias@sandbox.test.',
    hint: expect.stringContaining('MAILBOX_ALIASES'),
  });
  refused.add(alice);
  const main = await checksOf(env);
  expect(main.code).toBe(1);
  expect(main.checks.get('smtp send')).toMatchObject({
    status: 'failed',
    detail: expect.stringContaining(alice),
  });
});

test('MAILBOX_READ_ONLY leaves SMTP alone, drafts-only the senders, and MAILBOX_TOOLSETS the calendars', async () => {
  const { sandbox, env } = await sandboxForTest();
  const readOnly = await checksOf({ ...env, MAILBOX_TOOLSETS: 'mail' }, ['--read-only']);
  expect(readOnly.checks.get('smtp login')).toMatchObject({
    status: 'skipped',
    detail: expect.stringContaining('MAILBOX_READ_ONLY'),
  });
  expect(readOnly.checks.get('caldav login')?.detail).toBe('MAILBOX_TOOLSETS has no calendar');
  expect(sandbox.smtp.connections.total).toBe(0);
  const drafts = await checksOf({ ...env, MAILBOX_SEND: 'drafts-only' });
  expect(drafts.checks.get('smtp send')?.status).toBe('skipped');
  expect(sandbox.smtp.commands.join()).not.toContain('MAIL');
});

test('where there are only calendars, and only to be read, IMAP is left alone', async () => {
  const { sandbox, env } = await sandboxForTest();
  const only = { ...env, MAILBOX_TOOLSETS: 'calendar', MAILBOX_READ_ONLY: 'true' };
  const { code, checks } = await checksOf(only);
  expect(code).toBe(0);
  expect(checks.get('imap login')).toMatchObject({
    status: 'skipped',
    detail: 'MAILBOX_TOOLSETS has no mail',
  });
  expect(checks.get('caldav login')?.status).toBe('ok');
  expect(sandbox.imap.connections.total).toBe(0);
});

test('a server that falls silent is told within the time of a step, and ends nothing else', async () => {
  const { env } = await sandboxForTest({
    intercept: ({ protocol, command }) => (protocol === 'smtp' && command === 'AUTH' ? 'stall' : undefined),
  });
  const started = performance.now();
  const { checks } = await checksOf(env, [], { stepMs: 1500 });
  expect(performance.now() - started).toBeLessThan(8000);
  expect(checks.get('smtp login')).toMatchObject({
    status: 'failed',
    detail: 'No answer within 1.5 seconds.',
  });
  expect(checks.get('imap login')?.status).toBe('ok');
});

test('when the whole time is up, what is not done says so', async () => {
  const { env } = await sandboxForTest({
    intercept: ({ protocol, command }) => (protocol === 'imap' && command === 'LIST' ? 'stall' : undefined),
  });
  const { code, checks } = await checksOf(env, [], { wholeMs: 2500 });
  expect(code).toBe(1);
  expect(checks.get('imap folders')).toMatchObject({
    status: 'failed',
    detail: 'The time for all checks was up.',
  });
  expect(checks.get('imap connections')?.status).toBe('skipped');
});

test('several accounts are told apart, and settings are called as they were set', async () => {
  const { sandbox, env } = await sandboxForTest();
  const { MAILBOX_EMAIL, MAILBOX_PASSWORD, MAILBOX_ALIASES, ...shared } = env;
  const { code, checks, report } = await checksOf({
    ...shared,
    MAILBOX_ACCOUNTS: 'work,home',
    ...{ MAILBOX_WORK_EMAIL: alice, MAILBOX_WORK_PASSWORD: password },
    ...{ MAILBOX_HOME_EMAIL: alice, MAILBOX_HOME_PASSWORD: 'mistyped-88' },
  });
  expect(code).toBe(1);
  expect(report.accounts.map(({ account }) => account)).toEqual(['work', 'home']);
  expect(checks.get('work imap login')?.status).toBe('ok');
  expect(checks.get('home imap login')?.hint).toContain('MAILBOX_HOME_PASSWORD');
  expect(checks.get('home caldav login')?.hint).toContain('MAILBOX_HOME_DAV_PASSWORD');
  expect(sandbox.smtp.accepted).toEqual([]);
});

test('an account without usable settings is told, and the others are checked', async () => {
  const { env } = await sandboxForTest();
  const { MAILBOX_EMAIL, MAILBOX_PASSWORD, MAILBOX_ALIASES, ...shared } = env;
  const three = {
    ...shared,
    MAILBOX_ACCOUNTS: 'work,home,club',
    ...{ MAILBOX_WORK_EMAIL: alice, MAILBOX_WORK_PASSWORD: password, MAILBOX_WORK_IMAP_PORT: 'imap' },
    ...{ MAILBOX_HOME_EMAIL: alice, MAILBOX_HOME_PASSWORD: password, MAILBOX_CLUB_EMAIL: alice },
  };
  const { code, checks, report } = await checksOf(three);
  expect(code).toBe(1);
  expect(report.accounts.map(({ account }) => account)).toEqual(['work', 'home', 'club']);
  expect(checks.get('work local settings')).toMatchObject({
    status: 'failed',
    detail: expect.stringMatching(/^MAILBOX_WORK_IMAP_PORT must/u),
  });
  expect(checks.get('club local settings')?.hint).toContain('MAILBOX_CLUB_PASSWORD');
  expect(checks.get('home imap login')?.status).toBe('ok');
  const { stdout } = await runCheck(three);
  expect(stdout).toMatch(/work local settings: Correct it/u);
  expect(stdout).toMatch(/^club$/mu);
});
