import { mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setup } from '../../src/cli/setup.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { computerWithTool } from './setup/keychain-tools.ts';
import { client, machine, type Platform, put } from './setup/machine.ts';
import { cancel, type Line, Scripted } from './setup/scripted.ts';

const email = 'alice@sandbox.test';
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** The servers are of nobody's presets; the rest is what a customer of mailbox.org is asked, too. */
function account(password: string, calendar = ''): Line[] {
  return [
    [/Which e-mail address/u, email],
    [/Where is the mailbox of alice/u, 'other'],
    [/\(IMAP\)/u, `${sandbox.host}:${sandbox.imapPort}`],
    [/\(SMTP\)/u, `${sandbox.host}:${sandbox.smtpPort}`],
    [/CalDAV/u, sandbox.caldavUrl],
    [/Login name/u, ''],
    [/password for mail/u, password],
    [/password for the calendar/u, calendar],
  ];
}

const rights: Line = [/May the assistant/u, undefined];
const inEntry: Line = [/Where shall the password/u, 'entry'];

type Computer = Awaited<ReturnType<typeof machine>>;

async function run(computer: Computer, script: readonly Line[], args: string[] = []) {
  const asker = new Scripted(script);
  const entry = join(computer.home, 'app', 'dist', 'main.js');
  await put(entry, '');
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const world = { version: '0', entry, execPath: '/usr/bin/node', platform: computer.platform, asker };
  const code = await setup(args, computer.env, io, { ...world, now: () => new Date(0) });
  const printed = [io.stdout.read(), io.stderr.read()].map((chunk) => String(chunk ?? '')).join('');
  return { code, screen: asker.screen.join('\n'), left: asker.left, printed, entry };
}

async function computerWith(platform: Platform, ...ids: string[]) {
  const computer = await machine(platform);
  for (const id of ids) await put(client(id).places(computer).file, '{}\n');
  return {
    ...computer,
    json: async (id: string) => JSON.parse(await readFile(client(id).places(computer).file, 'utf8')),
  };
}

test('from the address to the entry: everything is tried, written, and said', async () => {
  const computer = await computerWith('linux', 'claude-desktop');
  const script = [...account('alice-pw'), rights, inEntry, [/Claude Desktop is on/u, undefined] as const];
  const { code, screen, left, entry } = await run(computer, script);
  expect([code, left]).toEqual([0, 0]);
  const { mailbox } = (await computer.json('claude-desktop')).mcpServers;
  expect(mailbox).toMatchObject({ command: '/usr/bin/node', args: [entry] });
  expect(readConfig([], mailbox.env).accounts[0]).toMatchObject({ email, imap: { port: sandbox.imapPort } });
  for (const what of ['Reading mail', 'Sending mail', 'The calendar'])
    expect(screen).toMatch(`+ ${what} (127`);
  expect(screen).toContain('Quit Claude Desktop completely');
  expect(screen).not.toContain('alice-pw');
});

test('a wrong password goes to each server once, and the right one after it', async () => {
  const computer = await computerWith('linux', 'cursor');
  const tried = sandbox.imap.commands.filter((command) => /AUTHENTICATE|LOGIN/u.test(command)).length;
  const again: Line[] = [
    [/What now/u, 'again'],
    [/password for mail/u, 'alice-pw'],
    [/password for the calendar/u, ''],
  ];
  const script = [...account('wrong-pw'), ...again, rights, inEntry, [/Cursor is on/u, true] as const];
  const { code, screen, left } = await run(computer, script);
  expect([code, left]).toEqual([0, 0]);
  const logins = sandbox.imap.commands.filter((command) => /AUTHENTICATE|LOGIN/u.test(command)).length;
  expect(logins - tried).toBe(2);
  expect(screen).toMatch(/- Reading mail \(127\.0\.0\.1\): .*(refused|password|login)/iu);
  expect(screen).not.toMatch(/wrong-pw|alice-pw/u);
  expect((await computer.json('cursor')).mcpServers.mailbox.env.MAILBOX_PASSWORD).toBe('alice-pw');
});

test('with only the calendar refused, one may do without it', async () => {
  const computer = await computerWith('linux', 'cursor');
  const script: Line[] = [...account('alice-pw', 'not this'), [/What now/u, 'no-calendar'], rights, inEntry];
  const { code } = await run(computer, [...script, [/Cursor is on/u, true]]);
  expect(code).toBe(0);
  const { env } = (await computer.json('cursor')).mcpServers.mailbox;
  expect(env).toMatchObject({ MAILBOX_TOOLSETS: 'mail,server', MAILBOX_PASSWORD: 'alice-pw' });
  expect(env).not.toHaveProperty('MAILBOX_DAV_PASSWORD');
});

