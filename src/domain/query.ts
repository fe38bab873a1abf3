/** What a search text means: words joined by AND, alternatives by OR, exclusions by a leading minus. */
export type Query =
  | { kind: 'text'; text: string }
  | { kind: 'and' | 'or'; parts: Query[] }
  | { kind: 'not'; part: Query };

/** The parameter a text is for. Subjects are pasted as they are, and hold bars and words in capitals. */
export type Searched = 'query' | 'subject';

const subjectJoints = new Map([
  ['OR', 'or'],
  ['AND', 'and'],
  ['UND', 'and'],
]);
const queryJoints = new Map([...subjectJoints, ['ODER', 'or'], ['|', 'or']]);
/** Where one of them stands between all terms that are not left out: in small letters they are everyday words, too. */
const looseJoints = new Map([
  ...['OR', 'ODER', '|', 'or', 'oder'].map((joint) => [joint, 'or'] as const),
  ...['AND', 'UND', 'and', 'und'].map((joint) => [joint, 'and'] as const),
]);

/**
 * Reads `invoice "second quarter" (-draft OR Entwurf)`, with straight or typographic quotes. OR binds the terms on both
 * its sides, everything else must hold together, with AND or without; parentheses make a term of several. OR or AND
 * alone is a word, and nothing before or behind all terms. Returns undefined when there is nothing to look for.
 */
export function parseQuery(input: string, searched: Searched): Query | undefined {
  const outermost: Level = { excluded: false, items: [] };
  const levels = [outermost];
  const close = () => {
    const level = levels.pop();
    if (level) levels.at(-1)?.items.push({ query: toQuery(combined(level.items, searched), level.excluded) });
  };
  for (const { mark, text, excluded, quoted } of tokenize(input)) {
    if (mark === '(') levels.push({ excluded, items: [] });
    else if (mark === ')' && levels.length > 1) close();
    else if (mark === '|') levels.at(-1)?.items.push({ query: undefined, joint: '|' });
    else if (mark === '') {
      const joint = quoted || excluded ? undefined : text;
      levels.at(-1)?.items.push({ query: toQuery(termOf(text, quoted), excluded), joint });
    }
  }
  while (levels.length > 1) close();
  return combined(outermost.items, searched);
}

/** An open parenthesis and what has come since. */
interface Level {
  excluded: boolean;
  items: Item[];
}

interface Item {
  query: Query | undefined;
  /** The text that may join its neighbours. */
  joint?: string | undefined;
}

function combined(items: readonly Item[], searched: Searched): Query | undefined {
  const joints = jointsOf(items, searched);
  const kindOf = ({ joint = '' }: Item) => joints.get(joint);
  const hasTerms = items.some((item) => item.query && !kindOf(item));
  const groups: Query[][] = [];
  let joining = false;
  for (const item of items) {
    const kind = hasTerms ? kindOf(item) : undefined;
    if (kind === 'or') joining = true;
    if (kind || !item.query) continue;
    const last = groups.at(-1);
    if (joining && last) last.push(item.query);
    else groups.push([item.query]);
    joining = false;
  }
  return join(
    'and',
    groups.flatMap((group) => join('or', group) ?? []),
  );
}

function jointsOf(items: readonly Item[], searched: Searched): ReadonlyMap<string, string> {
  if (searched === 'subject') return subjectJoints;
  const isLoose = alternating(items) ?? alternating(items.filter(({ query }) => query?.kind !== 'not'));
  return isLoose ? looseJoints : queryJoints;
}

/** What stands between all terms, if it is the same between all of them. */
function alternating(items: readonly Item[]): 'and' | 'or' | undefined {
  const kinds = items.map(({ joint = '' }) => looseJoints.get(joint));
  const [, kind] = kinds;
  const isWord = items.length % 2 === 0 && /\p{Ll}/u.test(items.at(-1)?.joint ?? '');
  return !isWord && kinds.every((each, index) => each === (index % 2 === 1 ? kind : undefined))
    ? kind
    : undefined;
}

/** In the one form of its letters that servers compare by, typographic quotes as plain ones. */
export function straightQuotes(text: string): string {
  return text.normalize('NFC').replace(/[„“”«»‟]/gu, '"');
}

export interface Token {
  /** A parenthesis or a bar; empty for a term. */
  mark: string;
  text: string;
  excluded: boolean;
  quoted: boolean;
  /** A phrase or a parenthesis stands right behind it. */
  goesOn: boolean;
}

/** A minus; a dash before a letter is what programs make of it. */
const minusSign = String.raw`(?:-(?!\d+%)|[–−](?=[\p{L}"(]))`;
/**
 * `-50%` leaves nothing out. A pair of parentheses within a word is part of it, `f(x)`; a quote at its end is an inch, or
 * closes what nothing opened.
 */
const token = new RegExp(
  [
    String.raw`(?<minus>${minusSign})?(?:"(?<phrase>[^"]*)(?:"|$)|(?<open>\())`,
    String.raw`(?<close>\))|(?<bar>\|)\|*`,
    String.raw`(?<wordMinus>${minusSign})?(?<word>[^\s"()|]+(?:\([^\s"()|]*\)[^\s"()|]*)*)(?:"(?![^\s)|]))?(?=(?<goesOn>["(])?)`,
  ].join('|'),
  'gu',
);

/** The terms and marks of a text, in their order. */
export function tokenize(input: string): Token[] {
  return [...straightQuotes(input).matchAll(token)].flatMap(({ groups = {} }) => {
    const { minus, wordMinus, phrase, word, open, close, bar, goesOn } = groups;
    const text = phrase?.replace(/\s+/gu, ' ').trim() ?? bareWord(word);
    const mark = open ?? close ?? bar ?? '';
    const excluded = (minus ?? wordMinus) !== undefined;
    const term = { mark, text, excluded, quoted: phrase !== undefined, goesOn: goesOn !== undefined };
    return mark || text ? [term] : [];
  });
}

/** Without the signs around it, the star of `invoi*`, for beginnings are found anyway, and no lone sign such as a dash. */
function bareWord(word = ''): string {
  // An initial: the letter alone is in nearly every mail.
  if (/^\p{L}\.$/u.test(word)) return word;
  const inner = word.replace(/^[\p{Cf}'‘’[{+*-]+(?=.)|(?<=.)[\p{Cf},.?!…'’\]}*-]+$/gu, '');
  return /[\p{L}\p{N}\p{S}]/u.test(inner) ? inner : '';
}

/** Mail that has both words rarely has them with the same sign between them: `Haus,Hof`. */
function termOf(text: string, quoted: boolean): Query | undefined {
  const words = quoted ? [text] : text.split(/(?<=\p{L})[,;]+(?=\p{L})/u);
  return join(
    'and',
    words.map((word) => ({ kind: 'text', text: word })),
  );
}

function toQuery(part: Query | undefined, excluded: boolean): Query | undefined {
  return part && excluded ? { kind: 'not', part } : part;
}

/** Undefined when there are no parts. */
function join(kind: 'and' | 'or', parts: Query[]): Query | undefined {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  return flat.length > 1 ? { kind, parts: flat } : flat[0];
}
