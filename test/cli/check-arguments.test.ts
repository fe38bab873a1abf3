import { expect, test } from 'vitest';
import { checksOf, runCheck, sandboxForTest } from './check/rig.ts';
import { client, machine, put } from './setup/machine.ts';

const world = { platform: 'linux' } as const;

/** A computer on which Cursor starts the server so. */
async function cursorWith(command: string, args: readonly string[]) {
  const { sandbox, env: settings } = await sandboxForTest();
  const { env } = await machine('linux');
  const { file } = client('cursor').places({ ...world, env });
  await put(file, JSON.stringify({ mcpServers: { mailbox: { command, args, env: settings } } }));
  return { env: { HOME: env.HOME ?? '' }, sandbox };
}

test.each([
  ['--readonly', '"--readonly" among its arguments (did you mean --read-only?).'],
  ['--toolsets mail calendar', '"calendar" among its arguments.'],
  ['--toolsets mail --toolsets calendar', '--toolsets is there twice and says different things'],
  ['--toolsets --read-only', '--toolsets needs a value.'],
  ['--log-level=', '--log-level needs a value behind "=".'],
  ['demo', '"demo" among its arguments.'],
  [
    'MAILBOX_PASSWORD=hunter2',
    '"MAILBOX_PASSWORD=…" among its arguments: settings stand under "env" of the entry.',
  ],
  ['--help', '"--help" among its arguments.'],
])('an entry with the arguments %s starts no server: said, and none is asked', async (words, told) => {
  const { env, sandbox } = await cursorWith('npx', ['-y', 'mailbox-mcp-server@latest', ...words.split(' ')]);
  const { code, stderr } = await runCheck(env, [], world);
  expect([code, stderr]).toEqual([1, expect.stringContaining(told)]);
  expect(stderr).toContain('The server does not start with ');
  expect(stderr).not.toContain('hunter2');
  expect(sandbox.imap.commands).toEqual([]);
});

test.each([
  ['mailbox-mcp-server', []],
  ['C:\\Program Files\\nodejs\\node.exe', ['C:\\mail\\dist\\main.js']],
  ['cmd', ['/c', 'npx', '-y', 'mailbox-mcp-server']],
] as const)("the arguments of %s %j are the server's", async (command, args) => {
  const { env } = await cursorWith(command, [...args, '--readonly']);
  expect((await runCheck(env, [], world)).code).toBe(1);
  const { env: right } = await cursorWith(command, [...args, 'serve', '--read-only', '--log-level=error']);
  expect((await checksOf(right, [], world)).code).toBe(0);
});

test.each([
  ['docker', 'run -i --rm --name mailbox-mcp-server some/image'],
  ['npm', '--prefix /opt/mailbox-mcp-server start'],
  ['node', '--env-file /etc/mailbox-mcp-server.env server.mjs'],
  ['sh', '-c mailbox-mcp-server "$0" x'],
])("the arguments of %s %s may be another's and are not judged", async (command, words) => {
  const { env } = await cursorWith(command, words.split(' '));
  expect((await checksOf(env, [], world)).code).toBe(0);
});

test('a word that means nothing may be a password and is not shown, only where it stands', async () => {
  const { env } = await cursorWith('npx', ['-y', 'mailbox-mcp-server', '--read-only', 'geheim123']);
  const { code, stdout, stderr } = await runCheck(env, [], world);
  expect([code, stderr]).toEqual([1, expect.stringContaining('does not start with word 2 of its arguments')]);
  expect(`${stdout}${stderr}`).not.toContain('geheim123');
});
