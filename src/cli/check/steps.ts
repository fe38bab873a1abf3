import { abortable } from '../../connections/abortable.ts';
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
      : await judged(protocol, step, round);
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
    return failureOf(error, Math.round(performance.now() - started));
  } finally {
    limit.clear();
    progress.ended(name);
  }
}

function failureOf(error: unknown, ms: number): Verdict {
  const { message, hint } = toMailboxError(error);
  return { status: 'failed', detail: message, ...(hint === undefined ? {} : { hint }), ms };
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
