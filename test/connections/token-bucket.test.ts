import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBucket } from '../../src/connections/token-bucket.ts';

const settings = { capacity: fc.integer({ min: 1, max: 20 }), perMinute: fc.integer({ min: 1, max: 6000 }) };
/** Milliseconds from one try to the next; negative is a clock that was set back. */
const gaps = fc.array(fc.integer({ min: -500, max: 3000 }), { minLength: 1, maxLength: 80 });

test('in any span of time: never more than the capacity and what came back within it', () => {
  fc.assert(
    fc.property(fc.record({ ...settings, gaps }), ({ capacity, perMinute, gaps: between }) => {
      let now = 0;
      let passed = 0;
      const bucket = new TokenBucket(capacity, perMinute, now);
      const takenAt: number[] = [];
      for (const gap of between) {
        now += gap;
        passed += Math.max(0, gap);
        if (bucket.take(now)) takenAt.push(passed);
      }
      for (const [first, from] of takenAt.entries()) {
        for (const [later, to] of takenAt.slice(first).entries()) {
          const most = capacity + ((to - from) * perMinute) / 60_000;
          expect(later + 1).toBeLessThanOrEqual(most + 1e-6);
        }
      }
    }),
  );
});

test('after the wait it names the tokens are there, and not a millisecond earlier', () => {
  fc.assert(
    fc.property(
      fc.record({ ...settings, spent: fc.nat(20), count: fc.integer({ min: 1, max: 20 }) }),
      ({ capacity, perMinute, spent, count }) => {
        const bucket = new TokenBucket(capacity, perMinute, 0);
        for (let taken = 0; taken < spent; taken++) bucket.take(0);
        const wanted = Math.min(count, capacity);
        const waitMs = bucket.waitMs(wanted, 0);
        if (waitMs > 1) expect(bucket.remaining(waitMs - 1)).toBeLessThan(wanted);
        expect(bucket.remaining(waitMs)).toBeGreaterThanOrEqual(wanted);
      },
    ),
  );
});

test('it is full at first, and after a long time fuller than full it is not', () => {
  const bucket = new TokenBucket(3, 60, 0);
  expect([1, 2, 3, 4].map(() => bucket.take(0))).toEqual([true, true, true, false]);
  expect([bucket.waitMs(1, 0), bucket.remaining(1000), bucket.remaining(3_600_000)]).toEqual([1000, 1, 3]);
});

test('without a limit nobody waits', () => {
  const bucket = new TokenBucket(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0);
  for (let taken = 0; taken < 10_000; taken++) expect(bucket.take(0)).toBe(true);
  expect(bucket.waitMs(1_000_000, 5)).toBe(0);
});