const everyQuestion = [
  'Which e-mail',
  'Where is the',
  'IMAP',
  'for mail',
  'May the',
  'Where shall',
  'Cursor is on',
];
test.each(everyQuestion)('Ctrl-C at "%s" changes nothing', async (question) => {
  const computer = await computerWith('linux', 'cursor');
  const whole = [...account('alice-pw'), rights, inEntry, [/Cursor is on/u, true] as const];
  const script = whole.map(
    ([asked, answer]): Line => [asked, asked.source.includes(question) ? cancel : answer],
  );
  const { code, screen } = await run(computer, script);
  expect([code, await computer.json('cursor')]).toEqual([1, {}]);
  expect(screen).toContain('Nothing has been changed');
});

test('Ctrl-C while choosing programs changes nothing', async () => {
  const computer = await computerWith('linux', 'cursor', 'zed');
  const { code } = await run(computer, [
    ...account('alice-pw'),
    rights,
    inEntry,
    [/Which of these/u, cancel],
  ]);
  expect([code, await computer.json('cursor'), await computer.json('zed')]).toEqual([1, {}, {}]);
});

test('each program gets its own form, in the chosen ones alone', async () => {
  const computer = await computerWith('win32', 'claude-desktop', 'vscode', 'zed', 'windsurf', 'claude-code');
  const chosen = ['vscode', 'zed', 'claude-code'];
  const { code } = await run(computer, [
    ...account('alice-pw'),
    rights,
    inEntry,
    [/Which of these/u, chosen],
  ]);
  expect(code).toBe(0);
  expect((await computer.json('vscode')).servers.mailbox).toMatchObject({ type: 'stdio' });
  expect((await computer.json('zed')).context_servers.mailbox).not.toHaveProperty('type');
  expect((await computer.json('claude-code')).mcpServers.mailbox).toMatchObject({ type: 'stdio' });
  expect([await computer.json('claude-desktop'), await computer.json('windsurf')]).toEqual([{}, {}]);
});

test('an entry that is there is replaced only after asking, and keeps what setup does not decide', async () => {
  const computer = await computerWith('linux', 'cursor');
  const { file } = client('cursor').places(computer);
  const env = {
    MAILBOX_EMAIL: email,
    MAILBOX_PASSWORD_COMMAND: 'old',
    MAILBOX_NAME: 'Alice',
    MAILBOX_SEND: 'confirm',
  };
  await put(file, JSON.stringify({ mcpServers: { mailbox: { command: 'old', env } } }));
  const freely = [/May the assistant/u, 'direct'] as const;
  const script = [...account('alice-pw'), freely, inEntry, [/Cursor is on/u, true] as const];
  const kept = await run(computer, [...script, [/has an entry "mailbox" for alice.*Replace/u, false]]);
  expect([kept.code, (await computer.json('cursor')).mcpServers.mailbox]).toEqual([
    0,
    { command: 'old', env },
  ]);
  const { code } = await run(computer, [...script, [/Replace it/u, true]]);
  const after = (await computer.json('cursor')).mcpServers.mailbox;
  expect([code, after.env.MAILBOX_NAME, after.env.MAILBOX_PASSWORD]).toEqual([0, 'Alice', 'alice-pw']);
  expect(Object.keys(after.env)).not.toEqual(expect.arrayContaining(['MAILBOX_PASSWORD_COMMAND']));
  expect(after.env).not.toHaveProperty('MAILBOX_SEND');
});

test('Enter at each question keeps what our entry of another name forbids', async () => {
  const computer = await computerWith('linux', 'cursor');
  const { file } = client('cursor').places(computer);
  const env = { MAILBOX_EMAIL: email, MAILBOX_READ_ONLY: 'true' };
  const former = { command: 'npx', args: ['-y', 'mailbox-mcp-server'], env };
  await put(file, JSON.stringify({ mcpServers: { 'mailbox-org': former } }));
  const asked: Line[] = [
    [/Cursor is on/u, undefined],
    [/has an entry "mailbox-org" for alice.*Replace it\?$/u, undefined],
  ];
  const { code, left } = await run(computer, [...account('alice-pw'), rights, inEntry, ...asked]);
  const { mcpServers } = await computer.json('cursor');
  expect([code, left, Object.keys(mcpServers)]).toEqual([0, 0, ['mailbox-org']]);
  expect(mcpServers['mailbox-org'].env).toMatchObject({
    MAILBOX_READ_ONLY: 'true',
    MAILBOX_PASSWORD: 'alice-pw',
  });
});

test('a broken file stays, and the entry to copy by hand holds no password', async () => {
  const computer = await computerWith('linux', 'cursor');
  const { file } = client('cursor').places(computer);
  await put(file, '{ "mcpServers": ');
  const { code, screen } = await run(computer, [
    ...account('alice-pw'),
    rights,
    inEntry,
    [/Cursor is on/u, true],
  ]);
  expect([code, await readFile(file, 'utf8')]).toEqual([1, '{ "mcpServers": ']);
  expect(screen).toMatch(/Cursor: The file was left as it is: it is not valid JSON/u);
  expect(screen).toContain('"MAILBOX_PASSWORD": "your e-mail app password"');
  expect(screen).not.toContain('alice-pw');
});

