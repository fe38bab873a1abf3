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

/** A question that goes on unheard must end, too. */
const goOnMs = 30_000;

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
  const started = performance.now();
  const waited = () => performance.now() - started;
  const hurry = () => {
    if (timers.length > 0) return;
    for (const [ask, late] of waiting) {
      const ms = grace.of(ask.account);
      const giveUp = () => {
        if (waiting.has(ask)) grace.missed(ask.account, ms);
        late.abort(tooSlow());
      };
      timers.push(setTimeout(giveUp, ms));
    }
  };
  const tell = async (ask: Ask<T>, late: AbortSignal): Promise<Told<T>> => {
    const outcome = await settled(() => answerOf(ask, { signal, late }, grace));
    waiting.delete(ask);
    if (outcome.error === undefined) hurry();
    else if (isSilence(outcome.error) && !signal.aborted && !late.aborted) {
      grace.missed(ask.account, waited());
    }
    return { account: ask.account, ...outcome };
  };
  try {
    return await Promise.all([...waiting].map(([ask, { signal: late }]) => tell(ask, late)));
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

/** @throws MailboxError and the signals' reasons; a question that was too late may go on to show when it is answered */
async function answerOf<T>(
  { account, run }: Ask<T>,
  { signal, late }: { signal: AbortSignal; late: AbortSignal },
  grace: Grace,
): Promise<T> {
  const limited = AbortSignal.any([signal, late]);
  limited.throwIfAborted();
  const ending = new AbortController();
  const answer = run(ending.signal);
  try {
    return await abortable(answer, { signal: limited });
  } finally {
    const end = () => ending.abort(limited.reason);
    const goesOn = !signal.aborted && late.aborted && grace.letGoOn(account, answer);
    if (goesOn) setTimeout(end, goOnMs).unref();
    else if (limited.aborted) end();
  }
}

/** It did not answer, where a refusal would have been an answer. */
function isSilence({ code }: MailboxError): boolean {
  return code === 'timeout' || code === 'unavailable';
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
