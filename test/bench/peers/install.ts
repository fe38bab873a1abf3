import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repoRoot } from '../../support/mcp-client.ts';
import type { NpmPackage } from './peer.ts';

interface Manifest {
  bin?: string | Record<string, string>;
  engines?: { node?: string };
  devDependencies?: Record<string, string>;
}

export interface Installed {
  /** The script to run with Node. */
  entry: string;
  /** In what it runs here otherwise than its authors meant it to. */
  notes: string[];
}

const execute = promisify(execFile);
const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];

/**
 * Installs the package into a folder of its own below `dir`, from the registry npm is set to; no script of it runs.
 * Should it not install as it is, once more with `held` dependencies at the versions of this repository.
 *
 * @throws Error with npm's own words.
 */
export async function install(name: string, npm: NpmPackage, dir: string): Promise<Installed> {
  const folder = join(dir, name.replace(/\W+/g, '-'));
  mkdirSync(folder, { recursive: true });
  const notes = await installIn(folder, dir, { [name]: npm.version }, npm.held);
  const home = join(folder, 'node_modules', name);
  const { bin, engines } = readManifest(home);
  const script = typeof bin === 'string' ? bin : Object.values(bin ?? {})[0];
  if (script === undefined) throw new Error(`${name} has nothing to start`);
  const wanted = Number(/^>=\s*(\d+)/u.exec(engines?.node ?? '')?.[1] ?? 0);
  if (wanted > Number.parseInt(process.versions.node, 10))
    notes.push(`asks for Node ${engines?.node}, ran on ${process.version}`);
  return { entry: join(home, script), notes };
}

async function installIn(
  folder: string,
  home: string,
  dependencies: Record<string, string>,
  held: readonly string[],
): Promise<string[]> {
  try {
    await npmInstall(folder, home, { private: true, dependencies });
    return [];
  } catch (error) {
    if (held.length === 0) throw new Error(reasonOf(error));
    const { devDependencies = {} } = readManifest(repoRoot);
    const overrides = Object.fromEntries(held.map((name) => [name, devDependencies[name] ?? '*']));
    await npmInstall(folder, home, { private: true, dependencies, overrides }).catch((again: unknown) => {
      throw new Error(reasonOf(again));
    });
    const pinned = Object.entries(overrides).map(([name, version]) => `${name} ${version}`);
    return [`ran with ${pinned.join(', ')}; as it is it does not install: ${reasonOf(error)}`];
  }
}

async function npmInstall(folder: string, home: string, manifest: object): Promise<void> {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const env = { ...process.env, HOME: home, npm_config_cache: join(home, 'cache') };
  await execute('npm', ['install', ...quiet, '--prefix', folder], { cwd: folder, env, timeout: 300_000 });
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The line of npm that tells most: the first after the code. */
function reasonOf(error: unknown): string {
  const text = String((error as { stderr?: string }).stderr || error);
  const lines = text.split('\n').filter((line) => line !== '' && !/^npm (?:warn|error code) /u.test(line));
  return (lines[0] ?? '').replace(/^npm error (?:[a-z]+ )?/u, '');
}
