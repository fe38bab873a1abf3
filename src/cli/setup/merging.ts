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
  const { options } = readOptions(argsIn(entry), { flags: [], ...servingOptions, short: {} });
  const given = [...options].flatMap(([option, values]) => {
    const name = optionSettings[option];
    return name ? [[name, values.at(-1) || 'true'] as const] : [];
  });
  return { ...settingsIn(entry), ...Object.fromEntries(given) };
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

/** Names of settings that setup does not decide and the new entry would be without. */
export function lostNames(former: Env, whole: Env): string[] {
  return settingNames.filter((name) => {
    const value = former[name];
    return value && !isDecided(name, value) && whole[name] === undefined;
  });
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
  const formerEnv = isObject(former.env) ? former.env : {};
  const names: readonly string[] = settingNames;
  const isForeign = (name: string) => !names.includes(name) && isUsable({ ...env, [name]: 'x' });
  return {
    keys: Object.fromEntries(Object.entries(former).filter(([key]) => !ownKeys.has(key))),
    env: Object.fromEntries(Object.entries(formerEnv).filter(([name]) => isForeign(name))),
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
  if (!isObject(entry) || !isObject(entry.env)) return {};
  const texts = Object.entries(entry.env).flatMap(([name, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value) ? [[name, String(value)] as const] : [],
  );
  return Object.fromEntries(texts);
}

/** What an entry says to us on the command line. Words before our name are for the program that starts us. */
export function argsIn(entry: unknown): string[] {
  if (!isObject(entry) || !Array.isArray(entry.args)) return [];
  const words = entry.args.filter((word) => typeof word === 'string');
  return words.slice(words.findLastIndex((word) => /mailbox-mcp-server|main\.[jt]s$/u.test(word)) + 1);
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
