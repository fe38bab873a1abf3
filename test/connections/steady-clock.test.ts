import { expect, test } from 'vitest';
import { steadyClock } from '../../src/connections/steady-clock.ts';

const day = 86_400_000;

/** Two clocks a test sets, and ours on them. */
function clocks() {
  const at = { wall: 1_800_000_000_000, monotonic: 5000 };
  const now = steadyClock(
    () => at.wall,
    () => at.monotonic,
  );
  const start = now();
  const pass = (ms: number) => {
    at.wall += ms;
    at.monotonic += ms;
  };
  return { at, pass, elapsed: () => now() - start };
}

test('without jumps it is the monotonic clock, however often it is read and however the wall clock is slewed', () => {
  const { at, pass, elapsed } = clocks();
  for (let read = 0; read < 2000; read++) {
    pass(0.5);
    at.wall += read % 2 === 0 ? 0.5 : -0.5;
    elapsed();
  }
  expect(elapsed()).toBe(1000);
});

test('time asleep counts, though the monotonic clock stood still', () => {
  const { at, pass, elapsed } = clocks();
  pass(1000);
  at.wall += 3_600_000;
  expect(elapsed()).toBe(3_601_000);
  pass(1000);
  expect(elapsed()).toBe(3_602_000);
});

test('a wall clock set back by a day takes nothing away, and what is slept afterwards counts', () => {
  const { at, pass, elapsed } = clocks();
  at.wall -= day;
  expect(elapsed()).toBe(0);
  pass(5000);
  expect(elapsed()).toBe(5000);
  at.wall += 60_000;
  expect(elapsed()).toBe(65_000);
});

test('a wall clock set forward by a day is time gone by, once', () => {
  const { at, pass, elapsed } = clocks();
  at.wall += day;
  expect(elapsed()).toBe(day);
  pass(1);
  expect(elapsed()).toBe(day + 1);
});
