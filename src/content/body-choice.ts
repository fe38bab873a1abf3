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
const ownPassage = 10;

/**
 * Whether a reader of the plain text learns something quite different from a reader of the HTML, or something more: a
 * passage that only the plain text has is one that nobody sees.
 */
export function differs(plain: string, html: string): boolean {
  const [plainWords, htmlWords] = [words(plain), words(html)];
  const [said, shown] = [new Set(plainWords), new Set(htmlWords)];
  if (said.size < minWords || shown.size === 0) return false;
  const shared = [...said].filter((word) => shown.has(word)).length;
  return (shown.size >= minWords && shared / said.size < minShared) || hasOwnPassage(plainWords, htmlWords);
}

function hasOwnPassage(plain: readonly string[], html: readonly string[]): boolean {
  const shown = new Set(pairs(html));
  let unseen = 0;
  return pairs(plain).some((pair) => {
    unseen = shown.has(pair) ? 0 : unseen + 1;
    return unseen >= ownPassage;
  });
}

function pairs(words: readonly string[]): string[] {
  return words.slice(1).map((word, at) => `${words[at]} ${word}`);
}

/** Whether the HTML shows its message in pictures, so that the plain text is all the text there is. */
export function isPictureMail(plain: string, html: string, source: string): boolean {
  return new Set(words(html)).size * 3 < new Set(words(plain)).size && /<img\b/iu.test(source);
}

const sampleChars = 20_000;

/** Words of two letters or more; in scripts without blanks each character. Addresses are no words. */
function words(text: string): string[] {
  const prose = text
    .slice(0, sampleChars)
    .toLowerCase()
    .replace(/https?:\/\/\S+/gu, ' ');
  return (
    prose.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}]{2,}/gu) ??
    []
  );
}
