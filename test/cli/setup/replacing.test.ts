import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { knownOf } from '../../../src/cli/setup/known.ts';
import { askTargets, writeEntries } from '../../../src/cli/setup/writing.ts';
import { client, machine, put } from './machine.ts';
import { type Line, Scripted } from './scripted.ts';

/** Entries that stand where `setup` would put its own, or beside it: another server's, and ours under another name. */

const email = 'you@mailbox.org';
const env = { MAILBOX_EMAIL: email, MAILBOX_PASSWORD: 'new' };
const ours = { command: 'npx', args: ['-y', 'mailbox-mcp-server'] };
const enter = undefined;

/** A client with these texts in its file, after `setup` has asked and written. */
async function after(id: string, content: object, script: readonly Line[]) {
  const computer = await machine('linux');
  const { file } = client(id).places(computer);
  await put(file, JSON.stringify(content));
  const ask = new Scripted(script);
  const targets = await askTargets(ask, computer, [], [client(id)], env);
  const launch = { command: '/usr/bin/node', args: ['main.js'] };
  await writeEntries(ask, targets, { launch, env, now: new Date(0) });
  const whole = JSON.parse(await readFile(file, 'utf8'));
  const { freedom } = await knownOf(computer, [client(id)], email);
  return { servers: whole.mcpServers, screen: ask.screen.join('\n'), left: ask.left, freedom };
}

const written = { command: '/usr/bin/node', args: ['main.js'], env };

test.each([
  [
    'a server elsewhere',
    { url: 'https://mcp.x/t0ken?key=s3cret', headers: { Authorization: 's3cret' } },
    / \(mcp\.x\): its url, headers will be gone\./u,
  ],
  [
    'another program',
    { command: '/opt/bin/uvx', args: ['imap-mcp', 's3cret'], env: { KEY: 's3cret' } },
    / \(uvx\): its command, args, env will be gone\./u,
  ],
  [
    'another program of Node',
    { command: 'node', args: ['/srv/s3cret/main.js'] },
    /another server's \(node\): its command, args will be gone/u,
  ],
  ['a text', 'npx s3cret', /It is no entry of a server, and will be gone\./u],
])(
  'an entry "mailbox" that is %s is replaced only when one says so, and nothing of it stays',
  async (_what, former, told) => {
    const content = { mcpServers: { mailbox: former } };
    const kept = await after('cursor', content, [[told, enter]]);
    expect([kept.servers, kept.left]).toEqual([{ mailbox: former }, 0]);
    expect(kept.screen).toContain('Cursor has an entry "mailbox" already. Replace it?');
    expect(kept.screen).not.toMatch(/s3cret|t0ken/u);
    const { servers } = await after('cursor', content, [[told, true]]);
    expect(servers).toEqual({ mailbox: written });
  },
);

const named = /Cursor has an entry "my mail" for you@mailbox\.org already\. Replace it\?$/u;

test('our entry under another name gives its place, its name and its restrictions', async () => {
  const former = {
    ...{ ...ours, timeout: 9 },
    env: { MAILBOX_EMAIL: email, MAILBOX_READ_ONLY: 'true', MAILBOX_TOOLS_EXCLUDE: 'delete_emails' },
  };
  const content = { mcpServers: { 'my mail': former, other: {} } };
  const { servers, freedom } = await after('cursor', content, [
    [named, false],
    [/"mailbox", beside it/u, enter],
  ]);
  expect([servers, freedom]).toEqual([content.mcpServers, 'read-only']);
  const taken = await after('cursor', content, [[named, enter]]);
  expect(taken.servers).toEqual({
    'my mail': { ...written, timeout: 9, env: { ...env, MAILBOX_TOOLS_EXCLUDE: 'delete_emails' } },
    other: {},
  });
});

test('a second entry beside ours is written only when one says so, and what it means is told', async () => {
  const former = { ...ours, env: { MAILBOX_EMAIL: email } };
  const second =
    /Add a second entry, "mailbox", beside it\? Both list the same tools, and what one of them forbids/u;
  const { servers, screen } = await after('cursor', { mcpServers: { 'my mail': former } }, [
    [named, false],
    [second, true],
  ]);
  expect(servers).toEqual({ 'my mail': former, mailbox: written });
  expect(screen).toMatch(/Cursor has "my mail" for you@mailbox\.org, too\. It stays as it is\. Both list/u);
});

test('an entry that does not say whose mailbox it opens may be the same one', async () => {
  const former = { ...ours, env: { MAILBOX_EMIAL: email } };
  const lost = /an entry "post" already\. Replace it\? It will be without MAILBOX_EMIAL\./u;
  expect((await after('cursor', { mcpServers: { post: former } }, [[lost, true]])).servers).toEqual({
    post: written,
  });
});

