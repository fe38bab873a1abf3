import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import { MailboxError } from '../domain/errors.ts';

/** A password, or the command whose first output line it is. */
export type PasswordSource = { kind: 'value'; value: string } | { kind: 'command'; command: string };

/**
 * Gives the password when a login needs it; with one that was refused, another if there is one by now.
 * @throws MailboxError `auth_failed`, retryable, when there is none to be had.
 */
export type Password = (refused?: string) => Promise<string>;

const timeoutMs = 20_000;
const maxOutputBytes = 64 * 1024;

/**
 * A command runs through the user's shell, for it is the user's own command line; what it printed is kept in memory
 * only, until a server refuses it. Protocols that share a source share its answers: the first one refused has it asked.
 *
 * @param env in which the command runs; by default that of this process.
 */
export function passwordOf(source: PasswordSource, env?: NodeJS.ProcessEnv): Password {
  if (source.kind === 'value') return async () => source.value;
  let answer: Promise<string> | undefined;
  const ask = async () => {
    const asking = firstLine(source.command, env);
    answer = asking;
    try {
      return await asking;
    } catch (error) {
      if (answer === asking) answer = undefined;
      throw error;
    }
  };
  return async (refused) => {
    const held = answer;
    if (held === undefined) return await ask();
    const password = await held;
    if (password !== refused) return password;
    return answer === held || answer === undefined ? await ask() : await answer;
  };
}

async function firstLine(command: string, env: NodeJS.ProcessEnv | undefined): Promise<string> {
  let output: string;
  try {
    ({ stdout: output } = await promisify(exec)(command, {
      timeout: timeoutMs,
      maxBuffer: maxOutputBytes,
      windowsHide: true,
      env,
    }));
  } catch (error) {
    throw failed('The password command failed.', withoutOutput(error));
  }
  const [password = ''] = output.split(/\r?\n/u, 1);
  if (password === '') throw failed('The password command printed nothing.', undefined);
  return password;
}

/** The error carries what the command printed, which may be the password. */
function withoutOutput(error: unknown): Error {
  const { code, signal } = error as { code?: unknown; signal?: unknown };
  return new Error(`exit ${String(code)} signal ${String(signal)}`);
}

function failed(message: string, cause: unknown): MailboxError {
  return new MailboxError('auth_failed', message, {
    retryable: true,
    hint: 'Run MAILBOX_PASSWORD_COMMAND in a terminal: its first line of output must be the password.',
    cause,
  });
}
