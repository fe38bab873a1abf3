/**
 * Characters a person never sees but a model reads: controls, everything Unicode calls default-ignorable
 * (zero width, bidi controls, tags, variation selectors, fillers), line breaks other than LF, annotation
 * marks, the braille blank, lone surrogates and noncharacters. A run of them is judged by its neighbours.
 */
const suspicious =
  /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029\u2800\uFFF9-\uFFFC]+/gu;

/** Scripts in which a joiner or non-joiner changes how a word is written (Unicode 16, chapter 9 and 12). */
const joiningScript =
  /^(?![\u180B-\u180F])[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]$/u;

const emojiBase = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]$/u;
const keycapBase = /^[0-9#*]$/u;
const emojiOrText = /^\p{Emoji}$/u;
const han = /^\p{Script=Han}$/u;
const mongolianLetter = /^(?=\p{L})\p{Script=Mongolian}$/u;
const selector = /^[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]$/u;
const selectedForms = /(.)([\uFE00-\uFE0F\u{E0100}-\u{E01EF}])/gsu;
/** A text has a few rare names, if any. */
const maxHanVariants = 16;
const braille = /^[\u2801-\u28FF]$/u;
const lineBreak = /^[\v\f\u0085\u2028\u2029]$/u;

/** The only flags Unicode spells with tag characters (RGI): England, Scotland, Wales. */
const tagFlags = ['gbeng', 'gbsct', 'gbwls'].map(
  (region) =>
    `${[...region].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('')}\u{E007F}`,
);

/**
 * Text as a person sees it: CRLF, CR and Unicode line breaks become LF, what is invisible goes. Flags, emoji
 * families, Persian and Indic joiners and Han variants stay. `removed` counts the code points dropped.
 */
export function cleanText(text: string): { text: string; removed: number } {
  const cleaned = withoutRuns(text.replace(/\r\n?/gu, '\n'), isLegitimate);
  if (selectorsTellForms(cleaned.text)) return cleaned;
  const bare = withoutRuns(cleaned.text, isLegitimateBesides);
  return { text: bare.text, removed: cleaned.removed + bare.removed };
}

/** The same on one line: whitespace collapsed, trimmed, at most `maxChars` UTF-16 units, `…` where it was cut. */
export function cleanLine(text: string, maxChars = 998): string {
  // A name of megabytes is not read to its end; the factor leaves room for what cleaning takes away.
  const line = cleanText(text.slice(0, maxChars * 20))
    .text.replace(/[\s\p{Z}]+/gu, ' ')
    .trim();
  return line.length <= maxChars ? line : `${cutAt(line, maxChars - 1).trimEnd()}…`;
}

/** The first `length` units of `text`, one less where that would halve a surrogate pair. */
export function cutAt(text: string, length: number): string {
  const end = splitsPair(text, length) ? length - 1 : length;
  return text.slice(0, Math.max(0, end));
}

/** Whether a cut at `index` stands between the two halves of one character. */
export function splitsPair(text: string, index: number): boolean {
  return index > 0 && index < text.length && (text.codePointAt(index - 1) ?? 0) > 0xffff;
}

type MayKeep = (point: string, before: string, after: string) => boolean;

function withoutRuns(text: string, mayKeep: MayKeep): { text: string; removed: number } {
  let removed = 0;
  const cleaned = text.replace(suspicious, (run: string, at: number) => {
    const kept = cleanRun(run, codePointBefore(text, at), codePointAt(text, at + run.length), mayKeep);
    removed += kept.removed;
    return kept.text;
  });
  return { text: cleaned, removed };
}

/**
 * One who writes a character in a form of its own writes it so each time, and few Han characters. A text that gives a
 * character two variation selectors, or many Han characters one, has data in them: a byte for every character.
 */
function selectorsTellForms(text: string): boolean {
  const forms = new Map<string, string>();
  let hanVariants = 0;
  for (const [, base = '', chosen = ''] of text.matchAll(selectedForms)) {
    const known = forms.get(base);
    if (known !== undefined && known !== chosen) return false;
    if (known === undefined && han.test(base)) hanVariants += 1;
    if (hanVariants > maxHanVariants) return false;
    forms.set(base, chosen);
  }
  return true;
}

function cleanRun(
  run: string,
  before: string,
  after: string,
  mayKeep: MayKeep,
): { text: string; removed: number } {
  const flag = before === '\u{1F3F4}' ? tagFlags.find((tags) => run.startsWith(tags)) : undefined;
  let text = flag ?? '';
  let last = before;
  let removed = 0;
  const points = [...run.slice(text.length)];
  for (const [index, point] of points.entries()) {
    const next = points[index + 1] ?? after;
    if (point === '\n' || point === '\t') text += point;
    else if (lineBreak.test(point)) text += '\n';
    else if (mayKeep(point, last, next)) text += point;
    else {
      removed += 1;
      continue;
    }
    last = point;
  }
  return { text, removed };
}

const isLegitimateBesides: MayKeep = (point, before, after) =>
  !selector.test(point) && isLegitimate(point, before, after);

function isLegitimate(point: string, before: string, after: string): boolean {
  const code = point.codePointAt(0) ?? 0;
  if (code === 0xfe0f || code === 0xfe0e) {
    return keycapBase.test(before) ? after === '\u20E3' : emojiOrText.test(before);
  }
  if (code === 0x200d && emojiBase.test(after) && (emojiBase.test(before) || before === '\uFE0F'))
    return true;
  if (code === 0x200c || code === 0x200d) return joiningScript.test(before) && joiningScript.test(after);
  if (code >= 0xfe00 && code <= 0xfe02) return han.test(before);
  if (code >= 0xe0100 && code <= 0xe01ef) return han.test(before);
  if (code === 0x180e) return mongolianLetter.test(before) && mongolianLetter.test(after);
  if (code >= 0x180b && code <= 0x180f) return mongolianLetter.test(before);
  return code === 0x2800 && braille.test(before) && braille.test(after);
}

function codePointAt(text: string, index: number): string {
  const code = text.codePointAt(index);
  return code === undefined ? '' : String.fromCodePoint(code);
}

function codePointBefore(text: string, index: number): string {
  if (index <= 0) return '';
  return codePointAt(text, splitsPair(text, index - 1) ? index - 2 : index - 1);
}
