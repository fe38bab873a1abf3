import { expect, test } from 'vitest';
import { checksOf, password, runCheck, sandboxForTest } from './check/rig.ts';
import { client, machine, put } from './setup/machine.ts';

/** Files of clients that the clients themselves cannot read, or in which something of ours is not as it should be. */

const world = { platform: 'linux' } as const;
type Settings = Readonly<Record<string, unknown>>;
const entry = (env: Settings) => ({ command: 'npx', args: ['-y', 'mailbox-mcp-server'], env });
const json = (env: Settings) => JSON.stringify({ mcpServers: { mailbox: entry(env), other: {} } }, null, 2);

/** A computer with these texts in the files of its clients. */
async function computerWith(texts: Readonly<Record<string, string | Buffer>>) {
  const { env } = await machine('linux');
  const file = (id: string) => client(id).places({ ...world, env }).file;
  for (const [id, text] of Object.entries(texts)) await put(file(id), text);
  return { env: { HOME: env.HOME ?? '' }, file };
}

test.each([
  // Up to 1 they are counted from the last line.
  ['a comma is missing', (text: string) => text.replace('},\n    "other"', '}\n    "other"'), -2],
  ['a comma stands behind the last one', (text: string) => text.replace('{}', '{},'), -1],
  ['there is a comment', (text: string) => text.replace('{', '{\n// mine\n'), 2],
  ['there is a brace too many', (text: string) => `${text}\n}`, 1],
  ['the end is missing', (text: string) => text.replace(/\}\s*\}\s*$/u, ''), -1],
  ['quotes are typographic', (text: string) => text.replace('"mcpServers"', '“mcpServers”'), 2],
])(
  'a file Claude Desktop cannot read is told with its line, and no server gets a password: %s',
  async (_why, broken, line) => {
    const { sandbox, env: settings } = await sandboxForTest();
    const right = await computerWith({ 'claude-desktop': json(settings) });
    expect((await runCheck(right.env, [], world)).code).toBe(0);
    const before = sandbox.imap.commands.length;
    const { env, file } = await computerWith({ 'claude-desktop': broken(json(settings)) });
    const { code, stderr, stdout } = await runCheck(env, [], world);
    expect([code, stdout]).toEqual([1, '']);
    const at = line > 1 ? line : json(settings).split('\n').length + line;
    const where = `Claude Desktop cannot read ${file('claude-desktop')}: it is not valid JSON in line ${at}.`;
    expect(stderr).toContain(where);
    expect(stderr).not.toMatch(/Run "mailbox-mcp-server setup" first|never-to-be-seen/u);
    expect(sandbox.imap.commands).toHaveLength(before);
    expect((await checksOf(env, [], world)).report).toMatchObject({
      ...{ ok: false, faults: [expect.stringContaining(where)] },
    });
  },
);

test('comments and trailing commas are no fault where the client takes them', async () => {
  const { env: settings } = await sandboxForTest();
  const text = `// mine\n${json(settings).replace('{}', '{},')}`;
  const { env } = await computerWith({ cursor: text });
  expect((await runCheck(env, [], world)).code).toBe(0);
  const other = await computerWith({ 'claude-code': text });
  expect((await runCheck(other.env, [], world)).code).toBe(1);
});

test('beside settings that work, the file another client cannot read fails the whole', async () => {
  const { env: settings } = await sandboxForTest();
  const broken = json({ ...settings, MAILBOX_PASSWORD: password }).slice(0, -8);
  const { env, file } = await computerWith({ 'claude-desktop': broken, cursor: json(settings) });
  const { code, stdout } = await runCheck(env, [], world);
  expect(code).toBe(1);
  expect(stdout).toContain(`Settings of Cursor, ${file('cursor')}`);
  expect(stdout).toMatch(/xx {2}settings .*Claude Desktop cannot read .* in line \d+\./u);
  expect(stdout).toMatch(/local settings: Correct that in an editor/u);
  expect(stdout).not.toMatch(/Everything works|never-to-be-seen/u);
  const { report, checks } = await checksOf(env, [], world);
  expect([report.ok, checks.get('local settings')?.status]).toEqual([false, 'failed']);
  expect(checks.get('imap login')?.status).toBe('ok');
});

test('a broken file that says nothing of us is told, and fails nothing that works', async () => {
  const { env: settings } = await sandboxForTest();
  const texts = { windsurf: '{{{{', cursor: json(settings) };
  const { env, file } = await computerWith(texts);
  const { code, stdout } = await runCheck(env, [], world);
  expect(code).toBe(0);
  const told = `Windsurf, ${file('windsurf')}: it is not valid JSON in line 1.`;
  expect(stdout).toContain(`Other settings, not checked: ${told}`);
  const alone = await computerWith({ windsurf: '{{{{' });
  const { stderr, code: nothing } = await runCheck(alone.env, [], world);
  expect([nothing, stderr]).toEqual([1, expect.stringContaining('it is not valid JSON in line 1.')]);
  expect(stderr).toContain('Run "mailbox-mcp-server setup" first');
});

