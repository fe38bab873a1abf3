/** What a search text means: words joined by AND, alternatives by OR, exclusions by a leading minus. */
export type Query =
  | { kind: 'text'; text: string }
  | { kind: 'and' | 'or'; parts: Query[] }
  | { kind: 'not'; part: Query };

const ors = new Set(['OR', 'ODER', '|', '||']);
const ands = new Set(['AND', 'UND']);

/**
 * Reads `invoice "second quarter" -draft OR Entwurf`, with straight or typographic quotes. OR binds the terms on both
 * its sides, everything else must hold together, with AND or without; a lone or leading OR or AND is a word. Returns
 * undefined when there is nothing to look for.
 */
export function parseQuery(input: string): Query | undefined {
  const terms = tokenize(input);
  const groups: Query[][] = [];
  let joining = false;
  for (const [index, term] of terms.entries()) {
    const isBare = !term.quoted && !term.excluded;
    const isBetween = isBare && groups.length > 0 && index < terms.length - 1;
    if (isBetween && ors.has(term.text)) {
      joining = true;
      continue;
    }
    if (isBetween && ands.has(term.text)) continue;
    const query = toQuery(term);
    const last = groups.at(-1);
    if (joining && last) last.push(query);
    else groups.push([query]);
    joining = false;
  }
  const parts = groups.map((group) => join('or', group));
  return parts.length === 0 ? undefined : join('and', parts);
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

/** The first such operator of a query, as it is written, and what to do instead; none in quotes. */
export function operatorIn(query: string): { written: string; instead: string } | undefined {
  const terms = tokenize(query);
  for (const [index, { text, quoted }] of terms.entries()) {
    const isLast = index === terms.length - 1;
    if (quoted) continue;
    if (text === 'NOT' && !isLast) return { written: text, instead: 'Write -word.' };
    const [, given = '', value = ''] = /^([\w-]+)[:：=](?!\/)(.*)$/su.exec(text) ?? [];
    const name = given.toLowerCase().replaceAll('-', '_');
    const instead = insteadOf(name);
    const isMeant = value !== '' || (index === 0 && !isLast && !everyday.has(name));
    if (instead && isMeant) return { written: text.slice(0, given.length + 1), instead };
  }
  return undefined;
}

function insteadOf(name: string): string | undefined {
  if (Object.hasOwn(parameters, name)) return `Use the parameter ${parameters[name]}.`;
  return Object.hasOwn(otherWays, name) ? otherWays[name] : undefined;
}

/** In the one form of its letters that servers compare by, typographic quotes as plain ones. */
export function straightQuotes(text: string): string {
  return text.normalize('NFC').replace(/[„“”«»‟]/gu, '"');
}

interface Term {
  text: string;
  excluded: boolean;
  quoted: boolean;
}

function tokenize(input: string): Term[] {
  const text = straightQuotes(input);
  return [...text.matchAll(/(-?)"([^"]*)(?:"|$)|(-?)(\S+)/gu)].flatMap(
    ([, quotedMinus, phrase, minus, word]) => {
      const text = (phrase ?? bareWord(word)).replace(/\s+/gu, ' ').trim();
      const excluded = (quotedMinus ?? minus) === '-';
      return text ? [{ text, excluded, quoted: phrase !== undefined }] : [];
    },
  );
}

/**
 * Without the parentheses of `(a OR b) c`, which say nothing new, the star of `invoi*`, for beginnings are found
 * anyway, and a lone sign such as a dash.
 */
function bareWord(word = ''): string {
  const inner = word
    .replace(/^\(+(?=.)/u, '')
    .replace(/(?<=.)\)+$/u, '')
    .replace(/(?<=[\p{L}\p{N}])\*+$/u, '');
  return /[\p{L}\p{N}\p{S}]/u.test(inner) ? inner : '';
}

function toQuery({ text, excluded }: Term): Query {
  const part: Query = { kind: 'text', text };
  return excluded ? { kind: 'not', part } : part;
}

function join(kind: 'and' | 'or', parts: Query[]): Query {
  const [only] = parts;
  return only && parts.length === 1 ? only : { kind, parts };
}
