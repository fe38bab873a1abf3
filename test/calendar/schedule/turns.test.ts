import { expect, test } from 'vitest';
import { Turns } from '../../../src/calendar/schedule/turns.ts';

const patient = new AbortController().signal;

/** Work that ends when it is told to. */
function held() {
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { over, end };
}

/** Everything that can go on without waiting for anybody has gone on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('work on one key runs one after the other in its order, that on another key beside it', async () => {
  const turns = new Turns();
  const log: string[] = [];
  const [first, second] = [held(), held()];
  const take = (key: string, name: string, until: Promise<void>) =>
    turns.take(key, patient, async () => {
      log.push(`${name} begins`);
      await until;
      log.push(`${name} ends`);
      return name;
    });
  const all = [take('a', 'one', first.over), take('a', 'two', second.over), take('b', 'other', second.over)];
  await settled();
  expect(log).toEqual(['one begins', 'other begins']);
  second.end();
  await settled();
  expect(log).toEqual(['one begins', 'other begins', 'other ends']);
  first.end();
  expect(await Promise.all(all)).toEqual(['one', 'two', 'other']);
  expect(log.slice(3)).toEqual(['one ends', 'two begins', 'two ends']);
});

test('work that fails lets the next one begin, and only its own caller hears of it', async () => {
  const turns = new Turns();
  const failing = turns.take('a', patient, () => Promise.reject(new Error('no')));
  const next = turns.take('a', patient, async () => 'next');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('next');
});

test('who gives up waiting never begins, and whoever is behind still waits for those in front', async () => {
  const turns = new Turns();
  const first = held();
  const giveUp = new AbortController();
  const log: string[] = [];
  const one = turns.take('a', patient, () => first.over);
  const two = turns.take('a', giveUp.signal, async () => log.push('two'));
  giveUp.abort(new Error('enough'));
  await expect(two).rejects.toThrow('enough');
  const three = turns.take('a', patient, async () => log.push('three'));
  await settled();
  expect(log).toEqual([]);
  first.end();
  await Promise.all([one, three]);
  expect(log).toEqual(['three']);
});
