import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { CallQueue } from '../../../src/content/worker/call-queue.ts';
import { JobPool } from '../../../src/content/worker/job-pool.ts';
import { JobThread } from '../../../src/content/worker/job-thread.ts';
import { type HostileJob, workerUrl } from '../fixtures/hostile-worker.ts';

const pools: JobPool<HostileJob, string>[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function openPool(maxThreads: number): JobPool<HostileJob, string> {
  const start = () =>
    JobThread.start<HostileJob, string>({ url: workerUrl, purpose: 'hostile', maxHeapMb: 48 });
  const pool = new JobPool({ start, maxThreads, patienceMs: 50, idleMs: 60_000 });
  pools.push(pool);
  return pool;
}

const call = () => new AbortController().signal;

test('a mail of another call is read between the heavy ones of one call', async () => {
  const pool = openPool(1);
  const order: string[] = [];
  const heavy = call();
  const hanging = ['one', 'two', 'three'].map((name) =>
    pool.run({ act: 'hang' }, { maxMs: 200 }, heavy).then(() => order.push(name)),
  );
  await sleep(20);
  await pool.run({ act: 'echo', word: 'x' }, { maxMs: 10_000 }, call()).then(() => order.push('innocent'));
  await Promise.all(hanging);
  expect(order).toEqual(['one', 'innocent', 'two', 'three']);
});

test('what hangs in one call gets less and less time, and at last none', async () => {
  const pool = openPool(1);
  await pool.run({ act: 'echo', word: 'warm' }, { maxMs: 10_000 });
  const limits = { maxMs: 300, callMs: 300 };
  const signal = call();
  const first = Array.from({ length: 3 }, () => pool.run({ act: 'hang' }, limits, signal));
  for (const outcome of await Promise.all(first)) expect(outcome).toMatchObject({ stopped: 'late' });
  const before = performance.now();
  expect(await pool.run({ act: 'hang' }, limits, signal)).toMatchObject({ stopped: 'late', at: -1 });
  expect(performance.now() - before).toBeLessThan(100);
  expect(await pool.run({ act: 'echo', word: 'other' }, limits, call())).toEqual({ answer: 'other' });
});

test('a call that has had much keeps one thread busy, the other is for the next call', () => {
  const queue = new CallQueue();
  const [heavy, other] = [{ signal: call() }, { signal: call() }];
  for (let count = 0; count < 3; count += 1) queue.push(heavy);
  expect([queue.take(0), queue.take(50)]).toEqual([heavy, heavy]);
  queue.done(heavy, 2500, true);
  expect(queue.take(0)).toBeUndefined();
  queue.push(other);
  expect(queue.take(0)).toBe(other);
  queue.done(heavy, 2500, true);
  expect(queue.take(0)).toBe(heavy);
  expect(queue.isEmpty).toBe(true);
});

test('so does a call that is long at one mail', () => {
  const queue = new CallQueue();
  const [heavy, other] = [{ signal: call() }, { signal: call() }];
  for (let count = 0; count < 3; count += 1) queue.push(heavy);
  expect(queue.take(0)).toBe(heavy);
  expect(queue.take(500)).toBeUndefined();
  queue.push(other);
  expect(queue.take(500)).toBe(other);
});

test('what is left of the time of a call is what a job may take, and never too little for a small mail', () => {
  const queue = new CallQueue();
  const item = { signal: call() };
  const spend = (ms: number, stopped: boolean) => {
    queue.push(item);
    queue.take(0);
    queue.done(item, ms, stopped);
    return queue.allowance(item, 2500, 5000);
  };
  expect([spend(2000, false), spend(2000, true), spend(2000, true)]).toEqual([2500, 1000, 250]);
  expect(spend(250, true)).toBe(0);
});
