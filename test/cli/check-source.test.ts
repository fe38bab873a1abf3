import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alice, checksOf, password, runCheck, sandboxForTest } from './check/rig.ts';
import { client, machine, put } from './setup/machine.ts';

/** A terminal on a computer without MAILBOX_ settings, and what stands in the files of its clients. */
async function terminalWith(entries: Readonly<Record<string, object>>) {
  const computer = await machine('linux');
  const files = new Map<string, string>();
  for (const [id, servers] of Object.entries(entries)) {
    const { file } = client(id).places(computer);
    files.set(id, file);
    await put(file, JSON.stringify({ [client(id).section]: servers }));
  }
  const { HOME = '' } = computer.env;
  return { env: { HOME }, file: (id: string) => files.get(id) ?? '', home: computer.home };
}

const world = { platform: 'linux' } as const;
const entry = (env: object) => ({ mailbox: { command: 'node', args: ['main.js'], env } });

test('without settings in the environment those of a client are checked, and the file is named', async () => {
  const { env: settings } = await sandboxForTest();
  const { env, file } = await terminalWith({ cursor: entry(settings) });
  const { code, stdout } = await runCheck(env, [], world);
  expect(code).toBe(0);
  expect(stdout.split('\n').slice(0, 3)).toEqual([`Settings of Cursor, ${file('cursor')}`, '', alice]);
  expect(stdout).not.toContain(password);
  const { report } = await checksOf(env, [], world);
  expect(report).toMatchObject({ settingsFrom: `Cursor, ${file('cursor')}`, ok: true });
  expect(report).not.toHaveProperty('otherSettings');
});

test('of several different entries the first is checked and the others are named; equal ones are not', async () => {
  const { env: settings } = await sandboxForTest();
  const other = { MAILBOX_EMAIL: 'other@mailbox.org', MAILBOX_PASSWORD: 'other-secret' };
  const { env, file } = await terminalWith({
    ...{ cursor: entry({ ...settings, HTTPS_PROXY: 'http://p' }), vscode: entry(settings) },
    zed: { 'my-mail': { command: 'node', env: other } },
  });
  const { report, stdout } = await checksOf(env, [], world);
  expect(report).toMatchObject({
    settingsFrom: `Cursor, ${file('cursor')}`,
    otherSettings: [`Zed ("my-mail"), ${file('zed')}`],
  });
  expect(stdout).not.toContain('other-secret');
  const table = await runCheck(env, [], world);
  expect(table.stdout).toContain(`Other settings, not checked: Zed ("my-mail"), ${file('zed')}`);
});

test('an account in the environment goes before every client', async () => {
  const { env: settings } = await sandboxForTest();
  const other = { MAILBOX_EMAIL: 'other@mailbox.org', MAILBOX_PASSWORD: 'x' };
  const { env } = await terminalWith({ cursor: entry(other) });
  const { report, code } = await checksOf({ ...env, ...settings }, [], world);
  expect([code, Reflect.get(report, 'settingsFrom')]).toEqual([0, 'environment']);
});

test('with no settings anywhere the first thing to do is setup, and nothing is to be restarted', async () => {
  const { env, home } = await terminalWith({ cursor: { others: { command: 'x', env: { A: 'b' } } } });
  await put(join(home, '.codeium', 'windsurf', 'mcp_config.json'), '{ broken');
  const { code, stderr } = await runCheck(env, [], world);
  expect(code).toBe(1);
  expect(stderr).toContain('Run "mailbox-mcp-server setup" first, or set MAILBOX_EMAIL');
  expect(stderr).not.toContain('restart');
  const { report } = await checksOf(env, [], world);
  expect(report).toMatchObject({ settingsFrom: 'environment', ok: false });
});

test('an entry that its client fills in itself is told as such, and its text goes to no server', async () => {
  const { sandbox, env: settings } = await sandboxForTest();
  const prompted = entry({ ...settings, MAILBOX_PASSWORD: `\${input:password}` });
  const { env, file } = await terminalWith({ vscode: prompted });
  const { code, stderr } = await runCheck(env, [], world);
  expect(code).toBe(1);
  expect(stderr).toContain(`VS Code, ${file('vscode')}`);
  expect(sandbox.imap.commands).toEqual([]);
});

test('an entry that lacks something says where and what', async () => {
  const { env, file } = await terminalWith({ zed: entry({ MAILBOX_EMAIL: 'you@mailbox.org' }) });
  const { code, stderr } = await runCheck(env, [], world);
  expect(code).toBe(1);
  expect(stderr).toContain(`Settings of Zed, ${file('zed')}`);
  expect(stderr).toMatch(/MAILBOX_PASSWORD.* is missing there: run "mailbox-mcp-server setup" again/u);
});

