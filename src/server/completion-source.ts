import { setTimeout as sleep } from 'node:timers/promises';
import { toMailboxError } from '../domain/errors.ts';
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

/** Clients ask at every key; what was true a minute ago completes well enough. */
const freshMs = 60_000;
/** A mailbox that refused is not asked at every key, either. */
const restMs = 10_000;

/**
 * What the mailbox knows. Asked for once at a time, remembered for a minute, and never waited for longer than the patience
 * of who asks: then what is remembered, or undefined. Never rejects.
 */
export function completionSource<T>(
  options: SourceOptions<T>,
): (patienceMs: number) => Promise<T | undefined> {
  const { name, log } = options;
  let known: T | undefined;
  let asking: Promise<void> | undefined;
  let askAgainAt = Number.NEGATIVE_INFINITY;

  const refresh = async () => {
    try {
      known = await options.running.run(new AbortController().signal, options.ask);
      askAgainAt = performance.now() + freshMs;
    } catch (error) {
      askAgainAt = performance.now() + restMs;
      const { code, message } = toMailboxError(error);
      log.info('nothing to complete from', { of: name, code, reason: message });
    } finally {
      asking = undefined;
    }
  };
  return async (patienceMs) => {
    if (performance.now() < askAgainAt) return known;
    asking ??= refresh();
    const patience = new AbortController();
    const late = sleep(patienceMs, true, { signal: patience.signal }).catch(() => false);
    if (await Promise.race([asking, late])) log.info('completed before the answer came', { of: name });
    patience.abort();
    return known;
  };
}
