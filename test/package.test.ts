import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { catalogue } from '../src/tools/catalogue.ts';
import { nodesPresent } from './ship/nodes.ts';
import { runNpm } from './ship/npm.ts';
import { type Ran, runProgram } from './ship/tools.ts';
import { letter } from './support/letters.ts';
import { openSandbox } from './support/mailboxes.ts';
import { repoRoot, startServer } from './support/mcp-client.ts';

/** What npm publishes, packed and installed as a user does it; `npm test` builds it first. */
describe('the npm package', () => {
  // A path like a person's: with a space and letters that are not ASCII.
  const folder = mkdtempSync(join(tmpdir(), 'mbx päck '));
  const home = join(folder, 'a home');
  const installed = join(home, 'node_modules', packageJson.name);
  let tarball = '';
  let files: { path: string; size: number }[] = [];

  /** npm without network, and with a cache that nobody else has. */
  const npm = (...args: string[]): Promise<Ran> =>
    runNpm(args, { cwd: home, env: { npm_config_cache: join(folder, 'cache'), npm_config_offline: 'true' } });

  beforeAll(async () => {
    mkdirSync(home);
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const { stdout, stderr } = await runNpm(pack, { cwd: repoRoot });
    const [packed] = Object.values<{ filename: string; files: typeof files }>(JSON.parse(stdout || '{}'));
    if (!packed) throw new Error(stderr);
    files = packed.files;
    tarball = join(folder, packed.filename);
    const install = await npm('install', '--no-audit', '--no-fund', tarball);
    if (install.code !== 0) throw new Error(install.stderr);
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('unpacks to 5 MB at most', () => {
    expect(files.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(5_000_000);
  });

  test('holds the bundle with the licences in it, and nothing else: no source, no map, no test', () => {
    const others = files.map(({ path }) => path).filter((path) => !/^dist\/chunks\/[\w-]+\.js$/u.test(path));
    expect(others.sort()).toEqual([
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'dist/THIRD-PARTY-LICENSES.txt', 'dist/main.js'],
      'package.json',
    ]);
    expect('dependencies' in packageJson).toBe(false);
  });

  test('tells nothing of the machine that built it', () => {
    const places = [repoRoot, homedir(), tmpdir()].filter((place) => place.length > 5);
    const texts = readdirSync(installed, { recursive: true, encoding: 'utf8' })
      .map((path) => join(installed, path))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, 'utf8'));
    expect(texts.length).toBe(files.length);
    for (const place of places) expect(texts.filter((text) => text.includes(place))).toEqual([]);
  });

  test('starts with a line for the shell, in words the oldest Node with modules knows', async () => {
    const entry = readFileSync(join(installed, 'dist/main.js'), 'utf8');
    expect(entry.startsWith('#!/usr/bin/env node\n')).toBe(true);
    const written = async (target: string) => (await transform(entry, { format: 'esm', target })).code;
    expect(await written('node13.2')).toBe(await written('esnext'));
    expect(entry.match(/^import\{.*?\}from.*?;/gmu)).toHaveLength(1); // node's own `module`
  });

  test.each(nodesPresent([20, 22, 24]))('runs on Node $major and lists its tools', async ({ path }) => {
    const entry = join(installed, 'dist/main.js');
    expect(await runProgram(path, [entry, '--version'])).toMatchObject({
      stdout: `${packageJson.version}\n`,
      stderr: '',
    });
    const clientInfo = { name: 'test', version: '0' };
    const asked = [
      {
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
      },
      { method: 'notifications/initialized' },
      { id: 2, method: 'tools/list' },
    ];
    const input = asked.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('');
    const { code, stdout, stderr } = await runProgram(path, [entry], { cwd: home, input });
    expect(code, stderr).toBe(0);
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { tools } = answers.find(({ id }) => id === 2).result;
    expect(tools.map(({ name }: { name: string }) => name)).toEqual(catalogue.map(({ name }) => name));
  });

  test('runs by its name, installed in a project, by npx, and for the whole machine', async () => {
    const version = { code: 0, stdout: `${packageJson.version}\n` };
    expect(await npm('exec', '--', packageJson.name, '--version')).toMatchObject(version);
    expect(
      await npm('exec', '--yes', `--package=${tarball}`, '--', packageJson.name, '--version'),
    ).toMatchObject(version);
    const prefix = join(folder, 'prefix');
    expect(await npm('install', '--global', '--prefix', prefix, tarball)).toMatchObject({ code: 0 });
    const command = process.platform === 'win32' ? prefix : join(prefix, 'bin');
    const shell = process.platform === 'win32' ? ['cmd', '/c'] : [];
    const [program = '', ...args] = [...shell, join(command, packageJson.name), '--version'];
    expect(await runProgram(program, args)).toMatchObject(version);
  }, 60_000);

  /** What a tool of the installed server says of the only mail there is. */
  const reading = async (raw: Buffer, tool: string, args: Record<string, unknown> = {}) => {
    const box = await openSandbox();
    box.sandbox.deliver('alice@sandbox.test', 'INBOX', raw);
    const server = startServer(box.env, { entry: join(installed, 'dist/main.js') });
    await server.initialize();
    const found = await server.call<{ emails: { id: string }[] }>('search_emails');
    const id = found.ok ? found.data.emails[0]?.id : undefined;
    const answer = await server.call(tool, { id, ...args });
    await server.end();
    await box.close();
    return answer;
  };

  // The bundle carries such tables packed.
  test.each([
    ['iso-2022-jp', '1b 24 42 46 7c 4b 5c 1b 28 42', '日本'],
    ['shift_jis', '93 fa 96 7b', '日本'],
    ['euc-jp', 'c6 fc cb dc', '日本'],
    ['gb18030', 'd6 d0 b9 fa', '中国'],
    ['big5', 'a4 a4 b0 ea', '中國'],
    ['euc-kr', 'c7 d1 b1 b9', '한국'],
  ])('reads %s, in mails and in mails attached to them', async (charset, hex, text) => {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    const subject = `=?${charset}?B?${bytes.toString('base64')}?=`;
    const headers = [`Content-Type: text/plain; charset=${charset}`];
    const mail = Buffer.concat([letter({ subject, headers, body: '' }), bytes]);
    expect(await reading(mail, 'get_email')).toMatchObject({ data: { subject: text, body: { text } } });
    const attached = [
      'Content-Type: message/rfc822',
      'Content-Disposition: attachment; filename="a.eml"',
      '',
      '',
    ];
    const outer = Buffer.concat([
      letter({
        headers: ['Content-Type: multipart/mixed; boundary=x'],
        body: `--x\r\n${attached.join('\r\n')}`,
      }),
      mail,
      Buffer.from('\r\n--x--\r\n'),
    ]);
    const inner = await reading(outer, 'get_attachment', { part: '1' });
    expect(inner).toMatchObject({
      data: { text: expect.stringMatching(new RegExp(`${text}[^]*${text}`, 'u')) },
    });
  });
});
