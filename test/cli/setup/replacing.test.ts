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
