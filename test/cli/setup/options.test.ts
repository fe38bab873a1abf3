import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { run } from '../../../src/cli/run.ts';
import { entryText, launchOf, withoutSecrets } from '../../../src/cli/setup/entry.ts';
import { providerOf, providers } from '../../../src/cli/setup/providers.ts';
import { setup } from '../../../src/cli/setup.ts';
import { readConfig } from '../../../src/config/read-config.ts';
import { client, machine, put } from './machine.ts';

/** Without a terminal. */
async function call(args: string[], more: Record<string, string> = {}) {
  const computer = await machine('linux');
  const entry = join(computer.home, 'main.js');
  await put(entry, '');
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const world = { version: '0', entry, platform: computer.platform, execPath: '/usr/bin/node' };
  const code = await setup(args, { ...computer.env, ...more }, io, world);
  return { code, out: String(io.stdout.read() ?? ''), err: String(io.stderr.read() ?? ''), entry };
}

test('--print needs no terminal and prints the entry and nothing else on stdout', async () => {
  const { code, out, entry } = await call(['--print', '--email', 'me@mailbox.org']);
  const { mailbox } = JSON.parse(out).mcpServers;
  expect(code).toBe(0);
  expect(mailbox).toEqual({
    command: '/usr/bin/node',
    args: [entry],
    env: {
      MAILBOX_EMAIL: 'me@mailbox.org',
      MAILBOX_PASSWORD: 'your e-mail app password',
      MAILBOX_DAV_PASSWORD: 'your application password for CalDAV',
    },
  });
  expect(readConfig([], mailbox.env).accounts).toHaveLength(1);
});

test('--print takes settings from the environment, but never a password', async () => {
  const env = {
    ...{ MAILBOX_EMAIL: 'me@fastmail.com', MAILBOX_PASSWORD: 'geheim', MAILBOX_DAV_PASSWORD: 'geheimer' },
    ...{ MAILBOX_READ_ONLY: 'true', MAILBOX_PASSWORD_COMMAND: 'pass show mail' },
  };
  const { out, err } = await call(['--print', '--client=vscode'], env);
  expect(out + err).not.toContain('geheim');
  expect(JSON.parse(out).servers.mailbox).toMatchObject({
    type: 'stdio',
    env: { MAILBOX_READ_ONLY: 'true' },
  });
  expect(JSON.parse(out).servers.mailbox.env).toMatchObject({
    MAILBOX_PASSWORD_COMMAND: 'pass show mail',
    MAILBOX_IMAP_HOST: 'imap.fastmail.com',
  });
});

test.each([
  [[], /needs a terminal.*--print/u],
  [['--prnt'], /no option "--prnt" \(did you mean --print\?\)/u],
  [['--client', 'zod'], /no client "zod" \(did you mean zed\?\)/u],
  [['--email'], /--email needs a value/u],
  [['now'], /does not know what to do with "now"/u],
])('setup %j without a terminal ends with 2 and says why', async (args, message) => {
  const { code, out, err } = await call(args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(message);
});

test('the command is there, explains itself, and is offered to those who mistype it', async () => {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  expect(await run(['setup', '--help'], {}, io)).toBe(0);
  expect(String(io.stdout.read())).toMatch(/--print[\s\S]*claude-desktop|claude-desktop[\s\S]*--print/u);
  expect(await run(['stup'], {}, io)).toBe(2);
  expect(String(io.stderr.read())).toContain('did you mean setup');
});

test.each([
  ['/usr/lib/node_modules/mailbox-mcp-server/dist/main.js', 'linux', '/opt/node', ['/opt/node']],
  [
    '/Users/a/src/dist/main.js',
    'darwin',
    '/opt/homebrew/Cellar/node@22/22.1.0/bin/node',
    ['/opt/homebrew/opt/node@22/bin/node'],
  ],
  [
    '/home/a/.npm/_npx/1f/node_modules/x/dist/main.js',
    'linux',
    '/usr/bin/node',
    ['npx', '-y', 'mailbox-mcp-server'],
  ],
  [
    '/home/a/.cache/pnpm/dlx/1f/19a/node_modules/x/dist/main.js',
    ...(['linux', '/usr/bin/node', ['npx', '-y', 'mailbox-mcp-server']] as const),
  ],
  [
    'C:\\Users\\a\\AppData\\Local\\pnpm-cache\\dlx\\1f\\dist\\main.js',
    ...(['win32', 'C:\\node.exe', ['cmd', '/c', 'npx', '-y', 'mailbox-mcp-server']] as const),
  ],
  [
    'C:\\npm-cache\\_npx\\1f\\dist\\main.js',
    'win32',
    'C:\\node.exe',
    ['cmd', '/c', 'npx', '-y', 'mailbox-mcp-server'],
  ],
] as const)('%s on %s is started in a way that lasts', (entry, platform, execPath, expected) => {
  const { command, args } = launchOf(entry, execPath, { platform });
  expect([command, ...args]).toEqual([...expected, ...(expected.length === 1 ? [entry] : [])]);
});

test.each(providers.filter(({ settings }) => settings))(
  '$label has settings the server takes',
  ({ settings }) => {
    const env = { MAILBOX_EMAIL: 'a@b.example', MAILBOX_PASSWORD: 'x', ...settings?.('b.example') };
    expect(readConfig([], env).accounts).toHaveLength(1);
  },
);

test.each([
  ['a@mailbox.org', 'mailbox.org'],
  ['a@MAILBOX.org', 'mailbox.org'],
  ['a@posteo.net', 'posteo'],
  ['a@notmailbox.org', undefined],
  ['a@mailbox.org.evil.example', undefined],
])('%s belongs to %s', (email, id) => {
  expect(providerOf(email)?.id).toBe(id);
});

test('what is shown for copying has a placeholder for each password it would hold', () => {
  const env = { MAILBOX_EMAIL: 'a@b.de', MAILBOX_PASSWORD: 'geheim', MAILBOX_DAV_PASSWORD: 'geheimer' };
  const shown = entryText(client('zed'), { command: 'node', args: [], env: withoutSecrets(env) });
  expect(shown).not.toContain('geheim');
  expect(JSON.parse(shown).context_servers.mailbox.env.MAILBOX_DAV_PASSWORD).toBe(
    'your application password for CalDAV',
  );
  expect(withoutSecrets({ MAILBOX_PASSWORD_COMMAND: 'x' })).toEqual({ MAILBOX_PASSWORD_COMMAND: 'x' });
});
