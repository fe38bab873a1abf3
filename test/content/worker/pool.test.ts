import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { JobPool } from '../../../src/content/worker/job-pool.ts';
import { type JobOutcome, JobThread } from '../../../src/content/worker/job-thread.ts';
import { type HostileJob, workerUrl } from '../fixtures/hostile-worker.ts';

const pools: JobPool<HostileJob, string>[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

/** The pool and how many threads it has started. */
function openPool({ patienceMs = 60_000, idleMs = 60_000, maxThreads = 2 } = {}) {
  const started: JobThread<HostileJob, string>[] = [];
  const start = async () => {
    const options = { url: workerUrl, purpose: 'hostile', maxHeapMb: 48 };
    const thread = await JobThread.start<HostileJob, string>(options);
    started.push(thread);
    return thread;
  };
  const pool = new JobPool({ start, maxThreads, patienceMs, idleMs });
  pools.push(pool);
  return { pool, started };
}

const patient = { maxMs: 10_000 };
const echo = (word: string): HostileJob => ({ act: 'echo', word });
const reason = (outcome: JobOutcome<string>) => ('stopped' in outcome ? outcome.stopped : outcome.answer);

test('jobs are answered in their order by one thread, which is started with the first', async () => {
  const { pool, started } = openPool();
  expect(started).toHaveLength(0);
  const words = ['a', 'b', 'c', 'd'];
  const outcomes = await Promise.all(words.map((word) => pool.run(echo(word), patient)));
  expect(outcomes).toEqual(words.map((answer) => ({ answer })));
  expect(started).toHaveLength(1);
});

test('a job that hangs is stopped in time; the next is answered by a new thread', async () => {
  const { pool, started } = openPool();
  await pool.run(echo('warm'), patient);
  const before = performance.now();
  const [hung, next] = await Promise.all([
    pool.run({ act: 'hang' }, { maxMs: 300 }),
    pool.run(echo('next'), patient),
  ]);
  expect(hung).toEqual({ stopped: 'late', at: 0, pieces: [] });
  expect(next).toEqual({ answer: 'next' });
  expect(performance.now() - before).toBeGreaterThan(290);
  expect(started.map(({ ended }) => ended)).toEqual([true, false]);
});

test('a thread out of memory is tried once more, then given up; the process lives', async () => {
  const { pool, started } = openPool();
  expect(reason(await pool.run({ act: 'fill', what: 'heap' }, { maxMs: 60_000 }))).toBe('died');
  expect(started).toHaveLength(2);
  expect(reason(await pool.run(echo('alive'), patient))).toBe('alive');
});

test('memory outside of the heap has its bound, too', async () => {
  const { pool } = openPool();
  const limits = { maxMs: 20_000, maxGrowth: 100_000_000 };
  expect(reason(await pool.run({ act: 'fill', what: 'buffers' }, limits))).toBe('grown');
  expect(reason(await pool.run(echo('alive'), patient))).toBe('alive');
});

test('an error nobody caught in the thread ends it and nothing else', async () => {
  const { pool } = openPool();
  expect(reason(await pool.run({ act: 'explode' }, { maxMs: 5_000 }))).toBe('died');
  expect(reason(await pool.run(echo('alive'), patient))).toBe('alive');
});

test('a thread that died between two jobs costs the next one nothing', async () => {
  const { pool, started } = openPool();
  await pool.run(echo('first'), patient);
  await started[0]?.close();
  expect(await pool.run(echo('second'), patient)).toEqual({ answer: 'second' });
});

test('each sign of progress gives time anew, and what was handed over survives the thread', async () => {
  const { pool } = openPool();
  const slow = await pool.run({ act: 'pages', count: 4, each: 250 }, { maxMs: 600 });
  expect(slow).toEqual({ answer: 'done' });
  const hung = await pool.run({ act: 'pages', count: 2, each: 1, after: 'hang' }, { maxMs: 300 });
  expect(hung).toEqual({ stopped: 'late', at: 2, pieces: ['page 1', 'page 2'] });
});

test('when one job holds up the others a second thread helps, and no third', async () => {
  const { pool, started } = openPool({ patienceMs: 50 });
  await pool.run(echo('warm'), patient);
  const order: string[] = [];
  const run = (name: string, job: HostileJob) => pool.run(job, patient).then(() => order.push(name));
  const long: HostileJob = { act: 'sleep', ms: 5_000 };
  await Promise.all([run('long', long), run('second', echo('')), run('third', echo(''))]);
  expect(order).toEqual(['second', 'third', 'long']);
  await Promise.all([run('a', long), run('b', long), run('c', echo(''))]);
  expect(order.at(-1)).not.toBe('a');
  expect(started).toHaveLength(2);
});

test('who gives up waits no longer, and a job that has not begun is never done', async () => {
  const { pool } = openPool();
  await pool.run(echo('warm'), patient);
  const running = pool.run({ act: 'sleep', ms: 400 }, patient);
  const giveUp = new AbortController();
  const waiting = pool.run({ act: 'hang' }, { maxMs: 60_000 }, giveUp.signal);
  giveUp.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  expect(reason(await running)).toBe('done');
  // Had the hanging job begun, this would wait for it.
  expect(reason(await pool.run(echo('next'), patient))).toBe('next');
  await expect(pool.run(echo('never'), patient, giveUp.signal)).rejects.toThrow('enough');
});

test('without work the threads end, and work that comes later gets a new one', async () => {
  const { pool, started } = openPool({ idleMs: 50 });
  await pool.run(echo('a'), patient);
  await sleep(500);
  expect(started.map(({ ended }) => ended)).toEqual([true]);
  expect(reason(await pool.run(echo('b'), patient))).toBe('b');
});

test('a second thread ends when it is not needed any more, though the first goes on', async () => {
  const { pool, started } = openPool({ patienceMs: 10, idleMs: 300 });
  await pool.run(echo('warm'), patient);
  await Promise.all([
    pool.run({ act: 'sleep', ms: 400 }, patient),
    pool.run({ act: 'sleep', ms: 400 }, patient),
  ]);
  expect(started).toHaveLength(2);
  for (let at = 0; at < 8; at++) {
    await pool.run(echo('steady'), patient);
    await sleep(100);
  }
  expect(started.map(({ ended }) => ended).sort()).toEqual([false, true]);
});

test('closed, it ends what runs, starts nothing and still answers', async () => {
  const { pool, started } = openPool();
  await pool.run(echo('warm'), patient);
  const running = pool.run({ act: 'hang' }, patient);
  const waiting = pool.run(echo('late'), patient);
  await pool.close();
  expect([await running, await waiting].map(reason)).toEqual(['died', 'died']);
  expect(started.map(({ ended }) => ended)).toEqual([true]);
});
