import { jsonBytes } from '../domain/answer-size.ts';
import { page, type TextPage } from './body.ts';

/** No answer exceeds 40 kB of JSON; the rest is for everything around a text. */
const textBytes = 34_000;

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
