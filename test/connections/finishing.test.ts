import { expect, test } from 'vitest';
import { finishing } from '../../src/connections/finishing.ts';
import { imapRate, RateLimit } from '../../src/connections/rate-limit.ts';

const signal = AbortSignal.timeout(20_000);
const refused = { code: 'rate_limited' };

test('what ends a change that has begun is let out though the limit is reached, and nothing else is', async () => {
  const rate = new RateLimit(imapRate, { perMinute: 1, now: () => 0 });
  for (let asked = 0; asked < 10; asked++) await rate.take(signal);
  await expect(rate.take(signal)).rejects.toMatchObject(refused);
  await finishing(() => rate.take(signal));
  await expect(rate.take(signal)).rejects.toMatchObject(refused);
});

test('it counts, where there is something left', async () => {
  const rate = new RateLimit(imapRate, { perMinute: 1, now: () => 0 });
  await finishing(() => rate.take(signal));
  expect(rate.status.rateLimit?.remaining).toBe(9);
});

test('it sits out a short pause of the server, also one longer than others wait, and goes out in a long one', async () => {
  const rate = new RateLimit(imapRate, { perMinute: 0 });
  rate.rest(2300);
  await expect(rate.take(signal)).rejects.toMatchObject(refused);
  const started = performance.now();
  await finishing(() => rate.take(signal));
  expect(performance.now() - started).toBeGreaterThan(2000);
  rate.rest(60_000);
  await expect(rate.rested(signal)).rejects.toMatchObject(refused);
  await finishing(() => rate.take(signal));
  expect(performance.now() - started).toBeLessThan(10_000);
});

test('it still ends with its signal', async () => {
  const rate = new RateLimit(imapRate, { perMinute: 0 });
  rate.rest(4000);
  const call = AbortSignal.timeout(50);
  await expect(finishing(() => rate.take(call))).rejects.toThrow(/timeout/u);
});
