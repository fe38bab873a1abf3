import { exec, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Env } from '../../config/read-config.ts';

/** Somebody may have to unlock a keychain first. */
const storeMs = 90_000;
/** As long as the server will wait for a password command. */
const readMs = 20_000;
const maxOutputBytes = 64 * 1024;

/** What the MCP SDK's clients hand down to a server of their own environment; a command has to work with this alone. */
const handedDown = [
  ...['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER'],
  ...['APPDATA', 'HOMEDRIVE', 'HOMEPATH', 'LOCALAPPDATA', 'PATH', 'PROCESSOR_ARCHITECTURE', 'SYSTEMDRIVE'],
  ...['SYSTEMROOT', 'TEMP', 'USERNAME', 'USERPROFILE'],
];

/** Whether a program of that name is on the PATH. Not for Windows. */
export function isOnPath(program: string, env: Env): boolean {
  return (env.PATH ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && isExecutable(join(folder, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Whether a program ends well that runs as in `exitCodeOf`. */
export async function feed(
  program: string,
  args: readonly string[],
  input: string,
  env: Env,
): Promise<boolean> {
  return (await exitCodeOf(program, args, input, env)) === 0;
}

/**
 * Runs a program without a shell and with the secret on its stdin, where no list of processes shows it. Null when it
 * cannot be started or has to be ended.
 */
export function exitCodeOf(
  program: string,
  args: readonly string[],
  input: string,
  env: Env,
): Promise<number | null> {
  return new Promise((resolve) => {
    const options = { env: { ...env }, timeout: storeMs, windowsHide: true };
    const child = spawn(program, [...args], { ...options, stdio: ['pipe', 'ignore', 'ignore'] });
    child.on('error', () => resolve(null));
    child.on('close', (code) => resolve(code));
    // A program that ends without reading closes the pipe; its exit code tells the rest.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** The first line a command prints when a server runs it that a client started; undefined when it fails. */
export function firstLineOf(command: string, env: Env): Promise<string | undefined> {
  const small = Object.fromEntries(
    Object.entries(env).filter(([name]) => handedDown.includes(name.toUpperCase())),
  );
  const options = { env: small, timeout: readMs, maxBuffer: maxOutputBytes, windowsHide: true };
  return new Promise((resolve) => {
    exec(command, options, (error, stdout) => resolve(error ? undefined : stdout.split(/\r?\n/u, 1)[0]));
  });
}
