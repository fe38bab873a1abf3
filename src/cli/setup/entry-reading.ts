import { type Env, optionSettings } from '../../config/read-config.ts';
import { settingNames } from '../../config/schema.ts';
import { readOptions, servingOptions } from '../options.ts';

/** The settings of an entry, together with those it gives on the command line, which win. */
export function formerSettings(entry: unknown): Env {
  const given = [...optionsIn(entry).options].flatMap(([option, values]) => {
    const name = optionSettings[option];
    return name ? [[name, values.at(-1) || 'true'] as const] : [];
  });
  return { ...settingsIn(entry), ...Object.fromEntries(given) };
}

/** What an entry says to us as options, and what of it the server would refuse. */
export function optionsIn(entry: unknown) {
  const [first, ...rest] = argsIn(entry);
  const args = first === undefined || first === 'serve' ? rest : [first, ...rest];
  return readOptions(args, { flags: [], ...servingOptions, short: {} });
}

/**
 * Whether an entry starts the program in one of the ways that are read here to the last word. Another one, as a shell, a
 * container or a script of somebody's, may restrict it where nobody looks.
 */
export function isReadWhole(entry: unknown): boolean {
  if (started(entry).command === undefined) return true;
  return startsPlainly(entry) && optionsIn(entry).faults.length === 0;
}

/** Whether every word behind our name in it comes to us. */
export function startsPlainly(entry: unknown): boolean {
  const before = [String(started(entry).command), ...launchWords(entry)];
  const isPlain = (word: string) => isOurName(word) || launchers.test(word) || settingIn(word) !== undefined;
  return before.some(isOurName) && before.every(isPlain);
}

/** Whether an entry is for us: by the settings it gives, or by what it starts. */
export function isOurs(entry: unknown): boolean {
  return hasOurSettings(entry) || startsUs(entry);
}

/** In whatever letters: somebody meant them for us. */
function hasOurSettings(entry: unknown): boolean {
  return Object.keys(settingsIn(entry)).some(isOnlyOurs);
}

/** Whether a text that cannot be read as a whole says something about us. */
export function mentionsUs(text: string): boolean {
  return text.includes('mailbox-mcp-server') || (text.match(/\bMAILBOX_\w+/gu) ?? []).some(isOnlyOurs);
}

function isOnlyOurs(name: string): boolean {
  const known = name.toUpperCase();
  return isSetting(known) && known.startsWith('MAILBOX_') && !anyones.has(known);
}

/** What another program for mail may well call its settings, too, as every program does LOG_LEVEL. */
const anyones: ReadonlySet<string> = new Set(['MAILBOX_NAME', 'MAILBOX_USERNAME', 'MAILBOX_TIMEZONE']);

/** Whether our name stands in it where that of a program, a package or an image stands, not that of any folder. */
export function startsUs(entry: unknown): boolean {
  const { command } = started(entry);
  const program = typeof command === 'string' ? command : '';
  const words = [program, ...wordsIn(entry)];
  return ourProgram.test(program) || words.some((word) => ourWords.some((form) => form.test(word)));
}

const ourProgram = /(?:^|[\\/])mailbox-mcp-server(?:\.cmd|\.exe)?$/u;
/** For npx, also in the line of a shell; as npm and a checkout lay it down; as an image of containers is called. */
const ourWords = [
  /(?:^|\s)mailbox-mcp-server(?:@[\w.^~-]+)?(?=\s|$)/u,
  /[\\/](?:\.?bin|npm)[\\/]mailbox-mcp-server(?:\.cmd)?$/u,
  /[\\/]mailbox-mcp-server[\\/](?:.*[\\/])?main\.[jt]s$/u,
  /^\w[\w.-]*(?::\d+)?(?:\/[\w.-]+)*\/mailbox-mcp-server(?::[\w.-]+)?$/u,
];

/** What may stand before our name and says nothing to us. */
const launchers =
  /^(?:(?:.*[\\/])?(?:env|node|npx|npm|pnpx|pnpm|bunx|bun|yarn|cmd|tsx)(?:\.(?:exe|cmd))?|exec|dlx|x|-y|--yes|--|\/c)$/iu;

function isOurName(word: string): boolean {
  return /^(?:[^\s=]*[\\/])?mailbox-mcp-server(?:\.cmd|@[\w.^~-]+)?$|^(?!-).*\bmain\.[jt]s$/u.test(word);
}

/** The environment of an entry as its program gets it: clients take numbers and truth values for texts, too. */
export function settingsIn(entry: unknown): Env {
  const { env } = started(entry);
  const texts = Object.entries(isObject(env) ? env : {}).flatMap(([name, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value) ? [[name, String(value)] as const] : [],
  );
  return Object.fromEntries([...texts, ...settingsOfWords(launchWords(entry))]);
}

type Pair = readonly [name: string, value: string];

/** Of a word the setting it is; of the line of a shell what it sets before our name, as far as that needs no shell to be read. */
function settingsOfWords(words: readonly string[]): readonly Pair[] {
  return words.flatMap((word, index) => {
    if (!isShellLine(word, words[index - 1])) return settingIn(word) ?? [];
    return [...word.matchAll(assignment)].flatMap(([, name = '', quoted, plain = '']) =>
      isSetting(name) ? [[name, quoted ?? plain] as const] : [],
    );
  });
}

const assignment =
  /(?<=^|\s)(\w+)=(?:'([^']*)'|([^\s'"\\$`;&|<>()]*))(?=\s.*(?:mailbox-mcp-server|main\.[jt]s))/gsu;

/** `MAILBOX_SEND=confirm npx mailbox-mcp-server`, or what stands behind `sh -c` and `env -S`. */
function isShellLine(word: string, before = ''): boolean {
  const hasProgram = /\s(?:\S*[\\/])?mailbox-mcp-server(?:@[\w.^~-]+)?(?=\s|$)/u;
  return /^-[a-z]*[cS]$/u.test(before) || hasProgram.test(word);
}

/** `MAILBOX_SEND=confirm`, as a word for `env` or behind `docker run -e`. */
function settingIn(word: string): [Pair] | undefined {
  const [, name = '', value = ''] = /^(?:--env=)?(\w+)=(.*)$/su.exec(word) ?? [];
  return isSetting(name) ? [[name, value]] : undefined;
}

/** What an entry says to us on the command line. Words before our name are for the program that starts us. */
export function argsIn(entry: unknown): string[] {
  return wordsIn(entry).slice(launchWords(entry).length);
}

/** The words of an entry up to our name. */
function launchWords(entry: unknown): string[] {
  const words = wordsIn(entry);
  return words.slice(0, words.findLastIndex((word) => /mailbox-mcp-server|main\.[jt]s$/u.test(word)) + 1);
}

function wordsIn(entry: unknown): string[] {
  const { args } = started(entry);
  return Array.isArray(args) ? args.filter((word) => typeof word === 'string') : [];
}

/** How an entry starts its program. Zed had all of it under `command` once, the program as `path`. */
export function started(entry: unknown): Readonly<Record<'command' | 'args' | 'env', unknown>> {
  const { command, args, env } = isObject(entry) ? entry : {};
  if (!isObject(command)) return { command, args, env };
  return { command: command.path, args: command.args, env: command.env };
}

export function isSetting(name: string): boolean {
  const names: readonly string[] = settingNames;
  return names.includes(name);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
