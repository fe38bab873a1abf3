import { didYouMean } from '../../config/near.ts';
import { dashed, servingOptions } from '../options.ts';
import { isSetting, optionsIn, startsPlainly } from '../setup/entry-reading.ts';

/**
 * Why the server does not start with the arguments of an entry: it refuses what it does not understand, and its client shows
 * no more than "failed". Nothing where the words may be another program's, as those of a container or a shell.
 */
export function argumentFault(entry: unknown): string | undefined {
  if (!startsPlainly(entry)) return undefined;
  const [first] = optionsIn(entry).faults;
  if (!first) return undefined;
  if (first.kind === 'value') return `The server does not start with these arguments: ${first.sentence}`;
  const names = dashed([...servingOptions.either, ...servingOptions.valued]);
  const word = first.word.slice(0, 60);
  const way = isSetting(word.replace('=…', '')) ? ': settings stand under "env" of the entry' : '';
  return `The server does not start with "${word}" among its arguments${way || didYouMean(word, names)}.`;
}
