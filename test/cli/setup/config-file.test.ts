import { writeFileSync } from 'node:fs';
import { chmod, lstat, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeFile, type FileChange, readValue } from '../../../src/cli/setup/config-file.ts';
import { beside, put, tempFolder } from './machine.ts';

const place = ['mcpServers', 'mailbox'] as const;
const value = { command: 'node', env: { MAILBOX_PASSWORD: 'geheim' } };
const now = new Date('2026-11-22T07:08:09Z');
const text = '{\n  "mcpServers": {\n    "other": {}\n  }\n}\n';
const onPosix = process.platform !== 'win32';

function change(file: string, more: Partial<FileChange> = {}): FileChange {
  return { file, place, value, comments: false, secret: false, now, ...more };
}

async function modeOf(file: string): Promise<number> {
  return (await stat(file)).mode & 0o777;
}

test('the file as it was lies beside the changed one, for its owner only, and nothing else does', async () => {
  const file = join(await tempFolder(), 'config.json');
  await put(file, text);
  const backup = await changeFile(change(file));
  expect(backup).toBe(`${file}.backup-2026-11-22-070809`);
  expect(await readFile(`${file}.backup-2026-11-22-070809`, 'utf8')).toBe(text);
  expect(await readValue(file, place)).toEqual(value);
  expect(await beside(file)).toEqual(['config.json', 'config.json.backup-2026-11-22-070809']);
  if (onPosix) expect(await modeOf(`${file}.backup-2026-11-22-070809`)).toBe(0o600);
});

test('a second change in the same second does not write over the first backup', async () => {
  const file = join(await tempFolder(), 'config.json');
  await put(file, text);
  await changeFile(change(file));
  await changeFile(change(file, { value: { command: 'other' } }));
  expect(await readFile(`${file}.backup-2026-11-22-070809`, 'utf8')).toBe(text);
  expect(await beside(file)).toHaveLength(3);
});

test('a new file is made with its folders, for its owner only', async () => {
  const file = join(await tempFolder(), 'a', 'b', 'config.json');
  expect(await changeFile(change(file, { secret: true }))).toBeUndefined();
  expect(await readValue(file, place)).toEqual(value);
  if (onPosix) expect(await modeOf(file)).toBe(0o600);
});

test.runIf(onPosix)('rights stay, but those of others go when a password comes in', async () => {
  const file = join(await tempFolder(), 'config.json');
  await put(file, text);
  await chmod(file, 0o664);
  await changeFile(change(file));
  expect(await modeOf(file)).toBe(0o664);
  await changeFile(change(file, { secret: true }));
  expect(await modeOf(file)).toBe(0o600);
});

test.runIf(onPosix)('a link stays a link, and the file it points to gets the entry', async () => {
  const folder = await tempFolder();
  const [file, target] = [join(folder, 'home', 'config.json'), join(folder, 'dotfiles', 'config.json')];
  await put(target, text);
  await mkdir(join(folder, 'home'));
  await symlink('../dotfiles/config.json', file);
  await changeFile(change(file));
  expect((await lstat(file)).isSymbolicLink()).toBe(true);
  expect(await readValue(target, place)).toEqual(value);
  expect(await beside(target)).toEqual(['config.json']);
  expect(await beside(file)).toHaveLength(2);
});

test.runIf(onPosix)('a link to a file that is not there yet makes that file', async () => {
  const folder = await tempFolder();
  const [file, target] = [join(folder, 'config.json'), join(folder, 'dotfiles', 'config.json')];
  await symlink(target, file);
  await changeFile(change(file));
  expect((await lstat(file)).isSymbolicLink()).toBe(true);
  expect(await readValue(target, place)).toEqual(value);
});

test.each([
  ['broken JSON', Buffer.from('{"mcpServers": {')],
  ['text that is not UTF-8', Buffer.from('{"a":"\xE4"}', 'latin1')],
  ['UTF-16', Buffer.from('\uFEFF{}', 'utf16le')],
])('%s is not touched, and there is no backup of it', async (_what, bytes) => {
  const file = join(await tempFolder(), 'config.json');
  await put(file, bytes);
  await expect(changeFile(change(file))).rejects.toMatchObject({ code: 'invalid_input' });
  expect(await readFile(file)).toEqual(bytes);
  expect(await beside(file)).toEqual(['config.json']);
});

test('a file for which no backup can be made is not touched', async () => {
  const file = join(await tempFolder(), `${'x'.repeat(245)}.json`);
  await put(file, text);
  await expect(changeFile(change(file))).rejects.toMatchObject({ code: 'forbidden' });
  expect(await readFile(file, 'utf8')).toBe(text);
  expect(await beside(file)).toHaveLength(1);
});

test.runIf(onPosix)('in a folder nobody may write to, the file stays as it is', async () => {
  const folder = await tempFolder();
  const file = join(folder, 'config.json');
  await put(file, text);
  await chmod(folder, 0o555);
  const root = process.getuid?.() === 0;
  // The superuser may write anywhere; as somebody else it sees what everybody sees.
  if (root) process.seteuid?.(65_534);
  const failure = await changeFile(change(file)).catch((error: unknown) => error);
  if (root) process.seteuid?.(0);
  await chmod(folder, 0o755);
  expect(failure).toMatchObject({ code: 'forbidden', message: expect.stringContaining('EACCES') });
  expect(await readFile(file, 'utf8')).toBe(text);
  expect(await beside(file)).toEqual(['config.json']);
});

/** A value during whose writing another program writes the file, the given number of times. */
function disturbed(file: string, times: number) {
  let count = 0;
  return {
    get command() {
      count += 1;
      if (count <= times) writeFileSync(file, JSON.stringify({ count, mcpServers: { other: {} } }));
      return 'node';
    },
  };
}

test('what another program writes meanwhile is kept, and the entry goes into that', async () => {
  const file = join(await tempFolder(), 'config.json');
  await put(file, text);
  const backup = await changeFile(change(file, { value: disturbed(file, 1) }));
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    count: 1,
    mcpServers: { other: {}, mailbox: { command: 'node' } },
  });
  expect(await readFile(backup ?? '', 'utf8')).toBe('{"count":1,"mcpServers":{"other":{}}}');
  expect(await beside(file)).toHaveLength(2);
});

test('a file that changes all the time is left to the program that writes it', async () => {
  const file = join(await tempFolder(), 'config.json');
  await put(file, text);
  const failing = changeFile(change(file, { value: disturbed(file, 1000) }));
  await expect(failing).rejects.toMatchObject({ code: 'conflict' });
  expect(JSON.parse(await readFile(file, 'utf8')).mcpServers).toEqual({ other: {} });
  expect(await beside(file)).toEqual(['config.json']);
});

test('a file that its owner has made read-only is left as it is', async () => {
  const file = join(await tempFolder(), 'config.json');
  await put(file, text);
  await chmod(file, 0o444);
  await expect(changeFile(change(file))).rejects.toMatchObject({
    code: 'forbidden',
    message: 'The file is read-only and was left as it is.',
  });
  await chmod(file, 0o644);
  expect(await readFile(file, 'utf8')).toBe(text);
  expect(await beside(file)).toEqual(['config.json']);
});
