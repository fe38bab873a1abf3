import { MailboxError, toMailboxError } from '../domain/errors.ts';

export interface Ask<T> {
  account: string;
  run(signal: AbortSignal): Promise<T>;
}

export type Told<T> = { account: string } & (
  | { value: T; error?: undefined }
  | { value?: undefined; error: MailboxError }
);

/**
 * Asks several accounts at once. When the first has answered the others have `graceMs` more; what is not there by then
 * is given up and told as a `timeout`, so that an account that is down does not hide the others. Never rejects.
 */
export async function askAll<T>(
  asks: readonly Ask<T>[],
  signal: AbortSignal,
  graceMs: number,
): Promise<Told<T>[]> {
  const late = new AbortController();
  const limited = AbortSignal.any([signal, late.signal]);
  let timer: NodeJS.Timeout | undefined;
  const tell = async ({ account, run }: Ask<T>): Promise<Told<T>> => {
    try {
      const value = await unlessAborted(run(limited), limited);
      timer ??= setTimeout(() => late.abort(tooSlow()), graceMs);
      return { account, value };
    } catch (error) {
      return { account, error: toMailboxError(error) };
    }
  };
  try {
    return await Promise.all(asks.map(tell));
  } finally {
    clearTimeout(timer);
  }
}

/** What does not heed the signal is not waited for. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let over: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    over = () => reject(signal.reason);
  });
  signal.addEventListener('abort', over, { once: true });
  if (signal.aborted) over();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', over);
  }
}

function tooSlow(): MailboxError {
  return new MailboxError('timeout', 'The account did not answer in time.');
}
