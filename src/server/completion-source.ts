import { setTimeout as sleep } from 'node:timers/promises';
import { toMailboxError } from '../domain/errors.ts';
import type { Log } from '../log.ts';
import type { Candidate } from './completion-dates.ts';
import type { Running } from './running.ts';

export interface SourceOptions {
  /** For the log. */
  name: string;
  /** Asks the mailbox. */
  ask: (signal: AbortSignal) => Promise<Candidate[]>;
  running: Running;
  log: Log;
  /** How long somebody who types waits. */
  patienceMs: number;
}

/** Clients ask at every key; what was true a minute ago completes well enough. */
const freshMs = 60_000;
/** A mailbox that refused is not asked at every key, either. */
const restMs = 10_000;

/**
 * Candidates that the mailbox knows. Asked for once at a time, remembered for a minute, and never waited for longer than
 * somebody types: then what is remembered, or undefined. Never rejects.
 */
export function completionSource(options: SourceOptions): () => Promise<Candidate[] | undefined> {
  const { name, log, patienceMs } = options;
  let known: Candidate[] | undefined;
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
  return async () => {
    if (performance.now() < askAgainAt) return known;
    asking ??= refresh();
    const patience = new AbortController();
    const late = sleep(patienceMs, true, { signal: patience.signal }).catch(() => false);
    if (await Promise.race([asking, late])) log.info('completed before the answer came', { of: name });
    patience.abort();
    return known;
  };
}
