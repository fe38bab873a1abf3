import { type ExecFileException, execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './bundle.ts';

const folder = join(root, 'node_modules/.cache/ship-tools');

/** The scripts of the tools that test/ship/provide-tools.mjs installs. */
const scripts = {
  mcpb: '@anthropic-ai/mcpb/dist/cli/cli.js',
  inspector: '@modelcontextprotocol/inspector/clients/launcher/build/index.js',
  conformance: '@modelcontextprotocol/conformance/dist/index.js',
} as const;

/** False on a machine that could not install them; `npm test` says so, and fails under CI. */
export const toolsPresent = existsSync(join(folder, 'installed.json'));

export interface Ran {
  /** Exit code; null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** Default the repository. */
  cwd?: string | undefined;
  /** Added to the environment of this process. */
  env?: Readonly<Record<string, string>> | undefined;
  /** All that stdin holds; default nothing. */
  input?: string | undefined;
}

/** Runs a tool to its end, or for a minute. */
export function runTool(
  tool: keyof typeof scripts,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  return runProgram(process.execPath, [join(folder, 'node_modules', scripts[tool]), ...args], options);
}

/** A package the tools bring along, for those who check what they wrote: ours has no YAML. */
export function requireFromTools(name: string): unknown {
  return createRequire(join(folder, 'package.json'))(name);
}

/** Runs a program to its end, or for a minute. */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd = root, env = {}, input = '' }: RunOptions = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...env }, timeout: 60_000, maxBuffer: 50_000_000 };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : exitCode(error), stdout, stderr });
    });
    // A program that ended before it read is told by its exit code.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

/** Null for a signal and for a program that does not exist. */
function exitCode({ code }: ExecFileException): number | null {
  return typeof code === 'number' ? code : null;
}
