import { LRUCache } from 'lru-cache';
import type { CacheRegion } from '../domain/cache-port.ts';
import type { CacheStatus } from '../domain/status.ts';

export interface SessionCacheOptions {
  maxEntries: number;
  maxBytes: number;
  /** How often expired entries are dropped. */
  purgeMs?: number;
  /** For ages, in milliseconds. Default: one that stands still while the machine sleeps. */
  now?: () => number;
}

const entryOverheadBytes = 200;

/**
 * What a session remembers, in memory only: least recently used goes first, everything expires, and the whole is
 * bounded in entries and bytes. Regions share the bounds, each with its own time to live.
 */
export class SessionCache {
  private readonly entries: LRUCache<string, { value: unknown }>;
  private readonly purge: NodeJS.Timeout;
  private readonly counters = { hits: 0, misses: 0, invalidations: 0 };

  constructor({ maxEntries, maxBytes, purgeMs = 60_000, now }: SessionCacheOptions) {
    this.entries = new LRUCache({ max: maxEntries, maxSize: maxBytes, ...(now && { perf: { now } }) });
    this.purge = setInterval(() => this.entries.purgeStale(), purgeMs);
    this.purge.unref();
  }

  /** A named part of the cache. Keys are `region|key`; with a key per folder, `invalidate` finds them. */
  region<V>(name: string, ttlMs: number): CacheRegion<V> {
    return {
      get: (key) => {
        const entry = this.entries.get(`${name}|${key}`);
        this.counters[entry ? 'hits' : 'misses']++;
        return entry?.value as V | undefined;
      },
      set: (key, value, bytes) => {
        if (ttlMs > 0)
          this.entries.set(
            `${name}|${key}`,
            { value },
            { ttl: ttlMs, size: Math.ceil(bytes) + entryOverheadBytes },
          );
      },
    };
  }

  /** Drops every entry whose `region|key` matches; writes call this for the account and folder they touched. */
  invalidate(matches: (key: string) => boolean): void {
    for (const key of [...this.entries.keys()]) {
      if (matches(key) && this.entries.delete(key)) this.counters.invalidations++;
    }
  }

  get status(): CacheStatus {
    return { entries: this.entries.size, ...this.counters };
  }

  clear(): void {
    clearInterval(this.purge);
    this.entries.clear();
  }
}
