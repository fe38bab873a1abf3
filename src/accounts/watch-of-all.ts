import { setTimeout as sleep } from 'node:timers/promises';
import { toMailboxError } from '../domain/errors.ts';
import type { WatchPort } from '../domain/watch-port.ts';

export interface WatchOfAllOptions {
  /** How long the others have once one stands; what stands later is watched from then on. */
  graceMs: number;
  /** When one that could not begin is tried again. Default five minutes. */
  retryMs?: number;
}

/** What a stop waits for one that does not end; as `Watch.stop`. */
const farewellMs = 2_000;

/**
 * The inbox of every account, told as one. One that cannot begin does not hinder the others: it is tried again later,
 * unless its login was refused. Only when none can begin is the watch an error: the first one's.
 */
export function watchOfAll(inboxes: readonly WatchPort[], options: WatchOfAllOptions): WatchPort {
  return {
    async watch(onChange, { signal }) {
      const ending = new AbortController();
      const end = () => ending.abort(signal.reason);
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
      const lines = inboxes.map((inbox) => hold(inbox, onChange, ending.signal, options.retryMs));
      const firsts = lines.map(({ stands }) => stands);
      try {
        await Promise.any(firsts);
        await within(options.graceMs, firsts);
      } catch {
        ending.abort();
        // All have failed: the first one's error says why.
        await Promise.all(firsts);
      } finally {
        signal.removeEventListener('abort', end);
      }
      return {
        stop: async () => {
          ending.abort();
          const over = lines.map((line) => line.over);
          await within(farewellMs, over);
        },
      };
    },
  };
}

interface Line {
  /** Resolves when it first stands, rejects when it could not begin at once. */
  stands: Promise<void>;
  /** Resolves when nothing is left of it. */
  over: Promise<void>;
}

function hold(inbox: WatchPort, onChange: () => void, ending: AbortSignal, retryMs = 300_000): Line {
  const first = settling();
  const attempt = async (isFirst: boolean): Promise<boolean> => {
    try {
      const watch = await inbox.watch(onChange, { signal: ending });
      first.resolve();
      // Nobody saw what came while it was not watched.
      if (!isFirst) onChange();
      await aborted(ending);
      await watch.stop();
      return false;
    } catch (error) {
      first.reject(error);
      return toMailboxError(error).code !== 'auth_failed';
    }
  };
  const keep = async () => {
    let mayRetry = await attempt(true);
    while (mayRetry && !ending.aborted) {
      await sleep(retryMs, undefined, { signal: ending, ref: false }).catch(() => undefined);
      if (!ending.aborted) mayRetry = await attempt(false);
    }
  };
  return { stands: first.promise, over: keep() };
}

function settling() {
  let resolve: () => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<void>((...settle) => {
    [resolve, reject] = settle;
  });
  // One of several may fail unheard.
  promise.catch(() => undefined);
  return { promise, resolve: () => resolve(), reject: (reason: unknown) => reject(reason) };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
}

async function within(ms: number, work: readonly Promise<void>[]): Promise<void> {
  const late = new AbortController();
  const waited = sleep(ms, undefined, { signal: late.signal }).catch(() => undefined);
  await Promise.race([Promise.allSettled(work), waited]);
  late.abort();
}
