import { page, type TextPage } from './body.ts';

/** No answer exceeds 40 kB of JSON; the rest is for everything around a text or a list. */
const textBytes = 34_000;
export const listBytes = 36_000;
/** A list of no stated length stays within 4,000 tokens, cursor and all. */
export const defaultListBytes = 15_500;

export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** A page of at most `maxChars` that as JSON also stays within `maxBytes`, whatever its script. */
export function fittingPage(
  text: string,
  offset: number,
  maxChars: number,
  maxBytes: number = textBytes,
): TextPage {
  let chars = maxChars;
  let part = page(text, offset, chars);
  // Scripts differ in bytes a character; each round comes closer to what has room.
  for (let bytes = jsonBytes(part.text); bytes > maxBytes && chars > 1; bytes = jsonBytes(part.text)) {
    chars = Math.max(1, Math.floor((part.text.length * maxBytes) / bytes) - 1);
    part = page(text, offset, chars);
  }
  return part;
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
