import { type Searched, tokenize } from '../domain/query.ts';

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
