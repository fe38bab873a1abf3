import { setTimeout as sleep } from 'node:timers/promises';
import { CallCancelled, toMailboxError } from '../domain/errors.ts';
import type { Log } from '../log.ts';
import type { Running } from './running.ts';

export interface SourceOptions<T> {
  /** For the log. */
  name: string;
  /** Asks the mailbox. */
  ask: (signal: AbortSignal) => Promise<T>;
  running: Running;
  log: Log;
}

/** @param cancelled the client takes its request back */
export type Source<T> = (patienceMs: number, cancelled: AbortSignal) => Promise<T | undefined>;

/** Clients ask at every key; what was true a minute ago completes well enough. */
const freshMs = 60_000;
/** A mailbox that refused is not asked at every key, either. */
const restMs = 10_000;

/**
 * What the mailbox knows. Asked for once at a time, remembered for a minute, and never waited for longer than the patience
 * of who asks: then what is remembered, or undefined. The question goes on for the next key, and ends when all who asked
 * have taken it back. Never rejects.
 */
export function completionSource<T>(options: SourceOptions<T>): Source<T> {
  const { name, log } = options;
  let known: T | undefined;
  let asking: Question | undefined;
  let askAgainAt = Number.NEGATIVE_INFINITY;

  const refresh = async (signal: AbortSignal) => {
    try {
      known = await options.running.run(signal, options.ask);
      askAgainAt = performance.now() + freshMs;
    } catch (error) {
      // Nobody wanted it any more: that says nothing of the mailbox.
      if (signal.aborted) return;
      askAgainAt = performance.now() + restMs;
      const { code, message } = toMailboxError(error);
      log.info('nothing to complete from', { of: name, code, reason: message });
    }
  };
  const begin = () => {
    const question = new Question(refresh, () => {
      if (asking === question) asking = undefined;
    });
    return question;
  };
  return async (patienceMs, cancelled) => {
    if (performance.now() < askAgainAt || cancelled.aborted) return known;
    asking ??= begin();
    const question = asking;
    question.want(cancelled);
    const patience = new AbortController();
    const late = sleep(patienceMs, true, { signal: patience.signal }).catch(() => false);
    if (await Promise.race([question.over, late])) log.info('completed before the answer came', { of: name });
    patience.abort();
    return known;
  };
}

/** One question for all who want its answer. */
class Question {
  /** Resolves when it is answered, or has failed, or nobody wants it any more. */
  readonly over: Promise<void>;
  private readonly wanting = new Set<AbortSignal>();
  private readonly ending = new AbortController();
  private readonly leave: () => void;

  /** @param leave nobody may join any more */
  constructor(ask: (signal: AbortSignal) => Promise<void>, leave: () => void) {
    this.leave = leave;
    this.over = ask(this.ending.signal).finally(leave);
  }

  want(cancelled: AbortSignal): void {
    this.wanting.add(cancelled);
    const takeBack = () => {
      this.wanting.delete(cancelled);
      // Who types takes back what the last key asked and asks anew in one breath: that one shares the question.
      setImmediate(() => this.endUnwanted());
    };
    cancelled.addEventListener('abort', takeBack, { once: true });
  }

  private endUnwanted(): void {
    if (this.wanting.size > 0) return;
    this.leave();
    this.ending.abort(new CallCancelled());
  }
}
