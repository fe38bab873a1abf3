import { MailboxError, toMailboxError } from '../domain/errors.ts';
import type { Grace } from './grace.ts';

export interface Ask<T> {
  account: string;
  run(signal: AbortSignal): Promise<T>;
}

export type Told<T> = { account: string } & (
  | { value: T; error?: undefined }
  | { value?: undefined; error: MailboxError }
);

/**
 * Asks several accounts at once. When the first has answered the others have their grace; what is not there by then
 * is given up and told as a `timeout`, so that an account that is down does not hide the others. Never rejects.
 */
export async function askAll<T>(
  asks: readonly Ask<T>[],
  signal: AbortSignal,
  grace: Grace,
): Promise<Told<T>[]> {
  const waiting = new Map(asks.map(({ account }) => [account, new AbortController()]));
  const timers: NodeJS.Timeout[] = [];
  const hurry = () => {
    if (timers.length > 0) return;
    for (const [account, late] of waiting) {
      timers.push(setTimeout(() => late.abort(tooSlow()), grace.of(account)));
    }
  };
  const tell = async ({ account, run }: Ask<T>): Promise<Told<T>> => {
    const late = waiting.get(account)?.signal ?? signal;
    try {
      const limited = AbortSignal.any([signal, late]);
      const value = await unlessAborted(run(limited), limited);
      grace.heard(account);
      waiting.delete(account);
      hurry();
      return { account, value };
    } catch (error) {
      if (late.aborted) grace.missed(account);
      return { account, error: toMailboxError(error) };
    } finally {
      waiting.delete(account);
    }
  };
  try {
    return await Promise.all(asks.map(tell));
  } finally {
    for (const timer of timers) clearTimeout(timer);
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
