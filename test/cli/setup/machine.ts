import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Client, clients, type Machine } from '../../../src/cli/setup/clients.ts';

export const platforms = ['darwin', 'win32', 'linux'] as const;
export type Platform = (typeof platforms)[number];

/** A folder of this test alone, gone when it ends. */
export async function tempFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'setup-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A computer with that system and an empty home, played on this one. */
export async function machine(platform: Platform): Promise<Machine & { home: string; bin: string }> {
  const home = await tempFolder();
  const bin = join(home, 'bin');
  await mkdir(bin);
  const env = {
    ...{ HOME: home, USERPROFILE: home, PATH: [bin, process.env.PATH].join(delimiter) },
    ...(process.env.SYSTEMROOT !== undefined && { SYSTEMROOT: process.env.SYSTEMROOT }),
  };
  return { platform, env, home, bin };
}

export function client(id: string): Client {
  return clients.find((known) => known.id === id)!;
}

/** Writes a file with its folders. */
export async function put(file: string, text: string | Buffer, mode = 0o644): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode });
}

/** Names in the folder of a file, of those made beside it too. */
export async function beside(file: string): Promise<string[]> {
  return (await readdir(dirname(file))).sort();
}
