import { cleanLine } from '../content/clean.ts';

/** Of a text in a list; what is longer ends in `…`, and get_event has all of it. */
const maxChars = 300;

/** A text of an event on one line, as lists show it. */
export function listedLine(text: string): string {
  return cleanLine(text, maxChars);
}
