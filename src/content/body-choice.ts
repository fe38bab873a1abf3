import { hasOwnFacts } from './body-choice/facts.ts';
import { normalDomain, organisationalDomain } from './domain-name.ts';

/** Which of the two texts of a multipart/alternative tells what the sender says. */

const stubPhrases =
  /\b(?:html|browser|mime|e-?mail[ -]?(?:client|program|programm|reader))\b.*|\b(?:anzeigen|dargestellt|angezeigt|view (?:this|it|the)|online[- ]version)\b/iu;

const maxStubChars = 400;
const shortText = 40;

/** Whether the plain text only says that there is something to see elsewhere, or nothing at all. */
export function isStub(plain: string, html: string): boolean {
  const text = plain.trim();
  if (text === '') return true;
  if (html.trim().length <= text.length) return false;
  if (/^(?:<?https?:\/\/\S+\s*)+$/iu.test(text)) return true;
  if (text.length < shortText) return html.length > text.length * 4;
  if (text.length >= maxStubChars) return false;
  return (stubPhrases.test(text) && html.length > text.length * 1.5) || html.length > text.length * 12;
}

const minWords = 3;
const minShared = 0.25;
/** So many pairs of words in a row: whoever converts HTML to text reorders cells and names links, but adds no sentence. */
const ownPairs = 10;
/** So many words, fewer in a row: texts for pictures are shorter. */
const ownWords = 6;
/** What a word the HTML has too takes from the count: those that stand between do not hide a sentence. */
const forgiven = 0.25;

/** HTML is not read further, so that plain text beyond that says something else. */
const maxChars = 2_000_000;

/**
 * Whether a reader of the plain text learns something quite different from a reader of the HTML, or something more: a
 * passage, or the address of a site, that only the plain text has is one that nobody sees. `source` is the markup.
 */
export function differs(plain: string, html: string, source = html): boolean {
  if (plain.length > maxChars || leadsElsewhere(plain, source)) return true;
  const numbers = new Map<string, number>();
  const shown = words(html).map((word) => numbered(word, numbers));
  const wordsShown = numbers.size;
  const said = words(plain).map((word) => numbered(word, numbers));
  const distinct = new Set(said);
  if (distinct.size < minWords || wordsShown === 0) return false;
  const isShown = (word: number) => word < wordsShown;
  const shared = [...distinct].filter(isShown).length;
  if (wordsShown >= minWords && shared / distinct.size < minShared) return true;
  const pairsShown = new Set(pairs(shown));
  return (
    hasOwn(said, isShown, ownWords, forgiven) ||
    hasOwn(pairs(said), (pair) => pairsShown.has(pair), ownPairs) ||
    hasOwnFacts(plain, html)
  );
}

/** The number of the word; a new one gets the next. */
function numbered(word: string, numbers: Map<string, number>): number {
  const number = numbers.get(word) ?? numbers.size;
  numbers.set(word, number);
  return number;
}

/** Two words as one number: there are fewer than two million of them. */
function pairs(words: readonly number[]): number[] {
  return words.slice(1).map((word, at) => (words[at] ?? 0) * maxChars + word);
}

/** Whether `limit` of them come together that are not known. A known one takes `known` from the count, or all. */
function hasOwn(
  all: readonly number[],
  isKnown: (each: number) => boolean,
  limit: number,
  known = limit,
): boolean {
  let own = 0;
  return all.some((each) => {
    own = isKnown(each) ? Math.max(0, own - known) : own + 1;
    return own >= limit;
  });
}

/** Whether the plain text links to an organisation that the HTML, where people see it, does not know. */
function leadsElsewhere(plain: string, source: string): boolean {
  const linked = new Set(hosts(plain));
  const known = new Set(hosts(withoutComments(source)));
  return [...linked].some((host) => !known.has(host));
}

function withoutComments(source: string): string {
  const [first = '', ...rest] = source.split('<!--');
  const after = rest.map((piece) => (piece.includes('-->') ? piece.slice(piece.indexOf('-->') + 3) : ''));
  return first + after.join('');
}

function* hosts(text: string): Generator<string> {
  for (const [, host = ''] of text.matchAll(/https?:\/\/([\p{L}\p{N}.-]{1,253})/giu)) {
    yield organisationalDomain(normalDomain(host) ?? host.toLowerCase());
  }
}

/** Whether the HTML shows its message in pictures, so that the plain text is all the text there is. */
export function isPictureMail(plain: string, html: string, source: string): boolean {
  return new Set(words(html)).size * 3 < new Set(words(plain)).size && /<img\b/iu.test(source);
}

/** Words of two characters or more, and single letters; in scripts without blanks each character. Addresses are none. */
function words(text: string): string[] {
  const prose = text.toLowerCase().replace(/https?:\/\/\S+/gu, ' ');
  return prose.match(word) ?? [];
}

const word = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}]{2,}|\p{L}/gu;
