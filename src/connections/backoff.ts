import { setTimeout as sleep } from 'node:timers/promises';

export interface Backoff {
  attempts: number;
  baseMs: number;
  maxMs: number;
  /** 0 to 1; an argument so that tests are exact. */
  random: () => number;
}

export const connectBackoff: Backoff = { attempts: 3, baseMs: 200, maxMs: 2000, random: Math.random };

/**
 * Tries `work` until it succeeds, fails for good (`mayRetry` says no) or the attempts are used up. Waits an
 * exponential time with full jitter in between; an abort ends the wait.
 */
export async function withBackoff<T>(
  work: () => Promise<T>,
  { attempts, baseMs, maxMs, random }: Backoff,
  mayRetry: (error: unknown) => boolean,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || signal.aborted || !mayRetry(error)) throw error;
    }
    await sleep(Math.min(maxMs, baseMs * 2 ** (attempt - 1)) * (0.5 + random() / 2), undefined, {
      signal,
      ref: false,
    });
  }
}
