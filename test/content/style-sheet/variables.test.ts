import { expect, test } from 'vitest';
import { computeVariables, unknown, VariableScope } from '../../../src/content/style-sheet/variables.ts';

const declared = (count: number, prefix = 'a') =>
  Array.from({ length: count }, (_, at) => ({ property: `--${prefix}${at}`, value: String(at) }));

/** Scopes one within another, each with a property of its own. */
function nested(levels: number): VariableScope {
  return declared(levels).reduce((outer, one) => computeVariables([one], outer), new VariableScope());
}

test('what is said far out holds through hundreds of scopes, until it is said again', () => {
  const deep = nested(300);
  expect(['--a0', '--a150', '--a299', '--a300'].map((name) => deep.get(name))).toEqual([
    '0',
    '150',
    '299',
    undefined,
  ]);
  const again = computeVariables(
    [
      { property: '--a0', value: 'initial' },
      { property: '--a1', value: 'x' },
    ],
    deep,
  );
  expect([again.get('--a0'), again.get('--a1'), deep.get('--a0')]).toEqual([undefined, 'x', '0']);
});

test('beyond a thousand nobody knows what is not known', () => {
  const many = computeVariables(declared(1_001), new VariableScope());
  expect([many.get('--a999'), many.get('--a1000'), many.get('--b')]).toEqual(['999', unknown, unknown]);
  expect(computeVariables([{ property: '--a1', value: 'x' }], many).get('--a1')).toBe('x');
});

test('twenty thousand scopes cost little more than what they say', () => {
  const before = process.memoryUsage().heapUsed;
  const started = performance.now();
  const scopes: VariableScope[] = [];
  for (const one of declared(20_000))
    scopes.push(computeVariables([one], scopes.at(-1) ?? new VariableScope()));
  expect(performance.now() - started).toBeLessThan(1_500); // some 60 ms when nothing else runs
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  expect(scopes.at(-1)?.get('--a0')).toBe('0');
});
