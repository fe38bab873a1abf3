import { setMaxListeners } from 'node:events';

export interface Limits {
  signal: AbortSignal;
  /** With `onTimeout`: reject with its error after this long. */
  timeoutMs?: number;
  onTimeout?: () => Error;
}

/**
 * The promise, or a rejection as soon as the signal aborts or the time is up. The work itself goes on; whoever
 * calls must end it.
 */
export async function abortable<T>(
  promise: Promise<T>,
  { signal, timeoutMs, onTimeout }: Limits,
): Promise<T> {
  // Nobody hears any more how the work ends, and an error nobody hears would be one of the process.
  if (signal.aborted) promise.catch(() => undefined);
  signal.throwIfAborted();
  // As many waits hang on a call's signal as it has parts under way: forty calendars are no leak.
  setMaxListeners(0, signal);
  let stop: (() => void) | undefined;
  const stopped = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal.reason);
    const timer = onTimeout ? setTimeout(() => reject(onTimeout()), timeoutMs) : undefined;
    signal.addEventListener('abort', onAbort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
  });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    stop?.();
  }
}
