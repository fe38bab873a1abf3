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

/** Whether a reader of the plain text learns something quite different from a reader of the HTML. */
export function differs(plain: string, html: string): boolean {
  const plainWords = words(plain);
  const htmlWords = words(html);
  if (plainWords.size < minWords || htmlWords.size < minWords) return false;
  const shared = [...plainWords].filter((word) => htmlWords.has(word)).length;
  return shared / plainWords.size < minShared;
}

/** Whether the HTML shows its message in pictures, so that the plain text is all the text there is. */
export function isPictureMail(plain: string, html: string, source: string): boolean {
  return words(html).size * 3 < words(plain).size && /<img\b/iu.test(source);
}

const sampleChars = 20_000;

/** Words of two letters or more; in scripts without blanks each character. Addresses are no words. */
function words(text: string): Set<string> {
  const prose = text
    .slice(0, sampleChars)
    .toLowerCase()
    .replace(/https?:\/\/\S+/gu, ' ');
  return new Set(
    prose.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}]{2,}/gu) ??
      [],
  );
}
