import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  locateFile,
  openFile,
  readAttachmentFile,
  readWhole,
} from '../../../src/mail/compose/attachment-files.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'mbx-attach-')));
const dir = join(home, 'Anhänge');
const elsewhere = join(home, 'elsewhere');
const secret = join(elsewhere, 'secret.txt');
const inDir = (name: string) => join(dir, name);
const read = (path: string, maxBytes = 1_000_000, dirs = [dir]) =>
  readAttachmentFile(path, { dirs, maxBytes });
const refusal = (path: string, dirs = [dir]) =>
  read(path, 1000, dirs).then(
    () => 'read',
    ({ code, message, hint }) => `${code}: ${message} ${hint}`,
  );

beforeAll(() => {
  chmodSync(home, 0o755);
  mkdirSync(join(dir, 'sub'), { recursive: true });
  mkdirSync(elsewhere);
  writeFileSync(secret, 'secret');
  writeFileSync(inDir('Größe 🎉.pdf'), 'content');
  writeFileSync(inDir('sub/deep.txt'), 'deep');
});
afterAll(() => rmSync(home, { recursive: true }));

/** Root may read everything; as somebody else it may not. */
async function unprivileged<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

test('a file below a directory is read with its name, umlauts and emoji kept', async () => {
  expect(await read(inDir('Größe 🎉.pdf'))).toEqual({ name: 'Größe 🎉.pdf', bytes: Buffer.from('content') });
  expect((await read(inDir('sub/../sub//deep.txt'))).bytes.toString()).toBe('deep');
  expect((await read(inDir('sub/deep.txt'), 100, [elsewhere, `${dir}/`, join(home, 'missing')])).name).toBe(
    'deep.txt',
  );
});

test('an empty file is an empty attachment', async () => {
  writeFileSync(inDir('empty'), '');
  expect((await read(inDir('empty'))).bytes).toEqual(Buffer.alloc(0));
});

test('without directories, or without one that is there, nothing is read', async () => {
  expect(await refusal(secret, [])).toMatch(/^forbidden: .*MAILBOX_ATTACHMENT_DIRS/u);
  expect(await refusal(secret, [join(home, 'missing')])).toMatch(/^forbidden: .*MAILBOX_ATTACHMENT_DIRS/u);
});

test('what lies elsewhere is forbidden, in the same words whether it is there or not', async () => {
  mkdirSync(join(home, 'Anhänge-2'));
  writeFileSync(join(home, 'Anhänge-2/x.txt'), 'neighbour');
  symlinkSync(secret, inDir('link.txt'));
  symlinkSync(join(elsewhere, 'nothing.txt'), inDir('dangling.txt'));
  symlinkSync(elsewhere, inDir('linked'));
  symlinkSync(inDir('loop'), inDir('loop'));
  symlinkSync('/proc/self/fd', inDir('fds'));
  const answers = await Promise.all(
    [
      ...[secret, join(elsewhere, 'nothing.txt'), join(home, 'Anhänge-2/x.txt'), dir, home, '/'],
      ...['/etc/passwd', '/etc/passwd/x', '/etc/nothing', '/nothing/at/all', '/proc/self/environ'],
      ...[inDir('../elsewhere/secret.txt'), `${dir}/sub/../../elsewhere/nothing.txt`],
      ...['link.txt', 'dangling.txt', 'linked/secret.txt', 'linked/nothing.txt', 'linked/a/b/c'].map(inDir),
      ...['loop', 'loop/x', 'fds/0', 'linked'].map(inDir),
    ].map((path) => refusal(path)),
  );
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toMatch(/^forbidden: /u);
  expect(await unprivileged(() => refusal('/root/nothing'))).toBe(answers[0]);
  expect(await unprivileged(() => refusal('/root/.bashrc'))).toBe(answers[0]);
});

test('a symlink that stays inside is followed, also where the directory itself is one', async () => {
  symlinkSync(inDir('sub/deep.txt'), inDir('inside.txt'));
  symlinkSync(inDir('sub'), inDir('alias'));
  symlinkSync(dir, join(home, 'door'));
  expect(await read(inDir('inside.txt'))).toEqual({ name: 'inside.txt', bytes: Buffer.from('deep') });
  expect((await read(inDir('alias/deep.txt'))).bytes.toString()).toBe('deep');
  expect((await read(join(home, 'door/sub/deep.txt'))).bytes.toString()).toBe('deep');
  expect((await read(inDir('sub/deep.txt'), 100, [join(home, 'door')])).bytes.toString()).toBe('deep');
});

test('what is missing inside is not_found, whatever way', async () => {
  for (const name of ['missing.txt', 'missing/x.txt', 'sub/deep.txt/x', `${'n'.repeat(300)}.txt`])
    expect(await refusal(inDir(name))).toMatch(/^not_found: /u);
});

