import { AsyncLocalStorage } from 'node:async_hooks';

const begun = new AsyncLocalStorage<true>();

/**
 * Runs what ends a change that has begun: the look at what became of it, the copy of what was sent, the way back. Left
 * undone in the middle it would harm more than a few requests too many, so the rate limit never refuses it.
 */
export async function finishing<T>(work: () => Promise<T>): Promise<T> {
  return await begun.run(true, work);
}

export function isFinishing(): boolean {
  return begun.getStore() === true;
}