test('entries for other mailboxes stay beside it and are named', async () => {
  const work = { ...ours, env: { MAILBOX_EMAIL: 'me@work.example' } };
  const { servers, screen } = await after('cursor', { mcpServers: { work } }, []);
  expect(servers).toEqual({ work, mailbox: written });
  expect(screen).toContain('Cursor has "work" for me@work.example, too. It stays as it is.');
  expect(screen).not.toContain('Both list');
});

test('an entry of Claude Code for one folder is named, and restricts what Enter gives', async () => {
  const inFolder = { ...ours, env: { MAILBOX_EMAIL: email, MAILBOX_SEND: 'confirm' } };
  const content = { projects: { '/x': { mcpServers: { mailbox: inFolder } } } };
  const { servers, screen, freedom } = await after('claude-code', content, []);
  expect(servers).toEqual({ mailbox: { type: 'stdio', ...written } });
  expect(screen).toContain(
    'Claude Code has "mailbox" for you@mailbox.org, in /x, too. It stays as it is. Both list',
  );
  expect(freedom).toBe('confirm');
});

test.each(['mail, server', 'server,mail', ' Mail ,SERVER,'])(
  'a calendar that was given up as %j comes back with its password',
  async (toolsets) => {
    const former = { ...ours, env: { MAILBOX_EMAIL: email, MAILBOX_TOOLSETS: toolsets } };
    const { servers } = await after('cursor', { mcpServers: { mailbox: former } }, [
      [/Replace it\?$/u, enter],
    ]);
    expect(servers).toEqual({ mailbox: written });
  },
);

const uvx = { command: 'uvx', args: ['postgres-mcp'] };
const strangers = [
  ['a level for its log', { ...uvx, env: { DATABASE_URL: 'postgres://x', LOG_LEVEL: 'info' } }],
  ['a log_level', { ...uvx, env: { log_level: 'info' } }],
  ['a pool and a cache', { ...uvx, env: { POOL_TIMEOUT_MS: '1', CACHE_MAX_SIZE: '2' } }],
  ['a url and a LOG_LEVEL', { url: 'https://mcp.x', env: { LOG_LEVEL: 'info' } }],
  [
    'names like ours',
    { command: 'node', args: ['/srv/archive/main.js'], env: { MAILBOX_PATH: '/x', MAILBOX_TOKEN: 'y' } },
  ],
  [
    'an image and a LOG_LEVEL',
    { command: 'docker', args: ['run', 'ghcr.io/x/github-mcp-server'], env: { LOG_LEVEL: 'x' } },
  ],
] as const;
test.each(strangers)(
  'a server of somebody else with %s is neither asked about nor told nor touched',
  async (_what, pg) => {
    const { servers, screen } = await after('cursor', { mcpServers: { pg } }, []);
    expect(servers).toEqual({ pg, mailbox: written });
    expect(screen).not.toContain('"pg"');
    const mine = { ...ours, env: { MAILBOX_EMAIL: email } };
    const both = await after('cursor', { mcpServers: { pg, mine } }, [[/"mine" for.*Replace it\?$/u, enter]]);
    expect(both.servers).toEqual({ pg, mine: written });
  },
);

test('an entry beside a misspelt address is ours by the settings that no other program has', async () => {
  const post = { command: 'my-mail', env: { MAILBOX_EMIAL: email, MAILBOX_DAV_PASSWORD: 'x' } };
  const { servers } = await after('cursor', { mcpServers: { post } }, [
    [/"post" already\. Replace it\? It will be without MAILBOX_EMIAL\./u, enter],
    [/beside it/u, enter],
  ]);
  expect(servers).toEqual({ post });
});

const boss = { ...ours, env: { MAILBOX_EMAIL: 'boss@firm.de', MAILBOX_PASSWORD: 'old' } };
const bossGoes =
  /"mailbox" for boss@firm\.de already\. Replace it\? The other mailbox, boss@firm\.de, will be gone/u;

test('an entry "mailbox" for another mailbox stays by Enter, and both are there', async () => {
  const { servers, screen } = await after('cursor', { mcpServers: { mailbox: boss } }, [
    [bossGoes, enter],
    [/^Add a second entry, "mailbox-2", beside it\?$/u, enter],
  ]);
  expect(servers).toEqual({ mailbox: boss, 'mailbox-2': written });
  expect(screen).toContain('Cursor has "mailbox" for boss@firm.de, too. It stays as it is.');
});

test('whoever wants no second entry beside that of another mailbox is told that nothing changes', async () => {
  const content = { mcpServers: { mailbox: boss, 'mailbox-2': {} } };
  const { servers, screen } = await after('cursor', content, [
    [bossGoes, false],
    [/"mailbox-3", beside it/u, false],
  ]);
  expect(servers).toEqual(content.mcpServers);
  expect(screen).toContain('Cursor: nothing will be written there, its file stays as it is.');
});

test('a second entry never takes the place of another mailbox', async () => {
  const mine = { ...ours, env: { MAILBOX_EMAIL: email } };
  const { servers } = await after('cursor', { mcpServers: { mailbox: boss, mine } }, [
    [/"mine".*Replace it\?$/u, false],
    [/"mailbox-2", beside it\? Both list/u, true],
  ]);
  expect(servers).toEqual({ mailbox: boss, mine, 'mailbox-2': written });
});

