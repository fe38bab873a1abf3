import { win32 } from 'node:path';
import { didYouMean } from '../../config/near.ts';
import { dashed, readOptions, servingOptions } from '../options.ts';
import { argsIn, isObject } from '../setup/merging.ts';

/** What runs the program it is told first: every word behind ours comes to us. */
const starters = /^(?:npx|bunx|node|nodejs|bun|tsx|cmd)(?:\.(?:exe|cmd))?$/iu;
const ourselves = /(?:^|[\\/])(?:mailbox-mcp-server(?:@[^\s/\\]+|\.cmd|\.exe)?|main\.[jt]s)$/iu;

/**
 * Why the server does not start with the arguments of an entry: it refuses what it does not understand, and its client shows
 * no more than "failed". Nothing where the words may be another program's, as those of a container or a shell.
 */
export function argumentFault(entry: unknown): string | undefined {
  if (!isOursToJudge(entry)) return undefined;
  const args = argsIn(entry);
  const { faults } = readOptions(args[0] === 'serve' ? args.slice(1) : args, {
    ...{ flags: [], ...servingOptions, short: {} },
  });
  const [first] = faults;
  if (!first) return undefined;
  if (first.kind === 'value') return `The server does not start with these arguments: ${first.sentence}`;
  const names = dashed([...servingOptions.either, ...servingOptions.valued]);
  const word = first.word.slice(0, 60);
  return `The server does not start with "${word}" among its arguments${didYouMean(word, names)}.`;
}

function isOursToJudge(entry: unknown): boolean {
  if (!isObject(entry) || typeof entry.command !== 'string') return false;
  const words = Array.isArray(entry.args) ? entry.args.filter((word) => typeof word === 'string') : [];
  const program = words.at(-argsIn(entry).length - 1);
  if (program === undefined) return ourselves.test(entry.command);
  return starters.test(win32.basename(entry.command)) && ourselves.test(program);
}
