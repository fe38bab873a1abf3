import { afterEach, expect, test } from 'vitest';
import { Pool, type PoolSettings } from '../../src/connections/pool.ts';
import type { Connection } from '../../src/connections/slots.ts';
import { MailboxError } from '../../src/domain/errors.ts';
import { createLog } from '../../src/log.ts';

class Line implements Connection {
  usable = true;
  checks = 0;
  ended = 0;
  topic: string | undefined;
  async check() {
    this.checks++;
    if (!this.usable) throw new Error('dead');
  }
  async logout() {
    this.ended++;
    this.usable = false;
  }
}

const log = createLog({ level: 'error', write: () => undefined });
const pools: Pool<Line>[] = [];
const signal = () => AbortSignal.timeout(5000);
const settings: PoolSettings = {
  max: 2,
  min: 0,
  timeoutMs: 300,
  idleTimeoutMs: 60_000,
  healthCheckMs: 60_000,
};

function poolOf(
  connect: () => Promise<Line>,
  changes: Partial<PoolSettings> = {},
  now?: () => number,
): Pool<Line> {
  const pool = new Pool<Line>({
    settings: { ...settings, ...changes },
    connect,
    password: async () => 'pw',
    log,
    backoff: { attempts: 3, baseMs: 1, maxMs: 2, random: () => 0 },
    ...(now ? { now } : {}),
  });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

const unavailable = () => new MailboxError('unavailable', 'down');
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('never more connections than max, and every call gets its turn', async () => {
  let open = 0;
  let most = 0;
  const pool = poolOf(async () => new Line(), { timeoutMs: 5000 });
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, call) =>
      pool.use(
        async () => {
          most = Math.max(most, ++open);
          await pause(2);
          open--;
          return call;
        },
        { signal: signal() },
      ),
    ),
  );
  expect(answers).toHaveLength(50);
  expect(most).toBe(2);
  expect(pool.status).toMatchObject({ size: 2, created: 2, failed: 0 });
});

test('a connection error reaches the caller at once, after bounded attempts', async () => {
  let attempts = 0;
  const pool = poolOf(async () => {
    attempts++;
    throw unavailable();
  });
  await expect(pool.use(async () => 1, { signal: signal() })).rejects.toMatchObject({ code: 'unavailable' });
  expect(attempts).toBe(3);
});

test('calls that waited while a login failed share its failure', async () => {
  let attempts = 0;
  const pool = poolOf(
    async () => {
      attempts++;
      await pause(10);
      throw unavailable();
    },
    { timeoutMs: 5000 },
  );
  const calls = Array.from({ length: 10 }, () => pool.use(async () => 1, { signal: signal() }));
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  expect(attempts).toBeLessThanOrEqual(6);
});

test('a refused password is tried once, whoever asks and however often', async () => {
  let attempts = 0;
  const pool = poolOf(async () => {
    attempts++;
    throw new MailboxError('auth_failed', 'no');
  });
  const outcomes = await Promise.allSettled(
    [1, 2, 3, 4].map(() => pool.use(async () => 1, { signal: signal() })),
  );
  const again = pool.use(async () => 1, { signal: signal() });
  await expect(again).rejects.toMatchObject({ code: 'auth_failed' });
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  expect(attempts).toBe(1);
});

test("a server's connection limit makes the pool smaller and is no wrong password", async () => {
  let logins = 0;
  const pool = poolOf(
    async () => {
      if (++logins > 1) throw new MailboxError('rate_limited', 'too many');
      return new Line();
    },
    { timeoutMs: 5000 },
  );
  const slow = (answer: number) =>
    pool.use(
      async () => {
        await pause(30);
        return answer;
      },
      { signal: signal() },
    );
  expect(await Promise.all([slow(1), slow(2), slow(3)])).toEqual([1, 2, 3]);
  expect(pool.status.size).toBe(1);
  expect(logins).toBe(2);
});

