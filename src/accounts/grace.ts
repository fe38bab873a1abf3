/** How long an account is waited for once another one has answered, in milliseconds. */
export interface Grace {
  of(account: string): number;
  /** It has told what it was asked. */
  heard(account: string): void;
  /** It was given up: what it was asked is not known. */
  missed(account: string): void;
}

export interface GraceTimes {
  /** For one of which nothing is known. Default 5 s: enough to connect and log in. */
  usualMs?: number;
  /** For one that answers: slow work, as a search of long texts, is no sign that it is down. Default 25 s. */
  provenMs?: number;
  /** For one that was silent a moment ago, so that it slows down one call and not every call. Default 0.5 s. */
  silentMs?: number;
  /** How long that moment lasts. Default a minute. */
  silentForMs?: number;
  now?: () => number;
}

/** Grows with what an account has shown. */
export function learningGrace(times: GraceTimes = {}): Grace {
  const { usualMs = 5_000, provenMs = 25_000, silentMs = 500, silentForMs = 60_000 } = times;
  const now = times.now ?? (() => performance.now());
  const proven = new Set<string>();
  const silentUntil = new Map<string, number>();
  return {
    of: (account) => {
      if (proven.has(account)) return provenMs;
      return now() < (silentUntil.get(account) ?? 0) ? Math.min(silentMs, usualMs) : usualMs;
    },
    heard: (account) => {
      proven.add(account);
      silentUntil.delete(account);
    },
    missed: (account) => {
      proven.delete(account);
      silentUntil.set(account, now() + silentForMs);
    },
  };
}

/** The same for all. */
export function evenGrace(ms: number): Grace {
  return { of: () => ms, heard: () => undefined, missed: () => undefined };
}
