import { type ErrorCode, type MailboxError, toMailboxError } from '../../domain/errors.ts';
import type { Failed } from '../../domain/filing.ts';
import { type Batch, idOf } from './batch.ts';

/** What became of mails: what was done, and what was not with the reason. */
export interface Outcome<T> {
  done: T[];
  failed: Failed;
}

/** After these the next folder would only wait as long. */
const hopeless: ReadonlySet<ErrorCode> = new Set(['timeout', 'auth_failed']);

/**
 * Works folder after folder. A folder that cannot be worked on fails its own mails only.
 * @throws MailboxError the first error when every folder failed as a whole, for then nothing was looked at.
 */
export async function folderByFolder<T>(
  batches: readonly Batch[],
  signal: AbortSignal,
  work: (batch: Batch) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const all: Outcome<T> = { done: [], failed: [] };
  let first: MailboxError | undefined;
  let worked = false;
  let ended: MailboxError | undefined;
  for (const batch of batches) {
    try {
      if (ended) throw ended;
      const { done, failed } = await work(batch);
      worked = true;
      all.done.push(...done);
      all.failed.push(...failed);
    } catch (error) {
      const failure = toMailboxError(error);
      first ??= failure;
      if (signal.aborted || hopeless.has(failure.code)) ended = failure;
      all.failed.push(...allFailed(batch, failure.code));
    }
  }
  if (!worked && first) throw first;
  return all;
}

export function allFailed(batch: Batch, code: ErrorCode): Failed {
  return [...batch.ids.values()].map((id) => ({ id, code }));
}

export function failedOf(batch: Batch, uids: Iterable<number>, code: ErrorCode): Failed {
  return [...uids].map((uid) => ({ id: idOf(batch, uid), code }));
}

/** Lists that would be empty are left out. */
export function unlessEmpty<K extends string, V>(key: K, list: V[]): { [P in K]?: V[] } {
  return (list.length > 0 ? { [key]: list } : {}) as { [P in K]?: V[] };
}