test('text in UTF-16 is told as such', async () => {
  const { env: settings } = await sandboxForTest();
  const { env, file } = await computerWith({
    'claude-desktop': Buffer.from(`\uFEFF${json(settings)}`, 'utf16le'),
  });
  const { code, stderr } = await runCheck(env, [], world);
  expect(code).toBe(1);
  expect(stderr).toContain(`Claude Desktop cannot read ${file('claude-desktop')}: it is not UTF-8 text.`);
});

test.each([
  [
    'misspelt',
    { MAILBOX_EMIAL: 'a@b.de', MAILBOX_PASSWORD: password },
    'MAILBOX_EMIAL is not a setting (did you mean MAILBOX_EMAIL?)',
  ],
  ['left out', { MAILBOX_PASSWORD: password }, 'MAILBOX_EMAIL is missing there'],
  ['left out with all others', undefined, 'MAILBOX_EMAIL'],
])('an entry of ours whose address is %s is told by its file', async (_how, settings, told) => {
  const mailbox = { command: 'npx', args: ['-y', 'mailbox-mcp-server@latest'], env: settings };
  for (const key of ['mailbox', 'my mail']) {
    const text = JSON.stringify({ mcpServers: { other: { command: 'x', env: { A: 'b' } }, [key]: mailbox } });
    const { env, file } = await computerWith({ 'claude-desktop': text });
    const { code, stderr } = await runCheck(env, [], world);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Settings of Claude Desktop/u);
    expect(stderr).toContain(file('claude-desktop'));
    expect(stderr).toContain(told);
    expect(stderr).not.toContain(password);
  }
});

test.each([
  [{ command: '/usr/local/bin/mailbox-mcp-server' }],
  [{ command: 'node', args: ['/usr/lib/node_modules/mailbox-mcp-server/dist/main.js'] }],
  [{ command: 'C:\\nodejs\\node.exe', args: ['C:\\npm\\node_modules\\mailbox-mcp-server\\dist\\main.js'] }],
  [{ command: 'docker', args: ['run', '-i', 'ghcr.io/x/mailbox-mcp-server:1.2'] }],
  [{ command: 'sh', args: ['-c', 'exec npx -y mailbox-mcp-server --read-only'] }],
  [{ command: { path: 'npx', args: ['mailbox-mcp-server'] } }],
])('%j is an entry of ours without settings', async (started) => {
  const { env } = await computerWith({ cursor: JSON.stringify({ mcpServers: { post: started } }) });
  const { stderr } = await runCheck(env, [], world);
  expect(stderr).toMatch(/^Settings of Cursor \("post"\)/u);
});

test.each([
  [
    {
      command: 'npx',
      args: ['-y', '@modelcontextprotocol/server-filesystem', '/home/me/mailbox-mcp-server'],
    },
  ],
  [{ command: 'node', args: ['/srv/other/dist/main.js'] }],
  [{ url: 'https://mcp.example.org/', headers: { a: 'b' } }],
  ['mailbox-mcp-server'],
  [null],
])('%j is none of ours', async (other) => {
  const { env } = await computerWith({ cursor: JSON.stringify({ mcpServers: { other } }) });
  expect((await runCheck(env, [], world)).stderr).toContain('no settings were found');
});

test("an entry that may be another program's stands behind those that are surely ours", async () => {
  const { env: settings } = await sandboxForTest();
  const other = { command: 'uvx', args: ['imap-mcp'], env: { MAILBOX_HOST: 'imap.example.org' } };
  const { env, file } = await computerWith({
    ...{ 'claude-desktop': JSON.stringify({ mcpServers: { imap: other } }), cursor: json(settings) },
  });
  const { report, code } = await checksOf(env, [], world);
  expect([code, report]).toMatchObject([0, { settingsFrom: `Cursor, ${file('cursor')}` }]);
});

test.each([
  ['claude-desktop', 'servers', 'Claude Desktop', 'under "servers"', 'mcpServers'],
  ['claude-desktop', undefined, 'Claude Desktop', 'outside "mcpServers"', 'mcpServers'],
  ['zed', 'mcpServers', 'Zed', 'under "mcpServers"', 'context_servers'],
])('an entry that %s does not find, under %s, is told', async (id, section, name, where, right) => {
  const { env: settings } = await sandboxForTest();
  const servers = { mailbox: entry(settings) };
  const { env, file } = await computerWith({
    [id]: JSON.stringify(section ? { [section]: servers } : servers),
  });
  const { code, stderr } = await runCheck(env, [], world);
  expect(code).toBe(1);
  expect(stderr).toContain(
    `${name}, ${file(id)}: "mailbox" stands ${where}, where ${name} does not look. Move it into "${right}".`,
  );
});
