import { MailboxError } from '../domain/errors.ts';

/** Runs `work` with a signal that aborts after `ms`, with `timeout`: what is not known by then is to be named. */
export async function inTime<T>(ms: number, work: (until: AbortSignal) => Promise<T>): Promise<T> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(late()), ms);
  try {
    return await work(waiting.signal);
  } finally {
    clearTimeout(timer);
  }
}

function late(): MailboxError {
  return new MailboxError('timeout', 'The calendar server did not give all of it in time.');
}
