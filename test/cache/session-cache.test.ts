import { afterEach, expect, test } from 'vitest';
import { SessionCache, type SessionCacheOptions } from '../../src/cache/session-cache.ts';

const caches: SessionCache[] = [];
const cacheOf = (changes: Partial<SessionCacheOptions> = {}) => {
  const cache = new SessionCache({ maxEntries: 100, maxBytes: 1_000_000, ...changes });
  caches.push(cache);
  return cache;
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(() => {
  for (const cache of caches.splice(0)) cache.clear();
});

test('a value is found until its time is over, then purged in the background', async () => {
  const cache = cacheOf({ purgeMs: 20 });
  const region = cache.region<string>('search', 60);
  region.set('a', 'value', 10);
  expect(region.get('a')).toBe('value');
  await pause(120);
  expect(cache.status.entries).toBe(0);
  expect(region.get('a')).toBeUndefined();
  expect(cache.status).toMatchObject({ hits: 1, misses: 1 });
});

test('regions share the bounds but not the keys', () => {
  const cache = cacheOf({ maxEntries: 2 });
  const first = cache.region<number>('first', 1000);
  const second = cache.region<number>('second', 1000);
  first.set('k', 1, 1);
  second.set('k', 2, 1);
  expect([first.get('k'), second.get('k')]).toEqual([1, 2]);
  second.set('l', 3, 1);
  expect(cache.status.entries).toBe(2);
  expect(first.get('k')).toBeUndefined();
});

test('memory is bounded in bytes: the oldest goes, the too large is not kept', () => {
  const cache = cacheOf({ maxBytes: 10_000 });
  const region = cache.region<string>('message', 1000);
  for (const key of ['a', 'b', 'c']) region.set(key, key, 4000);
  expect(region.get('a')).toBeUndefined();
  expect(region.get('c')).toBe('c');
  region.set('huge', 'huge', 50_000);
  expect(region.get('huge')).toBeUndefined();
});

test('a time to live of zero turns a region off', () => {
  const region = cacheOf().region<number>('off', 0);
  region.set('k', 1, 1);
  expect(region.get('k')).toBeUndefined();
});

test('invalidation drops what matches and counts it', () => {
  const cache = cacheOf();
  const region = cache.region<number>('message', 1000);
  region.set('INBOX/a-1', 1, 1);
  region.set('Sent/a-1', 2, 1);
  cache.invalidate((key) => key.includes('|INBOX/'));
  expect(region.get('INBOX/a-1')).toBeUndefined();
  expect(region.get('Sent/a-1')).toBe(2);
  expect(cache.status.invalidations).toBe(1);
});
