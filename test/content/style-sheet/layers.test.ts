import { expect, test } from 'vitest';
import { Layers } from '../../../src/content/style-sheet/layers.ts';

test('later layers outrank earlier ones, a layer those in it, and none outranks all', () => {
  const layers = new Layers();
  const a = layers.enter('a', undefined);
  const inA = layers.enter('x', a);
  const b = layers.enter('b', undefined);
  const deep = layers.enter('a.x.y', undefined);
  const late = layers.enter('z', a);
  const order = [deep, inA, late, a, b, undefined].map((layer) => layers.rankOf(layer));
  expect(order).toEqual(order.toSorted((first, second) => first - second));
  expect(new Set(order).size).toBe(6);
});

test('a layer keeps its place when it is named again, one without a name is always another', () => {
  const layers = new Layers();
  const a = layers.enter('a', undefined);
  const b = layers.enter('b', undefined);
  expect(layers.enter(' a ', undefined)).toBe(a);
  expect(layers.rankOf(a)).toBeLessThan(layers.rankOf(b));
  expect(layers.enter('', undefined)).not.toBe(layers.enter('', undefined));
});

test('a hundred thousand layers, beside or in one another, take no time', () => {
  const layers = new Layers();
  const start = performance.now();
  for (let nth = 0; nth < 100_000; nth += 1) layers.enter(`l${nth}`, undefined);
  const deepest = layers.enter(Array.from({ length: 100_000 }, () => 'd').join('.'), undefined);
  expect(layers.rankOf(deepest)).toBeLessThan(-1);
  expect(performance.now() - start).toBeLessThan(2_000);
});
