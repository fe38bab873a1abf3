import { abortable } from '../domain/abortable.ts';
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
  const waiting = new Map(asks.map((ask) => [ask, new AbortController()]));
  const timers: NodeJS.Timeout[] = [];
  const hurry = () => {
    if (timers.length > 0) return;
    for (const [{ account }, late] of waiting) {
      timers.push(setTimeout(() => late.abort(tooSlow()), grace.of(account)));
    }
  };
  const tell = async (ask: Ask<T>, late: AbortSignal): Promise<Told<T>> => {
    const { account, run } = ask;
    const limited = AbortSignal.any([signal, late]);
    const outcome = await settled(async () => {
      limited.throwIfAborted();
      return await abortable(run(limited), { signal: limited });
    });
    waiting.delete(ask);
    if (late.aborted) grace.missed(account);
    if (outcome.error === undefined) {
      grace.heard(account);
      hurry();
    }
    return { account, ...outcome };
  };
  try {
    return await Promise.all([...waiting].map(([ask, { signal: late }]) => tell(ask, late)));
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

async function settled<T>(
  work: () => Promise<T>,
): Promise<{ value: T; error?: undefined } | { value?: undefined; error: MailboxError }> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error: toMailboxError(error) };
  }
}

function tooSlow(): MailboxError {
  return new MailboxError('timeout', 'The account did not answer in time.');
}