test.each([
  ['broken', '{ "mcpServers": ', 'It is not valid JSON in line 1.'],
  ['in UTF-16', Buffer.from('\uFEFF{}', 'utf16le'), 'It is not UTF-8 text.'],
  ['null', 'null', 'It is not an object.'],
  ['a list', '[]', 'It is not an object.'],
  ['twice of one name', '{"mcpServers":{},"mcpServers":{"a":{}}}', 'A name stands in it twice.'],
])('a file that is %s is told before anybody types a password', async (_what, text, why) => {
  const computer = await computerWith('linux', 'cursor');
  const { file } = client('cursor').places(computer);
  await put(file, text);
  const { code, screen } = await run(computer, [[/Which e-mail/u, cancel]]);
  expect([code, await readFile(file)]).toEqual([1, Buffer.from(text)]);
  expect(screen).toContain(`- Cursor: nothing can be written to ${file}. ${why}\n`);
});

test.runIf(process.platform !== 'win32')(
  'a folder, a link to itself and a read-only file are told as early; a client not named is not looked at',
  async () => {
    const computer = await machine('linux');
    const file = (id: string) => client(id).places(computer).file;
    await mkdir(file('cursor'), { recursive: true });
    await mkdir(dirname(file('zed')), { recursive: true });
    await symlink(file('zed'), file('zed'));
    await put(file('windsurf'), '{}', 0o444);
    await put(file('vscode'), '{');
    const named = ['--client', 'cursor,zed,windsurf,claude-code'];
    const { screen } = await run(computer, [[/Which e-mail/u, cancel]], named);
    expect(screen).toContain(
      `Cursor: nothing can be written to ${file('cursor')}. The file cannot be read (EISDIR).`,
    );
    expect(screen).toContain(
      `Zed: nothing can be written to ${file('zed')}. The file cannot be read (ELOOP).`,
    );
    expect(screen).toContain(
      `Windsurf: nothing can be written to ${file('windsurf')}. The file is read-only`,
    );
    expect(screen).not.toMatch(/VS Code|Claude Code/u);
  },
);

test('with no program found, the entry is shown for copying', async () => {
  const computer = await computerWith('darwin');
  const { code, screen } = await run(computer, [...account('alice-pw'), [/May the/u, 'read-only'], inEntry]);
  expect(code).toBe(0);
  expect(screen).toContain('"MAILBOX_READ_ONLY": "true"');
  expect(screen).not.toContain('alice-pw');
});

test('--client writes to a program that was not found', async () => {
  const computer = await computerWith('linux', 'cursor');
  const { code } = await run(computer, [...account('alice-pw'), rights, inEntry], ['--client', 'zed']);
  expect(code).toBe(0);
  expect((await computer.json('zed')).context_servers.mailbox.env.MAILBOX_EMAIL).toBe(email);
  expect(await computer.json('cursor')).toEqual({});
});

test.runIf(process.platform !== 'win32')('a declined entry keeps the password it lives by', async () => {
  const computer = await computerWithTool('linux', 'secret-tool');
  const { file } = client('cursor').places(computer);
  const entry = JSON.stringify({
    mcpServers: { mailbox: { command: 'old', env: { MAILBOX_EMAIL: email } } },
  });
  await put(file, entry);
  const ring = join(computer.bin, 'store.json');
  const held = JSON.stringify({ [`service mailbox-mcp-server account ${email}`]: 'alice-pw' });
  await put(ring, held);
  const declined = [
    [/What now/u, 'go-on'],
    rights,
    [/Where shall the password/u, 'keychain'],
    [/Cursor is on/u, true],
    [/Replace it/u, false],
    [/Another password for alice.*Replace it/u, undefined],
  ] as const;
  const { code, left } = await run(computer, [...account('wrong-pw'), ...declined]);
  expect([code, left, await readFile(ring, 'utf8'), await readFile(file, 'utf8')]).toEqual([
    0,
    0,
    held,
    entry,
  ]);
});

test('an entry that could not be printed is no success', async () => {
  const computer = await machine('linux');
  const entry = join(computer.home, 'main.js');
  await put(entry, '');
  const full = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('full'), { code: 'ENOSPC' })),
  });
  full.on('error', () => undefined);
  const io = { stdin: new PassThrough(), stdout: full, stderr: new PassThrough() };
  expect(await setup(['--print'], computer.env, io, { version: '0', entry })).toBe(1);
  expect(String(io.stderr.read())).toContain('could not be written (ENOSPC)');
});
