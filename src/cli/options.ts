import { parseArgs } from 'node:util';
import { optionSettings } from '../config/read-config.ts';

/** The options a command has. */
export interface OptionNames {
  /** Those that are said or not. */
  flags: readonly string[];
  /** Those that may have a value behind `=`: `--read-only=false`. */
  either?: readonly string[];
  /** Those that need a value: `--email a@b` or `--email=a@b`. */
  valued: readonly string[];
  /** Those of which a second value would silently replace the first. */
  once?: readonly string[];
  /** `-h` for `--help`. */
  short: Readonly<Record<string, string>>;
}

/** A word of the command line that means nothing, as it may be told, or an option said in the wrong way, with what is wrong. */
export type OptionFault =
  | { kind: 'unknown'; word: string }
  | { kind: 'stray'; word: string }
  | { kind: 'value'; word: string; sentence: string };

export interface GivenOptions {
  /** Every value of each option that was given; none of a flag. */
  options: ReadonlyMap<string, readonly string[]>;
  /** In the order of the command line. */
  faults: readonly OptionFault[];
}

/**
 * Reads options where Node's `parseArgs` guesses: an option is never taken for the value of the one before it, a flag
 * takes no value, and no word is passed over.
 */
export function readOptions(args: readonly string[], names: OptionNames): GivenOptions {
  const { flags, either = [], valued, short } = names;
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(valued.map((name) => [name, { type: 'string' }] as const)),
    ...{ strict: false, allowPositionals: true, tokens: true },
  });
  const options = new Map<string, string[]>();
  const faults: OptionFault[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') faults.push({ kind: 'stray', word: toldWord(token.value) });
    if (token.kind !== 'option') continue;
    const { rawName: word, value } = token;
    const name = word.startsWith('--') ? token.name : short[token.name];
    if (name === undefined || ![...flags, ...either, ...valued].includes(name)) {
      faults.push({ kind: 'unknown', word });
      continue;
    }
    const former = options.get(name);
    const wrong = misuse(name, token, names, former);
    if (wrong) faults.push({ kind: 'value', word, sentence: `${word} ${wrong}.` });
    options.set(name, [...(former ?? []), ...(value === undefined || wrong ? [] : [value])]);
  }
  return { options, faults };
}

/**
 * A word of a command line as it may be told: what stands behind `=` may be a password in the wrong place, and what is told
 * lands in the log of a client.
 */
export function toldWord(word: string): string {
  const [name = '', ...value] = word.split('=');
  return value.length > 0 ? `${name}=…` : word;
}

/** An option as it was said. */
interface Said {
  value?: string | undefined;
  /** Whether the value stands behind `=`. */
  inlineValue?: boolean | undefined;
}

/** What is wrong with the value of an option. @param former what was said of it before */
function misuse(
  name: string,
  { value, inlineValue }: Said,
  { flags, either = [], once = [] }: OptionNames,
  former: readonly string[] | undefined,
): string | undefined {
  if (flags.includes(name)) return value === undefined ? undefined : 'takes no value';
  const isSaid = value === undefined ? either.includes(name) : value.trim() !== '';
  if (!isSaid) return inlineValue === true ? 'needs a value behind "="' : 'needs a value';
  if (inlineValue !== true && value?.startsWith('-')) return 'needs a value';
  const isOther = former !== undefined && former.at(-1) !== value;
  if (!isOther || !once.includes(name)) return undefined;
  return 'is there twice and says different things: write it once, a list with commas';
}

/** What every command understands. */
export const shortOptions = { h: 'help', v: 'version', V: 'version' };

/** What serving and checking are told instead of by the environment. */
export const servingOptions = {
  either: ['read-only'],
  valued: Object.keys(optionSettings).filter((name) => name !== 'read-only'),
  once: Object.keys(optionSettings),
};

/** `--email` of `email`. */
export function dashed(names: readonly string[]): string[] {
  return names.map((name) => `--${name}`);
}
