import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Ran, type RunOptions, runProgram } from './tools.ts';

/**
 * npm's own script, which some Node can run: Windows cannot start `npm` without a shell.
 * @throws Error when npm is nowhere near this Node
 */
export function npmScript(): string {
  const bin = dirname(process.execPath);
  const places = [
    process.env.npm_execpath ?? '',
    join(bin, 'node_modules/npm/bin/npm-cli.js'),
    join(bin, '../lib/node_modules/npm/bin/npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  const found = places.find((path) => path.endsWith('npm-cli.js') && existsSync(path));
  if (!found) throw new Error('npm is not installed beside this Node.');
  return found;
}

/** npm's words on stdout; npm may be run by another Node than this one. */
export function runNpm(
  args: readonly string[],
  { node = process.execPath, ...options }: RunOptions & { node?: string } = {},
): Promise<Ran> {
  return runProgram(node, [npmScript(), ...args], options);
}