test('the file of a client that cannot be read is told, not taken for one without settings', async () => {
  const computer = await machine('linux');
  const { file } = client('cursor').places(computer);
  await mkdir(file, { recursive: true });
  const { code, stdout, stderr } = await runCheck({ HOME: computer.env.HOME ?? '' }, [], world);
  expect(code).toBe(1);
  expect(`${stdout}${stderr}`).toContain(`Cursor, ${file}: `);
});

test.each([' ', `\${user_config.email}`])(
  'an address of %j in this terminal is none: the settings of a client are checked',
  async (address) => {
    const { env: settings } = await sandboxForTest();
    const { env, file } = await terminalWith({ cursor: entry(settings) });
    const { code, report } = await checksOf({ ...env, MAILBOX_EMAIL: address }, [], world);
    expect([code, report]).toMatchObject([0, { settingsFrom: `Cursor, ${file('cursor')}` }]);
    expect(report).not.toHaveProperty('otherSettings');
  },
);

test('a question of a client that nobody answered is an unset setting, unless nothing can be checked without it', async () => {
  const { env: settings } = await sandboxForTest();
  const optional = await terminalWith({
    cursor: entry({ ...settings, MAILBOX_NAME: `\${user_config.name}` }),
  });
  expect((await checksOf(optional.env, [], world)).code).toBe(0);
  const needed = entry({ ...settings, MAILBOX_PASSWORD: `\${user_config.password}` });
  const { env, file } = await terminalWith({ cursor: needed });
  expect((await runCheck(env, [], world)).stderr).toContain(
    `Only the client itself knows what stands for "\${" in the settings of Cursor, ${file('cursor')}.`,
  );
});

test('an entry that is switched off is checked only when there is no other, and told to be', async () => {
  const { env: settings } = await sandboxForTest();
  const off = (key: string, value: boolean) => ({
    mailbox: { command: 'node', args: ['main.js'], env: { ...settings, MAILBOX_NAME: 'Old' }, [key]: value },
  });
  const both = await terminalWith({
    ...{ 'claude-code': off('disabled', true), cursor: entry(settings) },
    windsurf: off('enabled', false),
  });
  expect((await checksOf(both.env, [], world)).report).toMatchObject({
    settingsFrom: `Cursor, ${both.file('cursor')}`,
    otherSettings: [
      `Claude Code (switched off), ${both.file('claude-code')}`,
      `Windsurf (switched off), ${both.file('windsurf')}`,
    ],
  });
  const alone = await terminalWith({ cursor: off('disabled', true) });
  expect((await checksOf(alone.env, [], world)).report).toMatchObject({
    settingsFrom: `Cursor (switched off), ${alone.file('cursor')}`,
  });
});

test('servers of others with settings like ours are no word worth', async () => {
  const { env: settings } = await sandboxForTest();
  const others = {
    pg: { command: 'uvx', args: ['postgres-mcp'], env: { DATABASE_URL: 'x', LOG_LEVEL: 'info' } },
    archive: { command: 'node', args: ['/srv/archive/main.js'], env: { MAILBOX_PATH: '/x' } },
  };
  const alone = await terminalWith({ cursor: others });
  const { stderr } = await runCheck(alone.env, [], world);
  expect(stderr).toContain('no settings were found');
  const both = await terminalWith({ cursor: { ...others, ...entry(settings) } });
  expect((await checksOf(both.env, [], world)).report).not.toHaveProperty('otherSettings');
});

test('what several settings lack is told in the plural', async () => {
  const { env } = await terminalWith({ zed: entry({ MAILBOX_USERNAME: 'you' }) });
  expect((await runCheck(env, [], world)).stderr).toMatch(
    /MAILBOX_EMAIL and MAILBOX_PASSWORD\b.* are missing there/u,
  );
});

test('settings in the line of a shell are read as the shell reads them', async () => {
  const { env: settings } = await sandboxForTest();
  const { MAILBOX_EMAIL, MAILBOX_PASSWORD, ...rest } = settings;
  const line = `MAILBOX_EMAIL=${MAILBOX_EMAIL} MAILBOX_PASSWORD='${MAILBOX_PASSWORD}' exec npx mailbox-mcp-server`;
  const shell = { mail: { command: 'sh', args: ['-c', line], env: rest } };
  const { env } = await terminalWith({ cursor: shell });
  expect((await checksOf(env, [], world)).code).toBe(0);
});

test('a broken file that holds only the settings of others is not one of ours', async () => {
  const { env: settings } = await sandboxForTest();
  const { env, home } = await terminalWith({ cursor: entry(settings) });
  const { file } = client('windsurf').places({ platform: 'linux', env });
  await put(file, '{"mcpServers": {"archive": {"command": "x", "env": {"MAILBOX_PATH": "/x"}}');
  expect(file.startsWith(home)).toBe(true);
  expect((await checksOf(env, [], world)).code).toBe(0);
});
