import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DownloadTarget, NewFile } from '../../src/mail/download.ts';

/** A directory of one test. */
function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'mbx-download-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function saved(directory: string, name: string, ...pieces: string[]) {
  const file = await NewFile.create(directory, name);
  for (const piece of pieces) await file.write(Buffer.from(piece));
  return await file.finish();
}

/** Files of the directory that this process has open, where the system tells (Linux). */
function openIn(directory: string): string[] {
  const handles = '/proc/self/fd';
  const numbers = existsSync(handles) ? readdirSync(handles) : [];
  return numbers.map((number) => target(join(handles, number))).filter((path) => path.startsWith(directory));
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return ''; // The listing itself was one of them.
  }
}

test('what is written in pieces is the file, with its size and SHA-256, for the owner only', async () => {
  const directory = folder();
  const { path, size, sha256 } = await saved(directory, 'Größe.txt', 'one ', '', 'twö');
  expect(path).toBe(join(directory, 'Größe.txt'));
  expect(readFileSync(path, 'utf8')).toBe('one twö');
  expect(size).toBe(8);
  expect(sha256).toBe(createHash('sha256').update('one twö').digest('hex'));
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(openIn(directory)).toEqual([]);
});

test('a name that is taken gets a number before its extension, and nothing is overwritten', async () => {
  const directory = folder();
  const paths = [];
  for (const text of ['a', 'b', 'c']) paths.push((await saved(directory, 'x.tar.gz', text)).path);
  expect(paths.map((path) => basename(path))).toEqual(['x.tar.gz', 'x.tar (1).gz', 'x.tar (2).gz']);
  expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['a', 'b', 'c']);
});

test.runIf(process.platform !== 'win32')(
  'a symlink of the name is not followed, wherever it leads',
  async () => {
    const directory = folder();
    const outside = join(folder(), 'victim');
    writeFileSync(outside, 'untouched');
    symlinkSync(outside, join(directory, 'a.txt'));
    symlinkSync(join(directory, 'nothing'), join(directory, 'b.txt'));
    expect(basename((await saved(directory, 'a.txt', 'evil')).path)).toBe('a (1).txt');
    expect(basename((await saved(directory, 'b.txt', 'evil')).path)).toBe('b (1).txt');
    expect(readFileSync(outside, 'utf8')).toBe('untouched');
    expect(existsSync(join(directory, 'nothing'))).toBe(false);
  },
);

test.each(['../a.txt', '/etc/a.txt', '..\\a.txt', 'C:\\x\\a.txt'])(
  '%s stays in the directory',
  async (name) => {
    const directory = folder();
    expect((await saved(directory, name, 'x')).path).toBe(join(directory, 'a.txt'));
  },
);

test('what is given up leaves no part behind', async () => {
  const directory = folder();
  const file = await NewFile.create(directory, 'a.txt');
  await file.write(Buffer.from('half'));
  expect(readdirSync(directory)).toEqual(['a.txt']);
  await file.discard();
  expect(readdirSync(directory)).toEqual([]);
  const removed = await NewFile.create(directory, 'a.txt');
  rmSync(join(directory, 'a.txt'));
  await removed.discard();
  expect(openIn(directory)).toEqual([]);
});

test('after a thousand files of one name there is a conflict, and no file more', async () => {
  const directory = folder();
  const names = Array.from({ length: 1000 }, (_, copy) => (copy === 0 ? 'a.txt' : `a (${copy}).txt`));
  for (const name of names.slice(0, -1)) writeFileSync(join(directory, name), '');
  expect(basename((await saved(directory, 'a.txt', 'last')).path)).toBe('a (999).txt');
  await expect(saved(directory, 'a.txt', 'x')).rejects.toMatchObject({ code: 'conflict' });
  expect(readdirSync(directory)).toHaveLength(1000);
});

test('what cannot be made or written is unavailable, and trying again is no help', async () => {
  const unavailable = { code: 'unavailable', retryable: false };
  await expect(NewFile.create(join(folder(), 'missing'), 'a.txt')).rejects.toMatchObject(unavailable);
  const file = await NewFile.create(folder(), 'a.txt');
  await file.discard();
  await expect(file.write(Buffer.from('too late'))).rejects.toMatchObject(unavailable);
});

test('the directory is made where it is missing, and is its real path', async () => {
  const directory = folder();
  const deep = join(directory, 'a', 'b');
  expect(await new DownloadTarget(deep).directory()).toBe(deep);
  expect(statSync(deep).isDirectory()).toBe(true);
  mkdirSync(join(directory, 'real'));
  symlinkSync(join(directory, 'real'), join(directory, 'link'), 'junction');
  expect(await new DownloadTarget(join(directory, 'link')).directory()).toBe(join(directory, 'real'));
});

test('without a directory nothing is saved; one that is a file cannot be used', async () => {
  await expect(new DownloadTarget(undefined).directory()).rejects.toMatchObject({ code: 'unsupported' });
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  await expect(new DownloadTarget(file).directory()).rejects.toMatchObject({ code: 'forbidden' });
});
