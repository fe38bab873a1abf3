import { Random } from '../../bench/random.ts';

/** All inputs in a random order, the same for the same seed: no beginning of it prefers a combination of properties. */
export function shuffled<T>(inputs: readonly T[], seed: number): T[] {
  const random = new Random(seed);
  const keyed = inputs.map((input) => ({ input, key: random.next() }));
  return keyed.sort((one, other) => one.key - other.key).map(({ input }) => input);
}
