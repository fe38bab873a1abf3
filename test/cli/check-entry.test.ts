import { expect, test } from 'vitest';
import { checksOf, password, runCheck, sandboxForTest } from './check/rig.ts';
import { client, machine, put } from './setup/machine.ts';

const world = { platform: 'linux' } as const;

/** A computer on which this stands in the file of a client. */
async function computerWith(id: string, content: object) {
  const { env } = await machine('linux');
  const { file } = client(id).places({ ...world, env });
  await put(file, JSON.stringify(content));
  return { env: { HOME: env.HOME ?? '', PATH: env.PATH ?? '' }, file };
}

async function cursorWith(env: object, args: readonly string[] = ['main.js'], key = 'mailbox') {
  return await computerWith('cursor', { mcpServers: { [key]: { command: 'node', args, env } } });
}

test('a server left in this terminal is told, and never gets the password of an entry', async () => {
  const { MAILBOX_CALDAV_URL: _, ...settings } = (await sandboxForTest()).env;
  const left = await sandboxForTest();
  const { MAILBOX_CALDAV_URL = '' } = left.env;
  const { env } = await cursorWith(settings);
  const { report, code } = await checksOf({ ...env, MAILBOX_CALDAV_URL }, [], world);
  expect(left.sandbox.caldav.requests).toEqual([]);
  expect([code, report]).toMatchObject([0, { otherSettings: ['this terminal (MAILBOX_CALDAV_URL)'] }]);
});

test('the password command of an entry runs in the environment of that entry', async () => {
  const { MAILBOX_PASSWORD: _, ...settings } = (await sandboxForTest()).env;
  const command = `"${process.execPath}" -e "console.log(process.env.VAULT)"`;
  const { env } = await cursorWith({ ...settings, MAILBOX_PASSWORD_COMMAND: command, VAULT: password });
  const { checks } = await checksOf(env, [], world);
  expect(checks.get('imap login')?.status).toBe('ok');
});

test('what Node alone reads of an entry, when it starts, is told as not in force here', async () => {
  const { env: settings } = await sandboxForTest();
  const { env } = await cursorWith({
    ...settings,
    NODE_EXTRA_CA_CERTS: '/ca.pem',
    NODE_OPTIONS: '--no-warnings',
  });
  const { stdout } = await runCheck({ ...env, NODE_OPTIONS: '--no-warnings' }, [], world);
  expect(stdout).toContain(
    'Other settings, not checked: NODE_EXTRA_CA_CERTS there, which Node reads as it starts',
  );
  expect(stdout).not.toContain('NODE_OPTIONS');
});

test('options among the arguments of an entry hold, those of the program that starts us do not', async () => {
  const { env: settings } = await sandboxForTest();
  const { env } = await cursorWith(settings, ['run', '--read-only', 'mailbox-mcp-server', '--toolsets=mail']);
  const { checks } = await checksOf(env, [], world);
  expect(checks.get('caldav login')?.detail).toBe('MAILBOX_TOOLSETS has no calendar');
  expect(checks.get('smtp login')?.status).toBe('ok');
});

test('numbers and truth values in an entry are settings like texts', async () => {
  const { env: settings } = await sandboxForTest();
  const { MAILBOX_IMAP_PORT, MAILBOX_SMTP_PORT } = settings;
  const ports = {
    MAILBOX_IMAP_PORT: Number(MAILBOX_IMAP_PORT),
    MAILBOX_SMTP_PORT: Number(MAILBOX_SMTP_PORT),
  };
  const { env } = await cursorWith({ ...settings, ...ports, MAILBOX_READ_ONLY: true });
  const { code, checks } = await checksOf(env, [], world);
  expect([code, checks.get('smtp login')?.status]).toEqual([0, 'skipped']);
});

test('what somebody has called an entry draws nothing on the terminal', async () => {
  const { env: settings } = await sandboxForTest();
  const { env } = await cursorWith(settings, [], '\u001b[2J\u202e\u001b[31mevil\r\n');
  const { stdout } = await runCheck(env, [], world);
  expect(stdout.split('\n')[0]).toContain('Settings of Cursor ("[2J[31mevil"), ');
});

test('a setting nobody knows is named without what would draw on the terminal', async () => {
  const { env: settings } = await sandboxForTest();
  const { env } = await cursorWith({ ...settings, 'MAILBOX_\u001b[2J': 'x' });
  const { stderr } = await runCheck(env, [], world);
  expect(stderr).toContain('MAILBOX_[2J is not a setting');
  const both = Object.entries(settings).flatMap(([name, value]) =>
    ['WORK', 'HOME'].map((account) => [name.replace('MAILBOX', `MAILBOX_${account}`), value]),
  );
  const { stdout } = await runCheck({
    ...{ MAILBOX_ACCOUNTS: 'work,home', ...Object.fromEntries(both) },
    'MAILBOX_WORK_\u001b[2J': 'x',
  });
  expect(stdout).toContain('MAILBOX_WORK_[2J is not a setting');
});

test('an entry of Claude Code for one folder alone is found, behind that for all', async () => {
  const { env: settings } = await sandboxForTest();
  const entry = (env: object) => ({ mcpServers: { mailbox: { command: 'npx', args: [], env } } });
  const projects = { '/work/letters': entry(settings), '/work/other': { allowedTools: [] } };
  const local = await computerWith('claude-code', { projects });
  expect((await checksOf(local.env, [], world)).report).toMatchObject({
    ...{ settingsFrom: `Claude Code, ${local.file}, in /work/letters`, ok: true },
  });
  const everywhere = entry({ ...settings, MAILBOX_NAME: 'Alice' });
  const both = await computerWith('claude-code', { projects, ...everywhere });
  expect((await checksOf(both.env, [], world)).report).toMatchObject({
    settingsFrom: `Claude Code, ${both.file}`,
    otherSettings: [`Claude Code, ${both.file}, in /work/letters`],
  });
});
