import { afterEach, expect, test } from 'vitest';
import { Pool } from '../../src/connections/pool.ts';
import type { Connection } from '../../src/connections/slots.ts';
import { type ErrorCode, MailboxError } from '../../src/domain/errors.ts';
import { createLog } from '../../src/log.ts';

class Line implements Connection {
  usable = true;
  checks = 0;
  async check() {
    this.checks++;
    if (!this.usable) throw new Error('dead');
  }
  async logout() {
    this.usable = false;
  }
}

const pools: Pool<Line>[] = [];
let now = 0;
let network = 'home';
const lines: Line[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  lines.length = 0;
});

function poolOfTwo(): Pool<Line> {
  [now, network] = [0, 'home'];
  const pool = new Pool<Line>({
    settings: { max: 2, min: 0, timeoutMs: 300, idleTimeoutMs: 60_000, healthCheckMs: 10_000 },
    connect: async () => {
      const line = new Line();
      lines.push(line);
      return line;
    },
    password: async () => 'pw',
    log: createLog({ level: 'error', write: () => undefined }),
    now: () => now,
    network: () => network,
  });
  pools.push(pool);
  return pool;
}

const signal = AbortSignal.timeout(60_000);
const checks = () => lines.map((line) => line.checks);
const reading = (pool: Pool<Line>, more = {}) => pool.use(async (line) => line, { signal, ...more });
/** Two lines open. */
const both = async (pool: Pool<Line>) => void (await Promise.all([reading(pool), reading(pool)]));
/** Work that breaks its line with that error the first time. */
function breaking(code: ErrorCode) {
  let runs = 0;
  return async (line: Line, reused: boolean) => {
    if (runs++ > 0) return reused;
    line.usable = false;
    throw new MailboxError(code, 'gone');
  };
}

test('in another network every line is checked once before it is used, and by age alone otherwise', async () => {
  const pool = poolOfTwo();
  await both(pool);
  await both(pool);
  expect(checks()).toEqual([0, 0]);
  network = 'train';
  await both(pool);
  await both(pool);
  expect(checks()).toEqual([1, 1]);
});

test('what was opened in the new network is not in doubt', async () => {
  const pool = poolOfTwo();
  network = 'train';
  await reading(pool);
  await reading(pool);
  expect(checks()).toEqual([0]);
});

test('when one line turns out dead the others are checked, too', async () => {
  const pool = poolOfTwo();
  await both(pool);
  expect(await pool.use(breaking('unavailable'), { signal, rerun: () => true })).toBe(false);
  await both(pool);
  expect([...checks()].sort()).toEqual([0, 0, 1]);
});

test('work is told whether its line was open before', async () => {
  const pool = poolOfTwo();
  const isReused = () => pool.use(async (_line, reused) => reused, { signal });
  expect([await isReused(), await isReused()]).toEqual([false, true]);
  for (const line of lines) line.usable = false;
  expect(await isReused()).toBe(false);
});

test('a new line whose login counts no more is replaced once; one that breaks otherwise is not', async () => {
  const pool = poolOfTwo();
  expect(await pool.use(breaking('auth_failed'), { signal, rerun: () => true })).toBe(false);
  await pool.use(async (line) => line.logout(), { signal });
  const broken = pool.use(breaking('unavailable'), { signal, rerun: () => true });
  await expect(broken).rejects.toMatchObject({ code: 'unavailable' });
});
