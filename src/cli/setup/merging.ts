import { type Env, optionSettings, readConfig } from '../../config/read-config.ts';
import { settingNames } from '../../config/schema.ts';
import { cleanLine } from '../../content/clean.ts';
import { readOptions, servingOptions } from '../options.ts';
import { withoutCalendar } from './providers.ts';

/** What `setup` decides; everything else in an entry for the same address was somebody's wish and is kept. */
const decided = /PASSWORD|^MAILBOX_(?:EMAIL|USERNAME|IMAP_\w+|SMTP_\w+|CALDAV_URL|READ_ONLY|SEND|ACCOUNTS)$/u;

function isDecided(name: string, value: string): boolean {
  return decided.test(name) || (name === 'MAILBOX_TOOLSETS' && value === withoutCalendar.MAILBOX_TOOLSETS);
}

/** The settings of an entry, together with those it gives on the command line, which win. */
export function formerSettings(entry: unknown): Env {
  const given = [...optionsIn(entry).options].flatMap(([option, values]) => {
    const name = optionSettings[option];
    return name ? [[name, values.at(-1) || 'true'] as const] : [];
  });
  return { ...settingsIn(entry), ...Object.fromEntries(given) };
}

function optionsIn(entry: unknown) {
  const [first, ...rest] = argsIn(entry);
  const args = first === undefined || first === 'serve' ? rest : [first, ...rest];
  return readOptions(args, { flags: [], ...servingOptions, short: {} });
}

/**
 * Whether an entry starts the program in one of the ways that are read here to the last word. Another one, as a shell, a
 * container or a script of somebody's, may restrict it where nobody looks.
 */
export function isReadWhole(entry: unknown): boolean {
  const { command } = started(entry);
  if (command === undefined) return true;
  const before = [String(command), ...launchWords(entry)];
  const isPlain = (word: string) => isOurName(word) || launchers.test(word) || settingIn(word) !== undefined;
  return before.some(isOurName) && before.every(isPlain) && optionsIn(entry).faults.length === 0;
}

/** What may stand before our name and says nothing to us. */
const launchers =
  /^(?:(?:.*[\\/])?(?:env|node|npx|npm|pnpx|pnpm|bunx|bun|yarn|cmd|tsx)(?:\.(?:exe|cmd))?|exec|dlx|x|-y|--yes|--|\/c)$/iu;

function isOurName(word: string): boolean {
  return /^(?:[^\s=]*[\\/])?mailbox-mcp-server(?:\.cmd|@[\w.^~-]+)?$|^(?!-).*\bmain\.[jt]s$/u.test(word);
}

export function isSameAddress({ MAILBOX_EMAIL: former = '' }: Env, email: string): boolean {
  return former.trim().toLowerCase() === email.toLowerCase();
}

/** Settings of ours in the former entry that go into the new one: all that setup does not decide and that are usable. */
export function carriedOver(former: Env, env: Record<string, string>): Record<string, string> {
  const kept: Record<string, string> = {};
  if (!isSameAddress(former, env.MAILBOX_EMAIL ?? '')) return kept;
  for (const name of settingNames) {
    const value = former[name];
    if (!value || isDecided(name, value)) continue;
    if (isUsable({ ...kept, [name]: value, ...env })) kept[name] = value;
  }
  return kept;
}

/**
 * Names of settings that setup does not decide and the new entry would be without; misspelt ones, too, for somebody meant
 * them. Those of several accounts go with their accounts.
 */
export function lostNames(former: Env, whole: Env): string[] {
  const lost = settingNames.filter((name) => {
    const value = former[name];
    return value && !isDecided(name, value) && whole[name] === undefined;
  });
  if (former.MAILBOX_ACCOUNTS) return lost;
  const misspelt = Object.keys(former).filter(
    (name) => former[name] && !isForeign(name, whole) && !isSetting(name),
  );
  return [...lost, ...misspelt];
}

/** Parts of an entry that are not ours. */
export interface Foreign {
  keys: Record<string, unknown>;
  env: Record<string, unknown>;
}

/** How the program is started is what `setup` decides. */
const ownKeys = new Set(['command', 'args', 'env', 'type']);

/**
 * What clients and people have put into the entry besides: whether it is switched on, how long to wait, a proxy, the
 * authorities Node shall trust. An entry that starts no program is another thing under our name: nothing of it stays.
 *
 * @param env the settings of the new entry; what would make them unusable, as a misspelt one, does not stay.
 */
export function foreignParts(former: unknown, env: Env): Foreign {
  if (!isObject(former) || !('command' in former)) return { keys: {}, env: {} };
  const { env: formerEnv } = started(former);
  return {
    keys: Object.fromEntries(Object.entries(former).filter(([key]) => !ownKeys.has(key))),
    env: Object.fromEntries(
      Object.entries(isObject(formerEnv) ? formerEnv : {}).filter(([name]) => isForeign(name, env)),
    ),
  };
}

/** Their names alone: the values may be secrets. */
export function keptNames({ keys, env }: Foreign): string {
  const isOff = (key: string) =>
    (key === 'disabled' && keys[key] === true) || (key === 'enabled' && keys[key] === false);
  const name = (key: string) => (isOff(key) ? `${key} (switched off)` : key);
  return cleanLine([...Object.keys(keys).map(name), ...Object.keys(env)].join(', '), 300);
}

/** The environment of an entry as its program gets it: clients take numbers and truth values for texts, too. */
export function settingsIn(entry: unknown): Env {
  const { env } = started(entry);
  const texts = Object.entries(isObject(env) ? env : {}).flatMap(([name, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value) ? [[name, String(value)] as const] : [],
  );
  return Object.fromEntries([...texts, ...launchWords(entry).flatMap((word) => settingIn(word) ?? [])]);
}

/** `MAILBOX_SEND=confirm`, as a word for `env` or behind `docker run -e`. */
function settingIn(word: string): [[name: string, value: string]] | undefined {
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
function started(entry: unknown): Readonly<Record<'command' | 'args' | 'env', unknown>> {
  const { command, args, env } = isObject(entry) ? entry : {};
  if (!isObject(command)) return { command, args, env };
  return { command: command.path, args: command.args, env: command.env };
}

function isSetting(name: string): boolean {
  const names: readonly string[] = settingNames;
  return names.includes(name);
}

/** Of a name that is not ours: whether the server lets it be. */
function isForeign(name: string, env: Env): boolean {
  return !isSetting(name) && isUsable({ ...env, [name]: 'x' });
}

/** In whatever home folder. */
function isUsable(env: Env): boolean {
  try {
    readConfig([], { HOME: '/', ...env });
    return true;
  } catch {
    return false;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
