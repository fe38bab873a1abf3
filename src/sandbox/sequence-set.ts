/** `1:3,7,*` as inclusive ranges; `*` is Infinity. undefined when the text is no set (RFC 9051 §9 sequence-set). */
export function parseSequenceSet(text: string): [from: number, to: number][] | undefined {
  const ranges: [number, number][] = [];
  for (const piece of text.split(',')) {
    const match = /^([1-9]\d{0,9}|\*)(?::([1-9]\d{0,9}|\*))?$/u.exec(piece);
    if (!match) return undefined;
    const from = toNumber(match[1] ?? '*');
    const to = match[2] ? toNumber(match[2]) : from;
    ranges.push([from, to]);
  }
  return ranges;
}

/** Membership test for a parsed set, where `*` means `last`; `7:*` holds `last` even below 7. */
export function inSequenceSet(
  ranges: readonly (readonly [number, number])[],
  last: number,
): (n: number) => boolean {
  const bounds = ranges.map(([a, b]) => {
    const from = a === Infinity ? last : a;
    const to = b === Infinity ? last : b;
    return [Math.min(from, to), Math.max(from, to)] as const;
  });
  return (n) => bounds.some(([from, to]) => n >= from && n <= to);
}

/** Numbers in the order given, runs shortened: `[1,2,3,7]` → `1:3,7`. */
export function formatSequenceSet(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const n of numbers) {
    const run = runs.at(-1);
    if (run && n === run[1] + 1) run[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join(',');
}

function toNumber(text: string): number {
  return text === '*' ? Infinity : Number(text);
}
