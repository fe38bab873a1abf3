import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { askAll } from '../../src/accounts/ask-all.ts';
import { learningGrace } from '../../src/accounts/grace.ts';
import { MailboxError } from '../../src/domain/errors.ts';

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

test('one that is silent is waited for again a minute after it fell silent, however often it was asked since', () => {
  const clock = { ms: 0 };
  const grace = learningGrace({ now: () => clock.ms });
  grace.missed('home', grace.of('home', 10));
  for (clock.ms = 10_000; clock.ms < 60_000; clock.ms += 10_000) {
    expect(grace.of('home', 10)).toBe(500);
    grace.missed('home', grace.of('home', 10));
  }
  expect(grace.of('home', 10)).toBe(5_000);
});

test.each([
  ['nothing is known', [], 10, 5_000],
  ['it is quick', [50], 10, 2_000],
  ['it takes its time', [900], 10, 3_600],
  ['it was slow a moment ago', [100, 1_500, 100], 10, 3_200],
  ['it is very slow', [7_000], 10, 8_000],
  ['the question is much work for the others, too', [50], 1_000, 4_000],
])('where %s it is waited for accordingly', (_what, took, firstMs, ms) => {
  const grace = learningGrace();
  for (const each of took) grace.heard('home', each);
  expect(grace.of('home', firstMs)).toBe(ms);
});

test('one that has answered may be slower than usual without being left out', async () => {
  const grace = learningGrace({ usualMs: 30, shortestMs: 2_000 });
  grace.heard('home', 1);
  expect((await timed([soon, after(200)], grace)).told).toEqual(['here', 'late']);
});

test('of one that was given up nothing is proven any more', async () => {
  const grace = learningGrace({ usualMs: 60, shortestMs: 120, silentMs: 10 });
  grace.heard('home', 1);
  expect((await timed([soon, silent], grace)).told).toEqual(['here', 'timeout']);
  expect(grace.of('home', 1)).toBe(10);
});

test('one whose own time limit is up first is silent all the same; a quick refusal is none', async () => {
  const failing = (ms: number) => ({
    account: 'home',
    run: () => sleep(ms).then(() => Promise.reject(new MailboxError('timeout', 'No answer.'))),
  });
  const grace = learningGrace({ silentMs: 20 });
  grace.heard('home', 1);
  await timed([soon, failing(1)], grace);
  expect(grace.of('home', 1)).toBe(2_000);
  await timed([soon, failing(60)], grace);
  expect(grace.of('home', 1)).toBe(20);
});

test('a question that was given up goes on, one at a time, until it is answered or the next takes its place', async () => {
  const grace = learningGrace({ usualMs: 20 });
  const signals: AbortSignal[] = [];
  let answer: (value: string) => void = () => undefined;
  const slow = {
    account: 'home',
    run: (signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<string>((resolve) => (answer = resolve));
    },
  };
  const ask = async () => {
    await askAll([soon, slow], never, grace);
    return signals.map(({ aborted }) => aborted);
  };
  expect(await ask()).toEqual([false]);
  const answerFirst = answer;
  expect(await ask()).toEqual([false, true]);
  answerFirst('late');
  await sleep(1);
  expect(await ask()).toEqual([false, true, false]);
});

test('what a cancelled call asked is ended, and says nothing of the account', async () => {
  const grace = learningGrace({ silentMs: 5 });
  const signals: AbortSignal[] = [];
  const hanging = {
    account: 'home',
    run: (signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<string>(() => undefined);
    },
  };
  const told = await askAll([hanging], AbortSignal.timeout(30), grace);
  expect(told[0]?.error).toBeDefined();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect(grace.of('home', 1)).toBe(5_000);
});

test('an account that is asked for two things and answers one is not waited for without end', async () => {
  const grace = learningGrace({ usualMs: 50 });
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
