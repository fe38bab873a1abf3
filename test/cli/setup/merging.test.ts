import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { askTargets, writeEntries } from '../../../src/cli/setup/writing.ts';
import { client, machine, put } from './machine.ts';
import { type Line, Scripted } from './scripted.ts';

const email = 'you@mailbox.org';
const env = { MAILBOX_EMAIL: email, MAILBOX_PASSWORD: 'new' };

/** Cursor with that entry, after `setup` has written its own over it. */
async function replaced(former: object, script: Line[] = [[/Replace it/u, true]]) {
  const computer = await machine('linux');
  const { file } = client('cursor').places(computer);
  await put(file, JSON.stringify({ mcpServers: { mailbox: former } }));
  const ask = new Scripted(script);
  const targets = await askTargets(ask, computer, [], [client('cursor')], env);
  const launch = { command: '/usr/bin/node', args: ['main.js'] };
  await writeEntries(ask, targets, { launch, env, now: new Date(0) });
  const { mailbox } = JSON.parse(await readFile(file, 'utf8')).mcpServers;
  return { mailbox, screen: ask.screen.join('\n') };
}

const wishes = { disabled: true, timeout: 120, autoApprove: ['search_emails'] };
const network = { NODE_EXTRA_CA_CERTS: '/etc/corporate.pem', HTTPS_PROXY: 'http://user:geheim@proxy:3128' };

test('an entry that is replaced keeps what setup knows nothing of, and this is said without values', async () => {
  const former = {
    ...{ command: 'old', args: ['old.js'], ...wishes },
    env: { MAILBOX_EMAIL: email, MAILBOX_PASSWORD: 'old', ...network },
  };
  const { mailbox, screen } = await replaced(former);
  expect(mailbox).toEqual({
    ...{ command: '/usr/bin/node', args: ['main.js'], ...wishes },
    env: { ...env, ...network },
  });
  expect(screen).toContain('disabled (switched off), timeout, autoApprove, NODE_EXTRA_CA_CERTS, HTTPS_PROXY');
  expect(screen).not.toContain('geheim');
});

test('of an entry for another address only what is not about mail stays', async () => {
  const former = {
    command: 'old',
    env: { MAILBOX_EMAIL: 'other@mailbox.org', MAILBOX_NAME: 'Other', MAILBOX_REDONLY: 'true', ...network },
  };
  expect((await replaced(former)).mailbox.env).toEqual({ ...env, ...network });
});

const npx = { command: 'npx', args: ['-y', 'mailbox-mcp-server'] };
const restricted = { MAILBOX_ALLOWED_RECIPIENTS: '@mailbox.org', MAILBOX_TOOLS_EXCLUDE: 'delete_emails' };

test('restrictions stay, whatever letters the address is written in and whatever stands beside them', async () => {
  const former = {
    ...npx,
    env: {
      MAILBOX_EMAIL: 'You@Mailbox.org',
      ...restricted,
      MAILBOX_SEND_LIMIT: 3,
      MAILBOX_RATE_LIMIT: 'abc',
    },
  };
  const { mailbox, screen } = await replaced(former);
  expect(mailbox.env).toEqual({ ...env, ...restricted, MAILBOX_SEND_LIMIT: '3' });
  expect(screen).toContain('Replace it? It will be without MAILBOX_RATE_LIMIT.');
});

test('an entry that would lose restrictions is replaced only when one says so', async () => {
  const former = { command: 'old', env: { MAILBOX_EMAIL: 'other@mailbox.org', ...restricted } };
  const lost = /for other@.* without MAILBOX_TOOLS_EXCLUDE, MAILBOX_ALLOWED_RECIPIENTS\./u;
  const script: Line[] = [
    [lost, undefined],
    [/"mailbox-2", beside it/u, undefined],
  ];
  expect((await replaced(former, script)).mailbox).toEqual(former);
  expect((await replaced(former, [[lost, true]])).mailbox.env).toEqual(env);
});

test('paths in the home folder stay', async () => {
  const paths = { MAILBOX_DOWNLOAD_DIR: '~/Downloads' };
  const former = { command: 'old', env: { MAILBOX_EMAIL: email, ...paths } };
  expect((await replaced(former)).mailbox.env).toEqual({ ...env, ...paths });
});

test('options in the arguments of the former entry stay as settings', async () => {
  const args = ['-y', 'mailbox-mcp-server', '--toolsets', 'mail', '--log-level=debug'];
  const { mailbox } = await replaced({ command: 'npx', args, env: { MAILBOX_EMAIL: email } });
  expect(mailbox.env).toEqual({ ...env, MAILBOX_TOOLSETS: 'mail', LOG_LEVEL: 'debug' });
});

