import * as z from 'zod';
import { MailboxError, toMailboxError } from './errors.ts';
import { formatInstant } from './time.ts';

/** Marks an answer from memory: the server could not be reached, and when it last could, this was true. */
export const stale = z.object({ since: z.string() });
export type Stale = z.infer<typeof stale>;

/** How long the server is waited for when there is something to give instead. */
const patienceMs = 10_000;

export interface AskOrRecall<T> {
  signal: AbortSignal;
  /** Calls `answered` when the server has shown that it is there; from then on only the call's own time counts. */
  ask(signal: AbortSignal, answered: () => void): Promise<T>;
  /** What is remembered; undefined when that may not be given. */
  recall(): T | undefined;
  /** Default ten seconds. */
  patienceMs?: number;
}

/**
 * What the server says; what is remembered when it cannot be reached: it is `unavailable` or does not answer in time.
 * @throws whatever `ask` throws otherwise, or with nothing to recall.
 */
export async function askOrRecall<T>(options: AskOrRecall<T>): Promise<T> {
  const { signal, ask, recall } = options;
  if (recall() === undefined) return await ask(signal, () => undefined);
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(silent()), options.patienceMs ?? patienceMs);
  try {
    return await ask(AbortSignal.any([signal, waiting.signal]), () => clearTimeout(timer));
  } catch (error) {
    const recalled = signal.aborted || !isUnreachable(error) ? undefined : recall();
    if (recalled === undefined) throw error;
    return recalled;
  } finally {
    clearTimeout(timer);
  }
}

/** The server is away or silent. A refusal is an answer, and a certificate that does not fit is no accident. */
export function isUnreachable(error: unknown): boolean {
  const { code, retryable } = toMailboxError(error);
  return retryable && (code === 'unavailable' || code === 'timeout');
}

/** The field as answers have it. @param since epoch ms; undefined of an answer that is fresh */
export function staleField(since: number | undefined, zone: string): { stale?: Stale } {
  return since === undefined ? {} : { stale: { since: formatInstant(new Date(since), zone) } };
}

function silent(): MailboxError {
  return new MailboxError('timeout', 'The server did not answer in time.');
}
