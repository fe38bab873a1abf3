import { mkdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { expect, test } from 'vitest';
import { clients, clientsNamed, foundClients } from '../../../src/cli/setup/clients.ts';
import { client, machine, type Platform, platforms, put } from './machine.ts';

const files: Readonly<Record<string, Record<Platform, string>>> = {
  'claude-desktop': {
    darwin: 'Library/Application Support/Claude/claude_desktop_config.json',
    win32: 'AppData/Roaming/Claude/claude_desktop_config.json',
    linux: '.config/Claude/claude_desktop_config.json',
  },
  'claude-code': { darwin: '.claude.json', win32: '.claude.json', linux: '.claude.json' },
  cursor: { darwin: '.cursor/mcp.json', win32: '.cursor/mcp.json', linux: '.cursor/mcp.json' },
  vscode: {
    darwin: 'Library/Application Support/Code/User/mcp.json',
    win32: 'AppData/Roaming/Code/User/mcp.json',
    linux: '.config/Code/User/mcp.json',
  },
  windsurf: {
    darwin: '.codeium/windsurf/mcp_config.json',
    win32: '.codeium/windsurf/mcp_config.json',
    linux: '.codeium/windsurf/mcp_config.json',
  },
  zed: {
    darwin: '.config/zed/settings.json',
    win32: 'AppData/Roaming/Zed/settings.json',
    linux: '.config/zed/settings.json',
  },
};
const all = clients.flatMap(({ id }) => platforms.map((platform) => [id, platform] as const));

test.each(all)('%s on %s is found by its file, which is where it looks for servers', async (id, platform) => {
  const computer = await machine(platform);
  const { file } = client(id).places(computer);
  expect(relative(computer.home, file).split(sep).join('/')).toBe(files[id]?.[platform]);
  expect(foundClients(computer)).toEqual([]);
  await put(file, '{}');
  expect(foundClients(computer).map((found) => found.id)).toEqual([id]);
});

test.each(all)('%s on %s is found by its folder, before it has a file', async (id, platform) => {
  const computer = await machine(platform);
  for (const sign of client(id).places(computer).signs) await mkdir(sign, { recursive: true });
  expect(foundClients(computer).map((found) => found.id)).toEqual([id]);
});

test('Claude Desktop from the Microsoft Store has its file inside its package, not where the old one lies', async () => {
  const computer = await machine('win32');
  await put(join(computer.home, 'AppData/Roaming/Claude/claude_desktop_config.json'), '{}');
  await mkdir(join(computer.home, 'AppData/Local/Packages/Claude_pzs8sxrjxfjjc'), { recursive: true });
  const { file } = client('claude-desktop').places(computer);
  expect(relative(computer.home, file).split(sep).join('/')).toBe(
    'AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude/claude_desktop_config.json',
  );
  expect(foundClients(computer)).toHaveLength(1);
});

test('folders a person has moved are followed: XDG_CONFIG_HOME, APPDATA, CLAUDE_CONFIG_DIR', async () => {
  const linux = await machine('linux');
  const moved = join(linux.home, 'moved');
  const fileOf = (id: string, platform: Platform, env: Record<string, string>) =>
    client(id).places({ platform, env: { ...linux.env, ...env } }).file;
  expect(fileOf('vscode', 'linux', { XDG_CONFIG_HOME: moved })).toBe(join(moved, 'Code/User/mcp.json'));
  expect(fileOf('zed', 'linux', { XDG_CONFIG_HOME: 'not/absolute' })).toBe(
    join(linux.home, '.config/zed/settings.json'),
  );
  expect(fileOf('zed', 'darwin', { XDG_CONFIG_HOME: moved })).toBe(
    join(linux.home, '.config/zed/settings.json'),
  );
  expect(fileOf('zed', 'win32', { APPDATA: moved })).toBe(join(moved, 'Zed/settings.json'));
  expect(fileOf('claude-code', 'linux', { CLAUDE_CONFIG_DIR: moved })).toBe(join(moved, '.claude.json'));
});

test('clients are named with commas, and a misspelt one is answered with those there are', () => {
  const named = clientsNamed('Zed, cursor');
  expect(typeof named === 'string' ? named : named.map(({ id }) => id)).toEqual(['cursor', 'zed']);
  expect(clientsNamed('curser')).toMatch(/no client "curser" \(did you mean cursor\?\)/u);
});