test('a pipe, a directory, a socket and a device are refused at once', async () => {
  execFileSync('mkfifo', [inDir('pipe')]);
  const started = performance.now();
  expect(await refusal(inDir('pipe'))).toMatch(/^invalid_input: /u);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(await refusal(inDir('sub'))).toMatch(/^invalid_input: /u);
  expect(await refusal('/dev/zero', ['/dev'])).toMatch(/^invalid_input: /u);
});

test('a pipe that took the place of a file does not make the call wait', async () => {
  writeFileSync(inDir('later-pipe'), 'x');
  const located = await locateFile(inDir('later-pipe'), [dir]);
  rmSync(located.path);
  execFileSync('mkfifo', [located.path]);
  await expect(openFile(located)).rejects.toMatchObject({ code: 'invalid_input' });
});

test('what may not be read is forbidden', async () => {
  writeFileSync(inDir('locked.txt'), 'x', { mode: 0o000 });
  mkdirSync(inDir('locked'), { mode: 0o700 });
  writeFileSync(inDir('locked/x.txt'), 'x');
  for (const name of ['locked.txt', 'locked/x.txt', 'locked/nothing.txt'])
    expect(await unprivileged(() => refusal(inDir(name)))).toMatch(/^forbidden: The file may not be read/u);
});

test('a file over the limit is refused with both sizes and is not read', async () => {
  writeFileSync(inDir('sparse.bin'), '');
  truncateSync(inDir('sparse.bin'), 5 * 1024 ** 3);
  await expect(read(inDir('sparse.bin'), 3 * 1024 ** 2)).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringMatching(/5120 MB.* 3 MB/u),
  });
  writeFileSync(inDir('exact.bin'), Buffer.alloc(1000));
  expect((await read(inDir('exact.bin'), 1000)).bytes).toHaveLength(1000);
  await expect(read(inDir('exact.bin'), 999)).rejects.toMatchObject({ code: 'invalid_input' });
});

test('a file or directory swapped for a symlink after the check is not read', async () => {
  for (const swapped of ['swap/file.txt', 'swap']) {
    mkdirSync(inDir('swap'), { recursive: true });
    writeFileSync(inDir('swap/file.txt'), 'harmless');
    writeFileSync(join(elsewhere, 'file.txt'), 'secret');
    const located = await locateFile(inDir('swap/file.txt'), [dir]);
    renameSync(inDir(swapped), inDir(`${swapped}-away`));
    symlinkSync(swapped === 'swap' ? elsewhere : join(elsewhere, 'file.txt'), inDir(swapped));
    await expect(openFile(located)).rejects.toMatchObject({ code: expect.stringMatching(/conflict|input/u) });
    rmSync(inDir(swapped));
    rmSync(inDir(`${swapped}-away`), { recursive: true });
  }
});

test('a directory swapped back and forth while files are read never gives out what lies elsewhere', async () => {
  mkdirSync(inDir('race'));
  writeFileSync(inDir('race/file.txt'), 'harmless');
  writeFileSync(join(elsewhere, 'file.txt'), 'secret');
  symlinkSync(elsewhere, inDir('race-link'));
  const swapping = `const { renameSync } = require('node:fs');
    for (;;) { renameSync('race', 'race-away'); renameSync('race-link', 'race');
      renameSync('race', 'race-link'); renameSync('race-away', 'race'); }`;
  const swapper = spawn(process.execPath, ['-e', swapping], { cwd: dir });
  const seen = new Set<string>();
  const until = performance.now() + 1500;
  while (performance.now() < until)
    seen.add(
      await read(inDir('race/file.txt')).then(
        ({ bytes }) => bytes.toString(),
        ({ code }) => code,
      ),
    );
  swapper.kill('SIGKILL');
  await new Promise((resolve) => swapper.once('exit', resolve));
  expect(seen).toContain('harmless');
  expect(seen).toContain('forbidden');
  expect(seen).not.toContain('secret');
});

test('a file that grows or shrinks while it is read is a conflict, and reading it ends', async () => {
  for (const change of [
    () => appendFileSync(inDir('log.txt'), 'more'),
    () => truncateSync(inDir('log.txt'), 2),
  ]) {
    writeFileSync(inDir('log.txt'), 'begin');
    const opened = await openFile(await locateFile(inDir('log.txt'), [dir]));
    change();
    await expect(readWhole(opened)).rejects.toMatchObject({ code: 'conflict' });
    await opened.handle.close();
  }
});

test('a hard link inside is a file like any other', async () => {
  linkSync(inDir('sub/deep.txt'), inDir('hard.txt'));
  expect((await read(inDir('hard.txt'))).bytes.toString()).toBe('deep');
});
