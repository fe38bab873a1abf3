import { expect, test } from 'vitest';
import { Crowd } from '../../src/connections/crowd.ts';

const calm = new AbortController().signal;
const isSilent = () => true;

/** Never answers; ends with its signal. */
const hang = (signal: AbortSignal) =>
  new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

test('a question without answer gives way to whoever waits', async () => {
  const crowd = new Crowd({ timeoutMs: 40, waiting: () => 1 });
  expect(await crowd.givingWay(hang, { signal: calm, isSilent })).toBeUndefined();
});

test('no more give way than wait', async () => {
  let waiting = 1;
  const crowd = new Crowd({ timeoutMs: 40, waiting: () => waiting });
  const outcomes: unknown[] = [];
  for (const name of ['one', 'other']) {
    void crowd.givingWay(hang, { signal: calm, isSilent }).then((answer) => {
      outcomes.push([name, answer]);
      waiting = 0;
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(outcomes).toEqual([['one', undefined]]);
  waiting = 1;
  await expect.poll(() => outcomes).toHaveLength(2);
});

test('what is being answered, and what nobody waits for, goes on', async () => {
  const soon = () => new Promise<string>((resolve) => setTimeout(() => resolve('answer'), 80));
  const crowded = new Crowd({ timeoutMs: 40, waiting: () => 9 });
  expect(await crowded.givingWay(soon, { signal: calm, isSilent: () => false })).toBe('answer');
  const alone = new Crowd({ timeoutMs: 40, waiting: () => 0 });
  expect(await alone.givingWay(soon, { signal: calm, isSilent })).toBe('answer');
});

test('a failure and the end of the call stay what they are', async () => {
  const crowd = new Crowd({ timeoutMs: 10_000, waiting: () => 9 });
  const failing = () => Promise.reject(new Error('refused'));
  await expect(crowd.givingWay(failing, { signal: calm, isSilent })).rejects.toThrow('refused');
  const signal = AbortSignal.abort(new Error('cancelled'));
  const aborted = (limited: AbortSignal) =>
    limited.aborted ? Promise.reject(limited.reason) : hang(limited);
  await expect(crowd.givingWay(aborted, { signal, isSilent })).rejects.toThrow('cancelled');
});

test('second tries come one after the other, also after one that failed or was given up', async () => {
  const crowd = new Crowd({ timeoutMs: 40, waiting: () => 0 });
  let running = 0;
  const most: number[] = [];
  const work = async () => {
    most.push(++running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running -= 1;
    throw new Error('no answer');
  };
  const call = new AbortController();
  const outcomes = [crowd.inTurn(work, calm), crowd.inTurn(work, call.signal), crowd.inTurn(work, calm)].map(
    (turn) => turn.catch((error: Error) => error.message),
  );
  call.abort(new Error('cancelled'));
  expect(await Promise.all(outcomes)).toEqual(['no answer', 'cancelled', 'no answer']);
  expect(most).toEqual([1, 1]);
});
