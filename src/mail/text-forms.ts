import { atom, text } from '../connections/imap/commands.ts';
import type { ImapToken } from '../connections/imap/wire.ts';

/** The letters and signs of Latin-1 from U+00A1 on, by their names in HTML. */
const latin =
  'iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para ' +
  'middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave ' +
  'Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute ' +
  'Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave ' +
  'iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';
const markup: ReadonlyMap<string, string> = new Map([
  ['&', 'amp'],
  ['<', 'lt'],
  ['>', 'gt'],
]);
const names = new Map([
  ...markup,
  ...latin.split(' ').map((name, nth): [string, string] => [String.fromCodePoint(0xa1 + nth), name]),
  ...Object.entries({
    ...{ Œ: 'OElig', œ: 'oelig', Š: 'Scaron', š: 'scaron', Ÿ: 'Yuml', '€': 'euro', '™': 'trade' },
    ...{ '‘': 'lsquo', '’': 'rsquo', '–': 'ndash', '—': 'mdash', '•': 'bull', '…': 'hellip' },
  }),
]);

/** What is no letter: pages in UTF-8 have only that by name. */
const signs = new Map([...names].filter(([sign]) => !/\p{L}/u.test(sign)));

/** Every sign that programs write by its name in HTML so written. */
export function named(value: string): string {
  return withNames(value, names);
}

function withNames(value: string, table: ReadonlyMap<string, string>): string {
  return value.replace(/[^\w\s]/gu, (sign) => {
    const name = table.get(sign);
    return name === undefined ? sign : `&${name};`;
  });
}

const apostrophe = /['’]/gu;

/** With an apostrophe in both its forms. */
export function apostropheForms(value: string): string[] {
  if (value.search(apostrophe) < 0) return [value];
  return ["'", '’'].map((form) => value.replace(apostrophe, form));
}

/** Where lines of plain text end in what servers keep: as it came or decoded; before it a blank in `format=flowed`. */
const lineEnds = ['\n', '\r\n', ' \n', ' \r\n'];
const htmlLineEnds = ['\n', '\r\n'];
const heldTogether = '&nbsp;';

/** So many words are looked for with a line end at one of their blanks: of more there would be too many forms. */
const pieceWords = 4;
/** Shorter words are in most mails. */
const selective = 4;
const maxSelective = 3;
/** Of a longer phrase the rest is looked for word by word. */
const maxPhraseWords = 16;

/**
 * Keys that find a text in the body of a mail as it is read. Servers compare with what is stored, HTML with its tags:
 * there a line ends within a phrase, and `&` is `&amp;`.
 */
export function bodyTokens(value: string): ImapToken[] {
  const words = value.split(' ');
  if (words.length === 1) return anyForm(value);
  return piecesOf(words).map(anyForm);
}

/**
 * What must all be there for a phrase: first its longest words, so that a server without an index looks for all the forms
 * in few mails only; then the phrase, a long one in pieces that share a word, for it may end several lines.
 */
function piecesOf(words: readonly string[]): string[] {
  const long = words.filter(({ length }) => length >= selective).sort((a, b) => b.length - a.length);
  const phrase = words.slice(0, maxPhraseWords);
  const step = pieceWords - 1;
  const pieces = Array.from({ length: Math.ceil((phrase.length - 1) / step) }, (_, nth) =>
    phrase
      .slice(0, pieceWords + nth * step)
      .slice(-pieceWords)
      .join(' '),
  );
  const rest = words.slice(maxPhraseWords);
  return [...new Set([...long.slice(0, maxSelective), ...pieces, ...rest])];
}

function anyForm(value: string): ImapToken[] {
  const keys = formsOf(value).map((form): ImapToken[] => [atom('BODY'), text(form)]);
  return keys.length > 1 ? either(keys) : keys.flat();
}

/** In letters, with the names that all HTML needs, of all signs, and of letters too; not every other mixture of them. */
function formsOf(value: string): string[] {
  const direct = apostropheForms(value);
  const inAllWays = [markup, signs, names].flatMap((table) => direct.map((form) => withNames(form, table)));
  const html = [...inAllWays, withNames(value, markup).replace(apostrophe, '&#39;')];
  const forms = [
    ...direct.flatMap((form) => broken(form, [...lineEnds, heldTogether])),
    ...html.flatMap((form) => broken(form, [...htmlLineEnds, heldTogether])),
  ];
  return [...new Set(forms)];
}

/** As it is, and with each of these instead of one of its blanks. */
function broken(value: string, breaks: readonly string[]): string[] {
  const blanks = [...value.matchAll(/ /gu)].map(({ index }) => index);
  const at = (blank: number) =>
    breaks.map((sign) => `${value.slice(0, blank)}${sign}${value.slice(blank + 1)}`);
  return [value, ...blanks.flatMap(at)];
}

/** Search keys for any of the alternatives. */
export function either(alternatives: readonly ImapToken[][]): ImapToken[] {
  return alternatives.flatMap((tokens, index) =>
    index < alternatives.length - 1 ? [atom('OR'), tokens] : [tokens],
  );
}
