import { execFileSync } from 'node:child_process';
import { chown, lstat, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { changeFile, obstacleIn, readBytes, readValue } from '../../../src/cli/setup/config-file.ts';
import { beside, put, tempFolder } from './machine.ts';

const place = ['mcpServers', 'mailbox'] as const;
const value = { command: 'node', env: { MAILBOX_PASSWORD: 'geheim' } };
const text = '{\n  "mcpServers": {\n    "other": {}\n  }\n}\n';
const onPosix = process.platform !== 'win32';
const asRoot = process.geteuid?.() === 0;
const somebody = { uid: 1000, gid: 1001 };

function change(file: string) {
  return { file, place, value, comments: false, secret: true, now: new Date(0) };
}

test.runIf(asRoot)('as root, a file, its backup and what is made for it belong to the person', async () => {
  const home = await tempFolder();
  await chown(home, somebody.uid, somebody.gid);
  const [old, fresh] = [join(home, '.claude.json'), join(home, '.cursor', 'deep', 'mcp.json')];
  await put(old, text);
  await chown(old, somebody.uid, somebody.gid);
  const backup = await changeFile(change(old));
  await changeFile(change(fresh));
  for (const path of [old, backup ?? '', fresh, dirname(fresh), dirname(dirname(fresh))]) {
    expect([path, await stat(path)]).toEqual([path, expect.objectContaining(somebody)]);
  }
});

test.runIf(asRoot)('the file of another user is left as it is', async () => {
  const folder = await tempFolder();
  const file = join(folder, 'config.json');
  await put(file, text);
  await chown(folder, somebody.uid, somebody.gid);
  process.seteuid?.(somebody.uid);
  onTestFinished(() => process.seteuid?.(0));
  await expect(changeFile(change(file))).rejects.toMatchObject({
    ...{ code: 'forbidden', message: 'The file belongs to another user or group and was left as it is.' },
  });
  expect([await readFile(file, 'utf8'), await beside(file)]).toEqual([text, ['config.json']]);
});

test.runIf(onPosix)('a pipe is neither waited for nor replaced', async () => {
  const file = join(await tempFolder(), 'mcp.json');
  execFileSync('mkfifo', [file]);
  expect(await readValue(file, place)).toBeUndefined();
  const refusal = { code: 'invalid_input', message: 'It is no regular file.' };
  await expect(readBytes(file)).rejects.toMatchObject(refusal);
  await expect(changeFile(change(file))).rejects.toMatchObject(refusal);
  expect((await lstat(file)).isFIFO()).toBe(true);
});

test.runIf(asRoot)('a device at the end of a link is not replaced', async () => {
  const folder = await tempFolder();
  const [file, device] = [join(folder, 'mcp.json'), join(folder, 'null')];
  // A container may not be allowed to make one.
  try {
    execFileSync('mknod', [device, 'c', '1', '3'], { stdio: 'ignore' });
  } catch {
    return;
  }
  await symlink(device, file);
  await expect(changeFile(change(file))).rejects.toMatchObject({ code: 'invalid_input' });
  expect((await lstat(device)).isCharacterDevice()).toBe(true);
  expect(await beside(file)).toEqual(['mcp.json', 'null']);
});

test.runIf(onPosix)(
  'links to links to a file that is not there yet stay, and that file is made',
  async () => {
    const folder = await tempFolder();
    const real = join(folder, 'real', 'mcp.json');
    await put(join(folder, 'dotfiles', 'inner', 'readme'), '');
    await symlink('../../real/mcp.json', join(folder, 'dotfiles', 'inner', 'second'));
    await symlink(join('dotfiles', 'inner'), join(folder, 'short'));
    await symlink(join('short', 'second'), join(folder, 'mcp.json'));
    await changeFile(change(join(folder, 'mcp.json')));
    expect(await readValue(real, place)).toEqual(value);
    expect((await lstat(join(folder, 'dotfiles', 'inner', 'second'))).isSymbolicLink()).toBe(true);
  },
);

test.runIf(asRoot && process.platform === 'linux')(
  'on a full disk no copy of the file is left behind',
  async () => {
    const folder = await tempFolder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'setup', folder], { stdio: 'ignore' });
    } catch {
      return;
    }
    onTestFinished(() => void execFileSync('umount', [folder]));
    const file = join(folder, 'mcp.json');
    const whole = JSON.stringify({ filler: 'x'.repeat(7_000) });
    await writeFile(file, whole);
    await expect(changeFile(change(file))).rejects.toMatchObject({
      message: expect.stringContaining('ENOSPC'),
    });
    expect([await readFile(file, 'utf8'), await beside(file)]).toEqual([whole, ['mcp.json']]);
  },
);

test('a file nested too deep is told, and does not end anything', async () => {
  const file = join(await tempFolder(), 'mcp.json');
  await put(file, `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
  expect(await readValue(file, place)).toBeUndefined();
  const refusal = { code: 'invalid_input', message: expect.stringContaining('nested too deep') };
  expect(await obstacleIn(file, place, false)).toContain('nested too deep');
  await expect(changeFile(change(file))).rejects.toMatchObject(refusal);
});
