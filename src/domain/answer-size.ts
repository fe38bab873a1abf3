/** No answer exceeds 40 kB of JSON; the rest is for everything around a list. */
export const listBytes = 36_000;
/** A list of no stated length stays within 4,000 tokens, cursor and all. */
export const defaultListBytes = 15_500;

export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** How many entries from the front have room, commas included. */
export function withinBytes(list: readonly unknown[], bytes: number): number {
  let left = bytes;
  const tooMany = list.findIndex((entry) => {
    left -= jsonBytes(entry) + 1;
    return left < 0;
  });
  return tooMany < 0 ? list.length : tooMany;
}
