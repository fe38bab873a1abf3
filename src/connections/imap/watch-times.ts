import type { Backoff } from '../backoff.ts';
import type { DebounceTimes } from './debounce.ts';

/** All in milliseconds. */
export interface WatchTimes extends DebounceTimes {
  /** IDLE is ended and begun anew: below the session's socket timeout, NATs' memory and the 29 minutes of RFC 2177. */
  idleMs: number;
  /** Between two looks where there is no IDLE. */
  pollMs: number;
  /** How long the pool is asked instead, after calls needed the watch's connection. */
  crampedMs: number;
  /** After a refused login: as long as the login guard rests. */
  refusedMs: number;
  /** A line that stood for so long is replaced at once when it breaks; before that it counts as a failed attempt. */
  settledMs: number;
  /** How long the server may take to end an IDLE. */
  answerMs: number;
  tickMs: number;
}

export const watchTimes: WatchTimes = {
  ...{ firstMs: 1000, everyMs: 5000 },
  ...{ idleMs: 240_000, pollMs: 60_000, crampedMs: 600_000, refusedMs: 3_600_000 },
  ...{ settledMs: 10_000, answerMs: 5000, tickMs: 15_000 },
};

export const watchBackoff: Backoff = {
  ...{ attempts: Number.POSITIVE_INFINITY, baseMs: 1000, maxMs: 60_000, random: Math.random },
};
