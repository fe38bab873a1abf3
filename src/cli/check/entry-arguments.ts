import { toolsetNames } from '../../config/config.ts';
import { didYouMean } from '../../config/near.ts';
import { dashed, servingOptions, toldWord } from '../options.ts';
import { argsIn, isSetting, optionsIn, startsPlainly } from '../setup/entry-reading.ts';

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
  if (first.kind === 'stray' && !isTellable(word)) return strayFault(entry, first.word);
  const way = isSetting(word.replace('=…', '')) ? ': settings stand under "env" of the entry' : '';
  return `The server does not start with "${word}" among its arguments${way || didYouMean(word, names)}.`;
}

/** Words of our own, and what toldWord has shortened; any other may be a password that stands in the wrong place. */
function isTellable(word: string): boolean {
  return word.endsWith('=…') || ownWords.includes(word);
}

const ownWords: readonly string[] = [...toolsetNames, 'serve', 'setup', 'check', 'demo'];

function strayFault(entry: unknown, stray: string): string {
  const place = argsIn(entry).findIndex((word) => toldWord(word) === stray) + 1;
  return `The server does not start with word ${place} of its arguments: it belongs to no option, and may be a secret, so it is not shown.`;
}