test('a read runs again on a new connection when a used one breaks under it; a write does not', async () => {
  const pool = poolOf(async () => new Line());
  await pool.use(async () => 1, { signal: signal() });
  const breakOnce = (rerun: boolean) => {
    let runs = 0;
    return pool.use(
      async (line) => {
        if (++runs > 1) return runs;
        line.usable = false;
        throw unavailable();
      },
      { signal: signal(), rerun: () => rerun },
    );
  };
  expect(await breakOnce(true)).toBe(2);
  await expect(breakOnce(false)).rejects.toMatchObject({ code: 'unavailable' });
  expect(pool.status).toMatchObject({ created: 2 });
  expect(await pool.use(async () => 'next call works', { signal: signal() })).toBe('next call works');
});

test('a connection that broke is ended, so that its socket does not stay open', async () => {
  const lines: Line[] = [];
  const pool = poolOf(async () => {
    const line = new Line();
    lines.push(line);
    return line;
  });
  const broken = pool.use(
    async (line) => {
      line.usable = false;
      throw unavailable();
    },
    { signal: signal() },
  );
  await expect(broken).rejects.toMatchObject({ code: 'unavailable' });
  expect(lines.map(({ ended }) => ended)).toEqual([1]);
});

test('a call gets the connection it prefers, or a new one rather than that of another', async () => {
  const pool = poolOf(async () => new Line());
  const on = (topic: string) =>
    pool.use(
      async (line) => {
        const found = line.topic;
        line.topic = topic;
        return found;
      },
      { signal: signal(), prefer: (line) => (line.topic === undefined ? 1 : line.topic === topic ? 2 : 0) },
    );
  const found: (string | undefined)[] = [];
  for (const topic of ['a', 'b', 'a', 'b', 'b', 'a', 'a', 'b']) found.push(await on(topic));
  expect(found).toEqual([undefined, undefined, 'a', 'b', 'b', 'a', 'a', 'b']);
});

test('waiting for a connection ends with timeout, or at once when the call is cancelled', async () => {
  const pool = poolOf(async () => new Line(), { max: 1 });
  const holding = pool.use(() => pause(600), { signal: signal() });
  await expect(pool.use(async () => 1, { signal: signal() })).rejects.toMatchObject({ code: 'timeout' });
  const cancelled = new AbortController();
  const waiting = pool.use(async () => 1, { signal: cancelled.signal });
  cancelled.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
  await holding;
  expect(await pool.use(async () => 'free again', { signal: signal() })).toBe('free again');
});

test('a connection silent for long is checked before use and replaced when dead', async () => {
  let time = 0;
  const lines: Line[] = [];
  const pool = poolOf(
    async () => {
      const line = new Line();
      lines.push(line);
      return line;
    },
    { healthCheckMs: 1000 },
    () => time,
  );
  await pool.use(async () => 1, { signal: signal() });
  time = 5000;
  await pool.use(async () => 1, { signal: signal() });
  expect(lines[0]?.checks).toBe(1);
  if (lines[0])
    lines[0].check = async () => {
      if (lines[0]) lines[0].usable = false;
      throw new Error('dead');
    };
  time = 10_000;
  await pool.use(async () => 1, { signal: signal() });
  expect(lines).toHaveLength(2);
  expect(pool.status.reconnects).toBe(1);
});

test('idle connections are closed in the background, down to min', async () => {
  const lines: Line[] = [];
  const connect = async () => {
    const line = new Line();
    lines.push(line);
    return line;
  };
  const pool = poolOf(connect, { idleTimeoutMs: 20, healthCheckMs: 10_000, min: 1 });
  await Promise.all([1, 2].map(() => pool.use(() => pause(5), { signal: signal() })));
  expect(pool.status.size).toBe(2);
  await pause(150);
  expect(pool.status.size).toBe(1);
  expect(lines.filter(({ ended }) => ended > 0)).toHaveLength(1);
});

test('closing logs out every connection and ends soon even while a call hangs', async () => {
  const line = new Line();
  const pool = poolOf(async () => line);
  const hanging = pool.use(() => pause(60_000), { signal: signal() });
  hanging.catch(() => undefined);
  await pause(10);
  const started = Date.now();
  await pool.close();
  expect(Date.now() - started).toBeLessThan(1500);
  expect(line.ended).toBe(1);
});
