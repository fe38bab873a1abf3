import { accountSettings, nameFor, ownSettings } from './account-names.ts';
import type { Env } from './given.ts';
import { nearest, suggestion } from './near.ts';
import { type SettingName, settingNames } from './schema.ts';

/**
 * What was meant as a setting and is none. Every MAILBOX_ name is ours; POOL_ and CACHE_ names also belong to other programs
 * (CACHE_DRIVER, POOL_SIZE), so there only a near miss is a fault; and of names in small letters only one of ours.
 */
export function unknownNames(env: Env, names: readonly string[]): string[] {
  const accounts = [...new Set(names)];
  const known: readonly string[] = [...settingNames, ...namesOf(accounts)];
  return Object.keys(env)
    .filter((name) => /^(?:MAILBOX|POOL|CACHE)_/iu.test(name) && !known.includes(name))
    .flatMap((name) => {
      const capitals = name.toUpperCase();
      const advice = known.includes(capitals) ? suggestion([capitals]) : adviceOn(name, accounts);
      const isFault = advice !== '' || name.startsWith('MAILBOX_');
      return isFault ? [`${name.slice(0, 60)} is not a setting${advice}.`] : [];
    });
}

/** How that sentence ends, where the name says what was meant. */
function adviceOn(name: string, accounts: readonly string[]): string {
  const common = settingNames
    .filter((setting) => !accountSettings.includes(setting))
    .find((setting) => accounts.some((account) => nameFor(account, setting) === name));
  if (common) return `: ${common} is for all accounts`;
  const plain =
    accounts.length === 0 ? settingNames : settingNames.filter((each) => !ownSettings.includes(each));
  const stranger = accountIn(name);
  if (!stranger) return suggestion(nearestNames(name, [...plain, ...namesOf(accounts)]));
  const { account, setting } = stranger;
  // The same setting of another account is near, too, and would be overwritten: only the account's name may be misspelt.
  const meant = nearest(account, accounts).map((near) => nameFor(near, setting));
  const advice = suggestion(meant.length > 0 ? meant : nearestNames(name, plain));
  return ` while MAILBOX_ACCOUNTS does not name the account ${account}${advice}`;
}

/** Its beginning does not count among the letters of which some may be wrong. */
function nearestNames(name: string, known: readonly string[]): string[] {
  const [beginning] = /^[A-Z]+_/u.exec(name) ?? [];
  if (beginning === undefined) return [];
  const rests = known.flatMap((each) => (each.startsWith(beginning) ? [each.slice(beginning.length)] : []));
  return nearest(name.slice(beginning.length), rests).map((rest) => beginning + rest);
}

function namesOf(accounts: readonly string[]): string[] {
  return accounts.flatMap((account) => accountSettings.map((setting) => nameFor(account, setting)));
}

const longestFirst = [...accountSettings].sort((a, b) => b.length - a.length);

/** `work` and `MAILBOX_EMAIL` of `MAILBOX_WORK_EMAIL`. */
function accountIn(name: string): { account: string; setting: SettingName } | undefined {
  for (const setting of longestFirst) {
    const ending = setting.slice('MAILBOX'.length);
    if (!name.endsWith(ending)) continue;
    const [, account] = /^MAILBOX_([A-Z][A-Z0-9_]{0,11})$/u.exec(name.slice(0, -ending.length)) ?? [];
    return account === undefined
      ? undefined
      : { account: account.toLowerCase().replaceAll('_', '-'), setting };
  }
  return undefined;
}