test.each([
  ['a file of settings', { envFile: '/home/u/work.env' }, 'envFile'],
  [
    'the login of another',
    { env: { MAILBOX_USERNAME: 'work@firm.de', MAILBOX_IMAP_HOST: 'imap.firm.de' } },
    'MAILBOX_USERNAME, MAILBOX_IMAP_HOST',
  ],
  ['an address that is filled in later', { env: { MAILBOX_EMAIL: `\${input:mail}` } }, 'MAILBOX_EMAIL'],
])('an entry of ours that says by %s whose it is stays by Enter', async (_what, own, names) => {
  const content = { mcpServers: { work: { ...ours, ...own } } };
  const asked = new RegExp(`whose mailbox it opens, and has ${names} of its own: it may be another one`, 'u');
  const { servers, left } = await after('cursor', content, [
    [asked, enter],
    [/"mailbox", beside it\? They may open the same mailbox/u, enter],
  ]);
  expect([servers, left]).toEqual([content.mcpServers, 0]);
});

test('an entry of ours that says nothing at all makes room by Enter', async () => {
  const { servers } = await after('cursor', { mcpServers: { post: { ...ours, timeout: 9 } } }, [
    [/"post" already\. Replace it\?$/u, enter],
  ]);
  expect(servers).toEqual({ post: { ...written, timeout: 9 } });
});

test('an entry with several accounts that has the address among them is a rival', async () => {
  const all = {
    ...ours,
    env: { MAILBOX_ACCOUNTS: 'work,home', MAILBOX_WORK_EMAIL: 'w@firm.de', MAILBOX_HOME_EMAIL: email },
  };
  const gone = /"all" for several accounts \(work,home\) already\. Replace it\? They will be gone/u;
  const kept = await after('cursor', { mcpServers: { all } }, [
    [gone, enter],
    [/"mailbox", beside it\? Both list the same tools/u, enter],
  ]);
  expect(kept.servers).toEqual({ all });
  const both = await after('cursor', { mcpServers: { all } }, [
    [gone, enter],
    [/beside it/u, true],
  ]);
  expect(both.screen).toMatch(/"all" for several accounts \(work,home\), too\. .* Both list/u);
});

test('nothing is asked about the entries of a file that nothing can be written to', async () => {
  const computer = await machine('linux');
  const { file } = client('cursor').places(computer);
  const broken = JSON.stringify({ mcpServers: { mailbox: boss } }).slice(0, -1);
  await put(file, broken);
  const ask = new Scripted([]);
  const targets = await askTargets(ask, computer, [], [client('cursor')], env);
  await put(file, `${broken}}`);
  const launch = { command: '/usr/bin/node', args: ['main.js'] };
  expect(await writeEntries(ask, targets, { launch, env, now: new Date(0) })).toEqual([]);
  expect(await readFile(file, 'utf8')).toBe(`${broken}}`);
  expect(ask.screen.join('\n')).toContain('To do it by hand');
});

const secrets = 'MAILBOX_EMAIL=boss@firm.de MAILBOX_PASSWORD=s3cret';
test.each([
  ['sh', ['-c', `${secrets} npx mailbox-mcp-server`]],
  ['bash', ['-lc', `${secrets} node /srv/mailbox-mcp-server/dist/main.js`]],
  ['ssh', ['host', `${secrets} node /srv/mailbox-mcp-server/dist/main.js`]],
])('a password in a line for %s is never shown as part of the address', async (command, args) => {
  const { screen } = await after('cursor', { mcpServers: { mailbox: { command, args } } }, [
    [bossGoes, enter],
    [/beside it/u, true],
  ]);
  expect(screen).toContain('has "mailbox" for boss@firm.de, too');
  expect(screen).not.toContain('s3cret');
});

test('a file of settings that may be of another mailbox does not stay with the new password', async () => {
  const former = { ...ours, envFile: '/home/u/work.env', timeout: 9 };
  const { servers } = await after('cursor', { mcpServers: { work: former } }, [
    [/envFile of its own/u, true],
  ]);
  expect(servers).toEqual({ work: { ...written, timeout: 9 } });
  const mine = { ...former, env: { MAILBOX_EMAIL: email } };
  const kept = await after('cursor', { mcpServers: { mine } }, [[/Replace it\?$/u, enter]]);
  expect(kept.servers.mine).toEqual({ ...written, timeout: 9, envFile: '/home/u/work.env' });
});

test('the entry to be copied by hand is not called like one that is to stay', async () => {
  const computer = await machine('linux');
  const { file } = client('cursor').places(computer);
  await put(file, JSON.stringify({ mcpServers: { mailbox: boss } }).slice(0, -1));
  const [target] = await askTargets(new Scripted([]), computer, [], [client('cursor')], env);
  expect(target?.name).toBe('mailbox-2');
});
