import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Rate, RateLimit } from '../../src/connections/rate-limit.ts';
import type { MailboxError } from '../../src/domain/errors.ts';

/** One a second. */
const rate: Rate = { server: 'mail server', perMinute: 60, restMs: 2000 };
const burst = 600;
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const limiter = (perMinute = rate.perMinute) => new RateLimit(rate, { perMinute, now: () => Date.now() });

async function spent(perMinute?: number): Promise<RateLimit> {
  const limit = limiter(perMinute);
  for (let taken = 0; taken < (perMinute ?? 60) * 10; taken++) await limit.take(never);
  return limit;
}

/** What became of a take, and when. */
interface Taken {
  told?: string;
  hint?: string | undefined;
  at?: number;
}

function take(
  limit: RateLimit,
  { signal = never, patienceMs }: { signal?: AbortSignal; patienceMs?: number } = {},
) {
  const taken: Taken = {};
  const end = (told: string, hint?: string) => Object.assign(taken, { told, hint, at: Date.now() });
  limit.take(signal, patienceMs).then(
    () => end('out'),
    (error: MailboxError) => end(error.code ?? String(error), error.hint),
  );
  return taken;
}

test('a burst goes out at once; what comes after waits a moment, or is refused at once with the wait', async () => {
  const limit = await spent();
  const begun = Date.now();
  const [first, second, third] = [take(limit), take(limit), take(limit)];
  await vi.advanceTimersByTimeAsync(0);
  expect(third).toEqual({
    told: 'rate_limited',
    at: begun,
    hint: 'Try again in 3 seconds. MAILBOX_RATE_LIMIT sets the limit.',
  });
  await vi.advanceTimersByTimeAsync(5000);
  expect([first, second].map(({ told, at = 0 }) => [told, at - begun])).toEqual([
    ['out', 1000],
    ['out', 2000],
  ]);
});

const calls = fc.array(
  fc.record({
    afterMs: fc.nat(1500),
    /** Gives up so long after it asked. */
    abortMs: fc.option(fc.nat(6000), { nil: undefined, freq: 2 }),
  }),
  { minLength: 1, maxLength: 25 },
);

test('first come, first served; who gives up leaves the place to the next', async () => {
  const property = fc.asyncProperty(calls, fc.integer({ min: 1, max: 4 }), async (asked, perMinute) => {
    const pace = perMinute * 15;
    const limit = await spent(pace);
    const begun = Date.now();
    const takes: Taken[] = [];
    let dueAt = begun;
    const expected: (string | number)[] = [];
    for (const { afterMs, abortMs } of asked) {
      await vi.advanceTimersByTimeAsync(afterMs);
      const controller = new AbortController();
      if (abortMs !== undefined) setTimeout(() => controller.abort('gave up'), abortMs);
      takes.push(take(limit, { signal: controller.signal, patienceMs: Number.POSITIVE_INFINITY }));
    }
    await vi.advanceTimersByTimeAsync(600_000);
    // One after the other: each goes out when the next token comes, unless it had given up by then.
    let askedAt = begun;
    let level = 0;
    let filledAt = begun;
    for (const { afterMs, abortMs = Number.POSITIVE_INFINITY } of asked) {
      askedAt += afterMs;
      const turn = Math.max(askedAt, dueAt);
      const there = level + ((turn - filledAt) * pace) / 60_000;
      const goesAt = there >= 1 ? turn : turn + ((1 - there) * 60_000) / pace;
      // Timers know whole milliseconds: who gives up in that of its turn may have either.
      fc.pre(Math.abs(askedAt + abortMs - goesAt) > 1);
      if (askedAt + abortMs < goesAt) {
        expected.push('gave up');
        continue;
      }
      level = there + ((goesAt - turn) * pace) / 60_000 - 1;
      filledAt = dueAt = goesAt;
      expected.push(goesAt - begun);
    }
    for (const [index, { told, at = 0 }] of takes.entries()) {
      const due = expected[index];
      if (typeof due === 'string') expect(told).toBe(due);
      else expect([told, Math.abs(at - begun - (due ?? 0)) <= 2]).toEqual(['out', true]);
    }
  });
  await fc.assert(property, { numRuns: 60 });
});

