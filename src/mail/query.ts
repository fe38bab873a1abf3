/** What a search text means: words joined by AND, alternatives by OR, exclusions by a leading minus. */
export type Query =
  | { kind: 'text'; text: string }
  | { kind: 'and' | 'or'; parts: Query[] }
  | { kind: 'not'; part: Query };

/**
 * Reads `invoice "second quarter" -draft OR Entwurf`, with straight or typographic quotes. OR binds the terms on both its sides, everything else must
 * hold together; a lone or leading OR is a word. Returns undefined when there is nothing to look for.
 */
export function parseQuery(input: string): Query | undefined {
  const terms = tokenize(input);
  const groups: Query[][] = [];
  let joining = false;
  for (const [index, term] of terms.entries()) {
    const isBare = !term.quoted && !term.excluded;
    const isOr = isBare && term.text === 'OR' && groups.length > 0 && index < terms.length - 1;
    if (isOr) {
      joining = true;
      continue;
    }
    const query = toQuery(term);
    const last = groups.at(-1);
    if (joining && last) last.push(query);
    else groups.push([query]);
    joining = false;
  }
  const parts = groups.map((group) => join('or', group));
  return parts.length === 0 ? undefined : join('and', parts);
}

/** What other mail programs let one write in a query, and what it is called here. */
const parameters: Record<string, string> = {
  ...{ from: 'from', to: 'to', cc: 'to', bcc: 'to', subject: 'subject' },
  ...{ in: 'folder', label: 'folder', folder: 'folder', has: 'hasAttachment', filename: 'hasAttachment' },
  ...{ is: 'unread or flagged', keyword: 'keyword', larger: 'largerThan' },
  ...{ after: 'since', since: 'since', newer: 'since', newer_than: 'since' },
  ...{ before: 'before', older: 'before', older_than: 'before' },
};

/** The first such operator of a query, as it is written and the parameter for it; none in quotes. */
export function operatorIn(query: string): { written: string; parameter: string } | undefined {
  for (const { text, quoted } of tokenize(query)) {
    const [written, name = ''] = (!quoted && /^(\w+):(?=[^\s/])/u.exec(text)) || [];
    const parameter = Object.hasOwn(parameters, name.toLowerCase()) && parameters[name.toLowerCase()];
    if (written !== undefined && parameter) return { written, parameter };
  }
  return undefined;
}

interface Term {
  text: string;
  excluded: boolean;
  quoted: boolean;
}

function tokenize(input: string): Term[] {
  const text = input.normalize('NFC').replace(/[„“”«»‟]/gu, '"');
  return [...text.matchAll(/(-?)"([^"]*)(?:"|$)|(-?)(\S+)/gu)].flatMap(
    ([, quotedMinus, phrase, minus, word]) => {
      const text = (phrase ?? bareWord(word)).replace(/\s+/gu, ' ').trim();
      const excluded = (quotedMinus ?? minus) === '-';
      return text ? [{ text, excluded, quoted: phrase !== undefined }] : [];
    },
  );
}

/** Without the parentheses of `(a OR b) c`, which say nothing new, and without a lone sign such as a dash. */
function bareWord(word = ''): string {
  const inner = word.replace(/^\(+(?=.)/u, '').replace(/(?<=.)\)+$/u, '');
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
