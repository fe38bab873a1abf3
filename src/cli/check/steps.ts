import { abortable } from '../../domain/abortable.ts';
import { MailboxError, toMailboxError } from '../../domain/errors.ts';
import type { Log } from '../../log.ts';
import type { Check, CheckName, Protocol, Verdict } from './verdict.ts';
import { skipped } from './verdict.ts';

/** One check that can be made. What it throws is how it failed. */
export interface Step {
  check: CheckName;
  run(signal: AbortSignal): Promise<Verdict>;
  /** Default: that of the round. */
  timeoutMs?: number;
  /** What is said instead of a failure of something nobody depends on; then the rest is tried all the same. */
  unlessKnown?: string;
  /** Asked after a failure whether there is a plainer one behind it; never rejects. */
  explain?(): Promise<Verdict | undefined>;
}

/** What all checks of one account have in common. */
export interface Round {
  account: string | undefined;
  /** How long one step may take. */
  stepMs: number;
  /** Ends what still runs when the whole time is up. */
  whole: AbortSignal;
  log: Log;
  /** Makes a text fit to be shown: one line, no secret, settings under the names this account has them. */
  shown(text: string): string;
  /** Told before and after each step. */
  progress: Progress;
}

export interface Progress {
  began(check: string): void;
  ended(check: string): void;
}

/** Makes the checks of one protocol one after the other; when one has failed, the rest is skipped. Never rejects. */
export async function runSteps(protocol: Protocol, steps: readonly Step[], round: Round): Promise<Check[]> {
  const checks: Check[] = [];
  let failure: CheckName | undefined;
  for (const step of steps) {
    const verdict = failure
      ? skipped(`not tried after ${failure} failed`)
      : await explained(step, await judged(protocol, step, round));
    if (verdict.status === 'failed') failure ??= step.check;
    checks.push({ ...named(round.account), protocol, check: step.check, ...presentable(verdict, round) });
  }
  return checks;
}

/** The checks of a protocol that is not in use, with the reason. */
export function leftOut(
  protocol: Protocol,
  names: readonly CheckName[],
  reason: string,
  { account }: Round,
): Check[] {
  return names.map((check) => ({ ...named(account), protocol, check, ...skipped(reason) }));
}

function named(account: string | undefined): { account?: string } {
  return account === undefined ? {} : { account };
}

async function judged(protocol: Protocol, step: Step, round: Round): Promise<Verdict> {
  const name = [round.account, protocol, step.check].filter(Boolean).join(' ');
  const { stepMs, whole, progress, log } = round;
  const timeoutMs = step.timeoutMs ?? stepMs;
  const limit = timeLimit(timeoutMs);
  const signal = AbortSignal.any([limit.signal, whole]);
  const started = performance.now();
  progress.began(name);
  try {
    signal.throwIfAborted();
    const verdict = await abortable(step.run(signal), { signal });
    const ms = Math.round(performance.now() - started);
    return verdict.status === 'skipped' ? verdict : { ms, ...verdict };
  } catch (error) {
    log.debug('a check failed', { check: name, error });
    if (step.unlessKnown !== undefined) return skipped(step.unlessKnown);
    return failureOf(error, Math.round(performance.now() - started));
  } finally {
    limit.clear();
    progress.ended(name);
  }
}

/** A server that refused a login has understood it. */
async function explained(step: Step, verdict: Verdict): Promise<Verdict> {
  const isUnderstood = verdict.status !== 'failed' || verdict.isRefusal;
  const plainer = isUnderstood ? undefined : await step.explain?.();
  const { isRefusal, ...plain } = verdict;
  return plainer ? { ...plain, ...plainer } : plain;
}

function failureOf(error: unknown, ms: number): Verdict {
  const { code, message, hint } = toMailboxError(error);
  if (code === 'internal') return { status: 'failed', ...unforeseen(error), ms };
  return { status: 'failed', detail: message, ...(hint === undefined ? {} : { hint }), ms };
}

/** What no room of ours has a name for: seen from a terminal it is the answer of a server, or a line that broke. */
function unforeseen(error: unknown): { detail: string; hint: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const hint =
    'Check host and port of this server in the settings. To see more, run check with --log-level debug.';
  const isBroken = ['ECONNRESET', 'EPIPE', 'ECONNABORTED'].includes(code);
  if (isBroken) return { detail: 'The server broke the connection off.', hint };
  return { detail: `The answer could not be understood${code && ` (${code})`}.`, hint };
}

function presentable(verdict: Verdict, { shown }: Round): Verdict {
  const { detail, hint } = verdict;
  return { ...verdict, detail: shown(detail), ...(hint === undefined ? {} : { hint: shown(hint) }) };
}

/** A signal that aborts with our own error, unless it is cleared before. */
export function timeLimit(ms: number): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const tooSlow = new MailboxError('timeout', `No answer within ${ms / 1000} seconds.`, {
    hint: 'A firewall, VPN or virus scanner may hold the connection back. Try again, or from another network.',
  });
  const timer = setTimeout(() => controller.abort(tooSlow), ms);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