test('nobody waits for longer than its patience, and who is refused has not waited at all', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.record({ afterMs: fc.nat(400), patienceMs: fc.nat(4000) }), { minLength: 5, maxLength: 40 }),
    async (asked) => {
      const limit = await spent();
      const takes: { begun: number; patienceMs: number; taken: Taken }[] = [];
      for (const { afterMs, patienceMs } of asked) {
        await vi.advanceTimersByTimeAsync(afterMs);
        takes.push({ begun: Date.now(), patienceMs, taken: take(limit, { patienceMs }) });
      }
      await vi.advanceTimersByTimeAsync(60_000);
      for (const { begun, patienceMs, taken } of takes) {
        const waited = (taken.at ?? 0) - begun;
        if (taken.told === 'out') expect(waited).toBeLessThanOrEqual(patienceMs + 1);
        else expect([taken.told, waited]).toEqual(['rate_limited', 0]);
      }
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

test('a pause holds for everybody; waiters for whom it is too long are told at once', async () => {
  const limit = await spent();
  const begun = Date.now();
  const patient = take(limit, { patienceMs: 60_000 });
  const waiting = take(limit);
  limit.rest(30_000);
  await vi.advanceTimersByTimeAsync(0);
  expect(waiting).toEqual({ told: 'rate_limited', at: begun, hint: 'Try again in 30 seconds.' });
  await expect(limit.take(never)).rejects.toMatchObject({
    ...{ code: 'rate_limited', retryable: true, hint: 'Try again in 30 seconds.' },
    message: 'The mail server wants to be left alone for a while.',
  });
  await expect(limit.rested(never)).rejects.toMatchObject({ code: 'rate_limited' });
  expect(limit.status).toEqual({ rateLimit: { limit: burst, remaining: 0, waitMs: 30_000 } });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(patient).toMatchObject({ told: 'out', at: begun + 30_000 });
  await limit.rested(never);
  expect(limit.status).toEqual({ rateLimit: { limit: burst, remaining: 29 } });
});

test('a pause nobody told the length of doubles while it is not long enough, five minutes at most', async () => {
  const limit = limiter();
  const pauses: (number | undefined)[] = [];
  for (let pause = 0; pause < 10; pause++) {
    limit.rest();
    // What went out together asks for one pause.
    limit.rest();
    const { waitMs = 0 } = limit.status.rateLimit ?? {};
    pauses.push(waitMs / 1000);
    await vi.advanceTimersByTimeAsync(waitMs);
  }
  expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  await vi.advanceTimersByTimeAsync(60_000);
  limit.rest();
  expect(limit.status.rateLimit?.waitMs).toBe(2000);
});

test('a short pause is waited for, also where nothing else hinders', async () => {
  const limit = limiter();
  limit.rest(1000);
  const begun = Date.now();
  const waiting = take(limit);
  await vi.advanceTimersByTimeAsync(5000);
  expect(waiting).toMatchObject({ told: 'out', at: begun + 1000 });
});

test('a pause that was told holds as told, an hour at most, and no shorter one ends it', () => {
  const limit = limiter();
  limit.rest(120_000);
  limit.rest(1000);
  limit.rest();
  expect(limit.status.rateLimit?.waitMs).toBe(120_000);
  limit.rest(1e12);
  expect(limit.status.rateLimit?.waitMs).toBe(3_600_000);
});

test('an aborted call neither waits nor takes', async () => {
  const limit = limiter();
  await expect(limit.take(AbortSignal.abort('gone'))).rejects.toBe('gone');
  expect(limit.status.rateLimit?.remaining).toBe(burst);
  limit.rest(1000);
  const controller = new AbortController();
  const waiting = limit.rested(controller.signal);
  controller.abort('gone');
  await expect(waiting).rejects.toBe('gone');
});

test('0 is no limit, but what the server asks for holds', async () => {
  const limit = limiter(0);
  for (let taken = 0; taken < 20_000; taken++) await limit.take(never);
  expect(limit.status).toEqual({});
  limit.rest(10_000);
  await expect(limit.take(never)).rejects.toMatchObject({ code: 'rate_limited' });
  expect(limit.status).toEqual({ rateLimit: { waitMs: 10_000 } });
});
