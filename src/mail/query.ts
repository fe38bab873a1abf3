/** What a search text means: words joined by AND, alternatives by OR, exclusions by a leading minus. */
export type Query =
  | { kind: 'text'; text: string }
  | { kind: 'and' | 'or'; parts: Query[] }
  | { kind: 'not'; part: Query };

/** The parameter a text is for. Subjects are pasted as they are, and hold bars and words in capitals. */
export type Searched = 'query' | 'subject';

const joints = new Map([
  ['OR', 'or'],
  ['AND', 'and'],
  ['UND', 'and'],
]);
/** OR too in a query that has nothing but terms and them. */
const looseOrs = new Set(['ODER', '|']);

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
  const isLoose = ({ joint = '' }: Item) => looseOrs.has(joint);
  const alternate = searched === 'query' && items.every((item, index) => isLoose(item) === (index % 2 === 1));
  const kindOf = (item: Item) => (alternate && isLoose(item) ? 'or' : joints.get(item.joint ?? ''));
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

/** What other mail programs let one write in a query, and the parameter for it here. */
const parameters: Record<string, string> = {
  ...{ from: 'from', sender: 'from', von: 'from' },
  ...{ to: 'to', cc: 'to', bcc: 'to', recipient: 'to', deliveredto: 'to', an: 'to' },
  ...{ subject: 'subject', betreff: 'subject' },
  ...{ in: 'folder', label: 'folder', folder: 'folder', category: 'folder' },
  ...{ has: 'hasAttachment', filename: 'hasAttachment', attachment: 'hasAttachment' },
  ...{ is: 'unread or flagged', keyword: 'keyword', tag: 'keyword' },
  ...{ larger: 'largerThan', larger_than: 'largerThan', size: 'largerThan' },
  ...{ after: 'since', since: 'since', newer: 'since', newer_than: 'since' },
  ...{ before: 'before', older: 'before', older_than: 'before' },
  ...{ date: 'since and before', on: 'since and before' },
};
/** The same where there is no parameter for it. */
const otherWays: Record<string, string> = {
  ...{ body: 'Write the words without it.', text: 'Write the words without it.' },
  ...{ smaller: 'There is no such condition.', smaller_than: 'There is no such condition.' },
  ...{ list: 'Use the parameter to.', rfc822msgid: 'There is no such condition.' },
};

/** Words of everyday texts, operators only with their value right behind them. The others may begin `from: ann` too. */
const everyday = new Set([
  'an',
  'on',
  'in',
  'is',
  'has',
  'to',
  'von',
  'text',
  'date',
  'size',
  'before',
  'after',
  'since',
]);

/** The first such operator of a text, as it is written, and what to do instead; none in quotes. */
export function operatorIn(
  input: string,
  searched: Searched,
): { written: string; instead: string } | undefined {
  const terms = tokenize(input).filter(({ mark }) => mark === '');
  for (const [index, { text, quoted, goesOn }] of terms.entries()) {
    const isLast = index === terms.length - 1;
    if (quoted) continue;
    if (text === 'NOT' && !isLast) return { written: text, instead: 'Write -word.' };
    const [, given = '', value = ''] = /^([\w-]+)[:：=](?!\/)(.*)$/su.exec(text) ?? [];
    const name = given.toLowerCase().replaceAll('-', '_');
    const instead = insteadOf(name, searched);
    const isMeant = value !== '' || goesOn || (index === 0 && !isLast && !everyday.has(name));
    if (instead && isMeant) return { written: text.slice(0, given.length + 1), instead };
  }
  return undefined;
}

function insteadOf(name: string, searched: Searched): string | undefined {
  if (Object.hasOwn(otherWays, name)) return otherWays[name];
  if (!Object.hasOwn(parameters, name)) return undefined;
  return parameters[name] === searched ? otherWays.body : `Use the parameter ${parameters[name]}.`;
}

/** In the one form of its letters that servers compare by, typographic quotes as plain ones. */
export function straightQuotes(text: string): string {
  return text.normalize('NFC').replace(/[„“”«»‟]/gu, '"');
}

interface Token {
  /** A parenthesis or a bar; empty for a term. */
  mark: string;
  text: string;
  excluded: boolean;
  quoted: boolean;
  /** A phrase or a parenthesis stands right behind it. */
  goesOn: boolean;
}

/**
 * `-50%` leaves nothing out. A pair of parentheses within a word is part of it, `f(x)`; a quote at its end is an inch, or
 * closes what nothing opened.
 */
const token = new RegExp(
  [
    String.raw`(?<minus>-(?!\d+%))?(?:"(?<phrase>[^"]*)(?:"|$)|(?<open>\())`,
    String.raw`(?<close>\))|(?<bar>\|)\|*`,
    String.raw`(?<wordMinus>-(?!\d+%))?(?<word>[^\s"()|]+(?:\([^\s"()|]*\)[^\s"()|]*)*)(?:"(?![^\s)|]))?(?=(?<goesOn>["(])?)`,
  ].join('|'),
  'gu',
);

function tokenize(input: string): Token[] {
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
