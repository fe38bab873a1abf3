import * as z from 'zod';
import type { CallContext } from './mail-port.ts';

export const poolStatus = z.object({
  size: z.number().int(),
  idle: z.number().int(),
  busy: z.number().int(),
  waiting: z.number().int(),
  created: z.number().int(),
  failed: z.number().int(),
  reconnects: z.number().int(),
});
export type PoolStatus = z.infer<typeof poolStatus>;

/** How many requests may go out at once, how many of them still may, and how long none does because the server wants a pause. */
export const rateLimitStatus = z.object({
  limit: z.number().int().optional(),
  remaining: z.number().int().optional(),
  waitMs: z.number().int().optional(),
});
export type RateLimitStatus = z.infer<typeof rateLimitStatus>;

export const cacheStatus = z.object({
  entries: z.number().int(),
  hits: z.number().int(),
  misses: z.number().int(),
  invalidations: z.number().int(),
});
export type CacheStatus = z.infer<typeof cacheStatus>;

const mode = {
  mode: z.enum(['read-write', 'read-only']),
  /** Why it is read-only. */
  reason: z.string().optional(),
};
export type ProtocolMode = { mode: 'read-write' | 'read-only'; reason?: string };

export const protocolStatus = z.object({
  protocol: z.enum(['imap', 'smtp', 'caldav']),
  reachable: z.boolean(),
  ...mode,
  latencyMs: z.number().optional(),
  capabilities: z.array(z.string()).optional(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).optional(),
  pool: poolStatus,
  rateLimit: rateLimitStatus.optional(),
});
export type ProtocolStatus = z.infer<typeof protocolStatus>;

export const serverStatus = z.object({
  version: z.string(),
  uptimeSeconds: z.number().int(),
  accounts: z.array(
    z.object({
      account: z.string().optional(),
      ...mode,
      protocols: z.array(protocolStatus),
      cache: cacheStatus,
      rateLimit: z.object({ waitMs: z.number().int() }).optional(),
    }),
  ),
});
export type ServerStatus = z.infer<typeof serverStatus>;

/** Asks every configured protocol of every account once. A protocol that fails is reported, never thrown. */
export interface StatusPort {
  status(context: CallContext): Promise<ServerStatus>;
}
