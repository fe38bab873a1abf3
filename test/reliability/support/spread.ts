/** All inputs, in an order of which every beginning is spread evenly over them: whoever runs out of time has seen a bit of each. */
export function spread<T>(inputs: readonly T[], seed: number): T[] {
  const bits = Math.max(1, Math.ceil(Math.log2(Math.max(2, inputs.length))));
  const places = Array.from({ length: 2 ** bits }, (_, at) => (reversed(at, bits) + seed) % 2 ** bits);
  return places.flatMap((place) => (place < inputs.length ? [inputs[place] as T] : []));
}

/** van der Corput's sequence: the bits of a number read backwards. */
function reversed(value: number, bits: number): number {
  let result = 0;
  for (let bit = 0; bit < bits; bit++) if (value & (1 << bit)) result |= 1 << (bits - 1 - bit);
  return result;
}