const unsaid = /Replace it\? .*in a way of its own; that will be gone, and what it may restrict with it/u;
test.each([
  ['sh', ['-c', 'exec npx -y mailbox-mcp-server --read-only --toolsets mail']],
  ['docker', ['run', '-i', 'ghcr.io/x/mailbox-mcp-server']],
  ['/home/me/bin/mailbox-for-reading', []],
  ['node', ['--env-file=restricted.env', '/opt/main.js']],
  ['npx', ['-y', 'mailbox-mcp-server', '--readonly']],
])('an entry started by %s %j is replaced only when one says so', async (command, args) => {
  const former = { command, args, env: { MAILBOX_EMAIL: email } };
  expect((await replaced(former, [[unsaid, undefined]])).mailbox).toEqual(former);
});

test.each([
  ['npx', ['-y', 'mailbox-mcp-server@1.2.3', '--read-only']],
  ['cmd', ['/c', 'npx', '-y', 'mailbox-mcp-server']],
  ['C:\\Program Files\\nodejs\\node.exe', ['C:\\My Files\\dist\\main.js', 'serve', '--toolsets=mail']],
  ['/usr/local/bin/mailbox-mcp-server', []],
])('an entry started by %s %j is replaced by Enter', async (command, args) => {
  const former = { command, args, env: { MAILBOX_EMAIL: email } };
  const { mailbox } = await replaced(former, [[/Replace it\?$/u, undefined]]);
  expect(mailbox.command).toBe('/usr/bin/node');
});

test.each([
  ['env', ['MAILBOX_ALLOWED_RECIPIENTS=@mailbox.org', 'npx', 'mailbox-mcp-server'], [/it\?$/u, undefined]],
  [
    'docker',
    ['run', '-e', 'MAILBOX_ALLOWED_RECIPIENTS=@mailbox.org', 'x/mailbox-mcp-server'],
    [unsaid, true],
  ],
] as const)('settings among the words for %s stay', async (command, args, line) => {
  const { mailbox } = await replaced({ command, args, env: { MAILBOX_EMAIL: email } }, [line]);
  expect(mailbox.env).toEqual({ ...env, MAILBOX_ALLOWED_RECIPIENTS: '@mailbox.org' });
});

test("of Zed's older form everything stays as of any other", async () => {
  const command = {
    ...{ path: 'npx', args: ['-y', 'mailbox-mcp-server', '--toolsets', 'mail'] },
    env: { MAILBOX_EMAIL: email, ...restricted, ...network },
  };
  const { mailbox } = await replaced({ command, settings: { a: 1 } }, [[/Replace it\?$/u, undefined]]);
  expect(mailbox).toEqual({
    ...{ command: '/usr/bin/node', args: ['main.js'], settings: { a: 1 } },
    env: { ...env, ...restricted, ...network, MAILBOX_TOOLSETS: 'mail' },
  });
});

test('a setting that is misspelt is named as lost', async () => {
  const former = { ...npx, env: { MAILBOX_EMAIL: email, mailbox_allowed_recipients: '@mailbox.org' } };
  const lost = /Replace it\? It will be without mailbox_allowed_recipients\.$/u;
  expect((await replaced(former, [[lost, undefined]])).mailbox).toEqual(former);
});

test('an entry that is switched off is told in the words of Zed, too', async () => {
  const { screen } = await replaced({ command: 'old', enabled: false, env: { MAILBOX_EMAIL: email } });
  expect(screen).toContain('enabled (switched off)');
});

test('of an entry that starts no program nothing stays', async () => {
  const { mailbox } = await replaced({ type: 'http', url: 'https://example.org/mcp', headers: { a: 'b' } });
  expect(mailbox).toEqual({ command: '/usr/bin/node', args: ['main.js'], env });
});

test('several accounts in an entry are named, and stay unless one says otherwise', async () => {
  const several = { MAILBOX_ACCOUNTS: 'work,home', MAILBOX_WORK_EMAIL: email, MAILBOX_HOME_EMAIL: email };
  const former = { command: 'old', env: several };
  const { mailbox } = await replaced(former, [[/several accounts \(work,home\).*will be gone/u, undefined]]);
  expect(mailbox).toEqual(former);
  expect((await replaced(former)).mailbox.env).toEqual(env);
});
