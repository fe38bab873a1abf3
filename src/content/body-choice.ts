import { hasOwnFacts } from './body-choice/facts.ts';
import { leadsElsewhere } from './body-choice/links.ts';

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

/** A reader acts on what stands at the top. Of the HTML more is read: the plain text may leave out some of it. */
const maxCompared = { plain: 256 * 1024, html: 512 * 1024, source: 2 * 1024 * 1024 };
/** Tracked links are longer than what stands between them. */
const linkTarget = /<https?:[^\s<>]*>/giu;
/** More than there are words in that. */
const wordLimit = 2_000_000;

/**
 * Whether a reader of the plain text learns something quite different from a reader of the HTML, or something more: a
 * passage, or the address of a site, that only the plain text has is one that nobody sees. Of long
 * texts the beginnings are compared.
 */
export function differs(plainText: string, htmlText: string, markup = htmlText): boolean {
  const plain = top(plainText, maxCompared.plain);
  const html = top(htmlText.replace(linkTarget, ''), maxCompared.html);
  const source = top(markup, maxCompared.source);
  return leadsElsewhere(plain, source) || hasOwnWords(plain, html) || hasOwnFacts(plain, html, source);
}

/** The first `chars` of it, to the end of a word. */
function top(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const end = Math.max(text.lastIndexOf(' ', chars), text.lastIndexOf('\n', chars));
  return text.slice(0, end > 0 ? end : chars);
}

/** Whether few of its words are in the HTML, or a passage is not. */
function hasOwnWords(plain: string, html: string): boolean {
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
    hasOwn(said, isShown, ownWords, forgiven) || hasOwn(pairs(said), (pair) => pairsShown.has(pair), ownPairs)
  );
}

/** The number of the word; a new one gets the next. */
function numbered(word: string, numbers: Map<string, number>): number {
  const number = numbers.get(word) ?? numbers.size;
  numbers.set(word, number);
  return number;
}

/** Two words as one number. */
function pairs(words: readonly number[]): number[] {
  return words.slice(1).map((word, at) => (words[at] ?? 0) * wordLimit + word);
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

/** Whether the HTML shows its message in pictures, so that the plain text is all the text there is. */
export function isPictureMail(plain: string, html: string, source: string): boolean {
  if (!/<img\b/iu.test(source)) return false;
  const [shown, said] = [top(html, maxCompared.html), top(plain, maxCompared.plain)];
  return new Set(words(shown)).size * 3 < new Set(words(said)).size;
}

/** In scripts without blanks each character. Addresses are none, nor are numbers: one is written in many ways. */
function words(text: string): string[] {
  const prose = text.toLowerCase().replace(/https?:\/\/\S+/gu, ' ');
  return prose.match(word) ?? [];
}

const word =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|(?<!\p{N})\p{N}*\p{L}[\p{L}\p{N}]*/gu;
