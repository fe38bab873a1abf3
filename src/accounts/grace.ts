import { around } from './around.ts';

/**
 * How long an account is waited for once another one has answered, in milliseconds. One for mail and one for calendars:
 * that an account's mail answers says nothing of its calendar server.
 */
export interface Grace {
  /** @param firstMs what the first one took for the same question: what is much work is so for all */
  of(account: string, firstMs: number): number;
  /** It has told what it was asked. */
  heard(account: string, tookMs: number): void;
  /** It was waited for so long, and in vain. */
  missed(account: string, waitedMs: number): void;
  /** Whether a question that was given up may go on, to show when the account is back: one at a time. */
  letGoOn(account: string, answer: Promise<unknown>): boolean;
}

export interface GraceTimes {
  /** For one of which nothing is known. Default 5 s: enough to connect and log in. */
  usualMs?: number;
  /** For one that answers: a few times what it took lately, but at least so long. Default 2 s. */
  shortestMs?: number;
  /** And at most so long; what takes longer is not worth waiting for. Default 8 s, as memory answers for a calendar after 10. */
  longestMs?: number;
  /** For one that was silent a moment ago, so that it slows down one call and not every call. Default 0.5 s. */
  silentMs?: number;
  /** How long that moment lasts, unless it is heard before. Default a minute. */
  silentForMs?: number;
  now?: () => number;
}

const times = 4;

/**
 * Grows with what an account has shown. Silence begins when it was waited for in vain and ends with any answer, or after
 * its time: what is missed while the account has only the moment of a silent one does not prolong it.
 */
export function learningGrace(given: GraceTimes = {}): Grace {
  const { usualMs = 5_000, shortestMs = 2_000, longestMs = 8_000, silentForMs = 60_000 } = given;
  const { silentMs = 500, now = () => performance.now() } = given;
  const lately = new Map<string, number>();
  const silentSince = new Map<string, number>();
  const goingOn = new Set<string>();
  return {
    of: (account, firstMs) => {
      const since = silentSince.get(account);
      if (since !== undefined && now() - since < silentForMs) return Math.min(silentMs, usualMs);
      const took = lately.get(account);
      if (took === undefined) return usualMs;
      return Math.min(longestMs, Math.max(shortestMs, times * Math.max(took, firstMs)));
    },
    heard: (account, tookMs) => {
      if (tookMs > longestMs) return;
      // One slow answer counts at once, and is forgotten by and by.
      const before = lately.get(account) ?? 0;
      lately.set(account, Math.max(tookMs, (before + tookMs) / 2));
      silentSince.delete(account);
    },
    missed: (account, waitedMs) => {
      if (waitedMs <= silentMs) return;
      lately.delete(account);
      silentSince.set(account, now());
    },
    letGoOn: (account, answer) => {
      if (goingOn.has(account)) return false;
      goingOn.add(account);
      const over = () => goingOn.delete(account);
      answer.then(over, over);
      return true;
    },
  };
}

/** The same for all. */
export function evenGrace(ms: number): Grace {
  return { of: () => ms, heard: () => undefined, missed: () => undefined, letGoOn: () => false };
}

/** A port whose answers show that the account is there, whoever asked and whether or not anybody still waits. */
export function hearing<T extends object>(port: T, account: string, grace: Grace): T {
  return around(port, async (work) => {
    const started = performance.now();
    const answer = await work();
    // What tells nothing may have asked nobody.
    if (answer !== undefined) grace.heard(account, performance.now() - started);
    return answer;
  });
}
