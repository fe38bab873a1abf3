import { type Env, readConfig } from '../../config/read-config.ts';
import { settingNames } from '../../config/schema.ts';
import { cleanLine } from '../../content/clean.ts';

/** What `setup` decides; everything else in an entry for the same address was somebody's wish and is kept. */
const decided =
  /PASSWORD|^MAILBOX_(?:EMAIL|USERNAME|IMAP_\w+|SMTP_\w+|CALDAV_URL|TOOLSETS|READ_ONLY|SEND|ACCOUNTS)$/u;

/** Settings of ours in the former entry that go into the new one. */
export function carriedOver(former: Env, env: Env): Record<string, string> {
  if (former.MAILBOX_EMAIL !== env.MAILBOX_EMAIL) return {};
  const kept = Object.fromEntries(
    settingNames
      .filter((name) => !decided.test(name))
      .flatMap((name) => (former[name] ? [[name, former[name]]] : [])),
  );
  return isUsable({ ...kept, ...env }) ? kept : {};
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
  const name = (key: string) => (key === 'disabled' && keys[key] === true ? 'disabled (switched off)' : key);
  return cleanLine([...Object.keys(keys).map(name), ...Object.keys(env)].join(', '), 300);
}

/** The texts in the environment of an entry. */
export function settingsIn(entry: unknown): Env {
  if (!isObject(entry) || !isObject(entry.env)) return {};
  const texts = Object.entries(entry.env).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  return Object.fromEntries(texts);
}

function isUsable(env: Env): boolean {
  try {
    readConfig([], env);
    return true;
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
