import { around } from './around.ts';

/**
 * How long an account is waited for once another one has answered, in milliseconds. One for mail and one for calendars:
 * that an account's mail answers says nothing of its calendar server.
 */
export interface Grace {
  of(account: string): number;
  /** It has told a list. */
  heard(account: string, tookMs: number): void;
  /** It was waited for so long, and in vain. */
  missed(account: string, waitedMs: number): void;
  /** Whether a question that was given up may go on, to show when the account is back: one at a time. */
  letGoOn(account: string, answer: Promise<unknown>): boolean;
}

export interface GraceTimes {
  /** At least so long, unless it is silent. Default 5 s: enough to connect, log in and search. */
  usualMs?: number;
  /**
   * A few times what its lists took lately, but at most so long; what takes longer is not worth waiting for. Default 8 s,
   * as memory answers for a server that says nothing after 10.
   */
  longestMs?: number;
  /** For one that is silent, so that it slows down one call and not every call. Default 0.5 s. */
  silentMs?: number | undefined;
}

const times = 4;

/** Silence begins when an account was waited for in vain, and ends only when a list of it was told, heard or unheard. */
export function learningGrace(given: GraceTimes = {}): Grace {
  const { usualMs = 5_000, longestMs = 8_000, silentMs = 500 } = given;
  const lately = new Map<string, number>();
  const silent = new Set<string>();
  const goingOn = new Set<string>();
  return {
    of: (account) => {
      if (silent.has(account)) return Math.min(silentMs, usualMs);
      return Math.max(usualMs, Math.min(longestMs, times * (lately.get(account) ?? 0)));
    },
    heard: (account, tookMs) => {
      if (tookMs > longestMs) return;
      // One slow answer counts at once, and is forgotten by and by.
      const before = lately.get(account) ?? 0;
      lately.set(account, Math.max(tookMs, (before + tookMs) / 2));
      silent.delete(account);
    },
    missed: (account, waitedMs) => {
      if (waitedMs > silentMs) silent.add(account);
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

/**
 * A port whose lists show that the account is there, whoever asked and whether or not anybody still waits. A read of one
 * mail is quick, and may come from memory, where a search hangs: it shows nothing.
 */
export function hearing<T extends object>(
  port: T,
  lists: readonly (keyof T & string)[],
  account: string,
  grace: Grace,
): T {
  const heard = around(port, async (work) => {
    const started = performance.now();
    const answer = await work();
    grace.heard(account, performance.now() - started);
    return answer;
  });
  return { ...port, ...Object.fromEntries(lists.map((name) => [name, heard[name]])) };
}
