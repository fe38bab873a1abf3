import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
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
  const grace = learningGrace({ usualMs: 400, silentMs: 20 });
  const first = await timed([soon, silent], grace);
  expect(first.told).toEqual(['here', 'timeout']);
  expect(first.ms).toBeGreaterThan(350);
  const second = await timed([soon, silent], grace);
  expect(second.told).toEqual(['here', 'timeout']);
  expect(second.ms).toBeLessThan(300);
});

test('one that is silent stays so, for a day as for a minute, until it has told a list', () => {
  vi.useFakeTimers({ now: 0 });
  onTestFinished(() => void vi.useRealTimers());
  const grace = learningGrace();
  grace.missed('home', grace.of('home'));
  for (const afterMs of [0, 61_000, 86_400_000]) {
    vi.advanceTimersByTime(afterMs);
    expect(grace.of('home')).toBe(500);
    grace.missed('home', grace.of('home'));
  }
  // So late an answer would be missed again.
  grace.heard('home', 8_001);
  expect(grace.of('home')).toBe(500);
  grace.heard('home', 700);
  expect(grace.of('home')).toBe(5_000);
});

test.each([
  ['nothing is known', [], 5_000],
  ['it is quick', [50, 50, 1, 0, 0, 0], 5_000],
  ['it takes its time', [1_500], 6_000],
  ['it was slow a moment ago', [100, 3_000, 100], 6_200],
  ['it is very slow', [7_000], 8_000],
])('where %s it is waited for accordingly', (_what, took, ms) => {
  const grace = learningGrace();
  for (const each of took) grace.heard('home', each);
  expect(grace.of('home')).toBe(ms);
});

test('one whose own time limit is up first is silent all the same; a quick refusal is none', async () => {
  const failing = (ms: number) => ({
    account: 'home',
    run: () => sleep(ms).then(() => Promise.reject(new MailboxError('timeout', 'No answer.'))),
  });
  const grace = learningGrace({ silentMs: 20 });
  grace.heard('home', 1);
  await timed([soon, failing(1)], grace);
  expect(grace.of('home')).toBe(5_000);
  await timed([soon, failing(60)], grace);
  expect(grace.of('home')).toBe(20);
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
  expect(grace.of('home')).toBe(5_000);
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
