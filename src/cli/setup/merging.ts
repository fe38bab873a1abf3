import { type Env, readConfig } from '../../config/read-config.ts';
import { settingNames } from '../../config/schema.ts';
import { cleanLine } from '../../content/clean.ts';
import { formerSettings, isObject, isOurs, isSetting, started } from './entry-reading.ts';
import { leavesOutCalendars } from './providers.ts';

/** What `setup` decides; everything else in an entry for the same address was somebody's wish and is kept. */
const decided = /PASSWORD|^MAILBOX_(?:EMAIL|USERNAME|IMAP_\w+|SMTP_\w+|CALDAV_URL|READ_ONLY|SEND|ACCOUNTS)$/u;

function isDecided(name: string, value: string): boolean {
  return decided.test(name) || (name === 'MAILBOX_TOOLSETS' && leavesOutCalendars(value));
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
const ownKeys: readonly string[] = ['command', 'args', 'env', 'type'];

/**
 * What clients and people have put into the entry besides: whether it is switched on, how long to wait, a proxy, the
 * authorities Node shall trust. An entry that is not ours or starts no program is another thing under our name: nothing of it stays.
 *
 * @param env the settings of the new entry; what would make them unusable, as a misspelt one, does not stay.
 */
export function foreignParts(former: unknown, env: Env): Foreign {
  if (!isObject(former) || !('command' in former) || !isOurs(former)) return { keys: {}, env: {} };
  const { env: formerEnv } = started(former);
  // A file of settings may name a host of another mailbox, which must not get the password of this one.
  const isItsOwn = isSameAddress(formerSettings(former), env.MAILBOX_EMAIL ?? '');
  const gone = isItsOwn ? ownKeys : [...ownKeys, 'envFile'];
  return {
    keys: Object.fromEntries(Object.entries(former).filter(([key]) => !gone.includes(key))),
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
