import { tokenize } from './query.ts';

/** Something a query holds that other programs would take for more than a word. */
export interface Operator {
  /** As it is written. */
  written: string;
  /** What to do here. */
  instead: string;
}

/** Words of everyday texts, operators only with their value right behind them. The others may begin `from: ann` too. */
const everyday = new Set([
  ...['an', 'on', 'in', 'is', 'has', 'to', 'von', 'text', 'date', 'size', 'before', 'after', 'since'],
  ...['start', 'end', 'ab', 'bis', 'ort', 'who', 'what', 'where', 'with'],
]);

/**
 * The first operator of a text, none in quotes.
 * @param insteadOf what to do instead of such a name before a colon; undefined for what is no operator
 */
export function firstOperator(
  input: string,
  insteadOf: (name: string) => string | undefined,
): Operator | undefined {
  const terms = tokenize(input).filter(({ mark }) => mark === '');
  for (const [index, { text, quoted, goesOn }] of terms.entries()) {
    const isLast = index === terms.length - 1;
    if (quoted) continue;
    if (text === 'NOT' && !isLast) return { written: text, instead: 'Write -word.' };
    const [, given = '', value = ''] = /^([\w-]+)[:：=](?!\/)(.*)$/su.exec(text) ?? [];
    const name = given.toLowerCase().replaceAll('-', '_');
    const instead = insteadOf(name);
    const isMeant = value !== '' || goesOn || (index === 0 && !isLast && !everyday.has(name));
    if (instead && isMeant) return { written: text.slice(0, given.length + 1), instead };
  }
  return undefined;
}
