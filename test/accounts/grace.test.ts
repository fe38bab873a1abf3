import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { askAll } from '../../src/accounts/ask-all.ts';
import { learningGrace } from '../../src/accounts/grace.ts';

const never = new AbortController().signal;
const soon = { account: 'work', run: async () => 'here' };
const silent = { account: 'home', run: () => new Promise<string>(() => undefined) };
const after = (ms: number) => ({
  account: 'home',
  run: async () => {
    await sleep(ms);
    return 'late';
  },
});

async function timed(asks: Parameters<typeof askAll<string>>[0], grace: ReturnType<typeof learningGrace>) {
  const started = performance.now();
  const told = await askAll(asks, never, grace);
  return { told: told.map(({ value, error }) => value ?? error?.code), ms: performance.now() - started };
}

test('a silent account slows one call down, and the next ones no more', async () => {
  const clock = { ms: 0 };
  const grace = learningGrace({ usualMs: 400, silentMs: 20, now: () => clock.ms });
  const first = await timed([soon, silent], grace);
  expect(first.told).toEqual(['here', 'timeout']);
  expect(first.ms).toBeGreaterThan(350);
  const second = await timed([soon, silent], grace);
  expect(second.told).toEqual(['here', 'timeout']);
  expect(second.ms).toBeLessThan(300);
  // A minute later it may be back.
  clock.ms = 61_000;
  expect((await timed([soon, after(100)], grace)).told).toEqual(['here', 'late']);
});

test('one that has answered may be slow without being left out', async () => {
  const grace = learningGrace({ usualMs: 30, provenMs: 2_000 });
  expect((await timed([soon, after(1)], grace)).told).toEqual(['here', 'late']);
  expect((await timed([soon, after(200)], grace)).told).toEqual(['here', 'late']);
});

test('of one that was given up nothing is proven any more', async () => {
  const grace = learningGrace({ usualMs: 60, provenMs: 120, silentMs: 10 });
  await askAll([soon, after(1)], never, grace);
  expect((await timed([soon, silent], grace)).told).toEqual(['here', 'timeout']);
  expect(grace.of('home')).toBe(10);
});

test('an account that is asked for two things and answers one is not waited for without end', async () => {
  const grace = learningGrace({ usualMs: 50, provenMs: 80 });
  const { told, ms } = await timed([{ ...soon, account: 'home' }, silent], grace);
  expect(told).toEqual(['here', 'timeout']);
  expect(ms).toBeLessThan(1_000);
});

test('a call that was cancelled before asks nobody', async () => {
  const asked: string[] = [];
  const noted = { account: 'work', run: async () => void asked.push('work') };
  const [told] = await askAll([noted], AbortSignal.abort(new Error('stop')), learningGrace());
  expect([told?.error?.code, asked]).toEqual(['internal', []]);
});

test('an error hurries nobody: the others have the whole call', async () => {
  const grace = learningGrace({ usualMs: 50 });
  const refused = { account: 'work', run: () => Promise.reject(new Error('no')) };
  expect((await timed([refused, after(150)], grace)).told).toEqual(['internal', 'late']);
});
