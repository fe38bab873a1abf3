import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Check } from '../../../src/cli/check/verdict.ts';
import { type CheckWorld, check } from '../../../src/cli/check.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/sandbox.ts';

export const alice = 'alice@sandbox.test';
export const password = 'never-to-be-seen-42';

type Env = Record<string, string>;

export interface Terminal {
  stdout?: boolean;
  stderr?: boolean;
}

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Report {
  version: string;
  accounts: { account?: string; email: string; checks: Check[] }[];
  faults?: string[];
  ok: boolean;
}

/** A sandbox with alice and an alias of hers, gone with the test. */
export async function sandboxForTest(options: SandboxOptions = {}): Promise<{ sandbox: Sandbox; env: Env }> {
  const users = [{ email: alice, password, aliases: ['alias@sandbox.test'] }];
  const sandbox = await startSandbox({ seed: false, users, ...options });
  onTestFinished(() => sandbox.close());
  return { sandbox, env: sandbox.env(alice) };
}

/** The command, with what it wrote. @param terminal which streams say that they are one */
export async function runCheck(
  env: Env,
  args: readonly string[] = [],
  world: CheckWorld = {},
  terminal: Terminal = {},
): Promise<Outcome> {
  const out = new Listener(terminal.stdout ?? false);
  const err = new Listener(terminal.stderr ?? false);
  const code = await check(args, env, { stdout: out, stderr: err }, '1.2.3', world);
  return { code, stdout: out.text, stderr: err.text };
}

/** With `--json`; every check by its protocol and name, `imap login`. */
export async function checksOf(
  env: Env,
  args: readonly string[] = [],
  world: CheckWorld = {},
): Promise<Outcome & { report: Report; checks: Map<string, Check> }> {
  const outcome = await runCheck(env, ['--json', ...args], world);
  const report = JSON.parse(outcome.stdout) as Report;
  const all = report.accounts.flatMap(({ checks }) => checks);
  const checks = new Map(
    all.map((one) => [[one.account, one.protocol, one.check].filter(Boolean).join(' '), one] as const),
  );
  return { ...outcome, report, checks };
}

/** `imap dns ok` and so on, without those that are `ok`. */
export function troubles(checks: ReadonlyMap<string, Check>): string[] {
  return [...checks].flatMap(([name, { status }]) => (status === 'ok' ? [] : [`${name} ${status}`]));
}

class Listener extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 80;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}
