import { accountSettings, beginningFor, nameFor, ownSettings } from './account-names.ts';
import type { Env } from './given.ts';
import { nearest, suggestion } from './near.ts';
import { type SettingName, settingNames } from './schema.ts';

export interface UnknownName {
  /** What to say about it. */
  fault: string;
  /** Whose it is, where it is clearly one account's: the others can be used all the same. */
  account: string | undefined;
}

/**
 * What was meant as a setting and is none. Every MAILBOX_ name is ours; POOL_ and CACHE_ names also belong to other programs
 * (CACHE_DRIVER, POOL_SIZE), so there only a near miss is a fault; and of names in small letters only one of ours.
 * @param names of the accounts; undefined where they cannot be told, and a setting of any may be right
 */
export function unknownNames(env: Env, names: readonly string[] | undefined): UnknownName[] {
  const accounts = [...new Set(names)];
  const known: readonly string[] = [...settingNames, ...namesOf(accounts)];
  const isKnown = (name: string) => known.includes(name) || (names === undefined && accountIn(name));
  return Object.keys(env)
    .filter((name) => /^(?:MAILBOX|POOL|CACHE)_/iu.test(name) && !isKnown(name))
    .flatMap((name) => {
      const capitals = name.toUpperCase();
      const advice = known.includes(capitals) ? suggestion([capitals]) : adviceOn(name, accounts);
      const isFault = advice !== '' || name.startsWith('MAILBOX_');
      const fault = `${name.slice(0, 60)} is not a setting${advice}.`;
      return isFault ? [{ fault, account: ownerOf(capitals, accounts) }] : [];
    });
}

/**
 * The account that alone is concerned. None where the name may stand for what holds for all of them, as MAILBOX_READ_ONLY
 * does: the others would do what somebody has forbidden.
 */
function ownerOf(name: string, accounts: readonly string[]): string | undefined {
  const [owner, another] = accounts.filter((account) => name.startsWith(beginningFor(account)));
  if (owner === undefined || another !== undefined) return undefined;
  const beginning = beginningFor(owner);
  const meant = nearestNames(`MAILBOX_${name.slice(beginning.length)}`, settingNames);
  if (meant.length > 0) return commonSettings.some((each) => meant.includes(each)) ? undefined : owner;
  // An account called `send` and MAILBOX_SEND_MODE, one called `rea` and MAILBOX_REA_ONLY.
  const isOfAll = settingNames.some((setting) => `${setting}_`.startsWith(beginning));
  return isOfAll || nearestNames(name, settingNames).length > 0 ? undefined : owner;
}

/** What no account has for itself. */
const commonSettings = settingNames.filter((name) => !accountSettings.includes(name));

/** How that sentence ends, where the name says what was meant. */
function adviceOn(name: string, accounts: readonly string[]): string {
  const common = commonSettings.find((setting) =>
    accounts.some((account) => nameFor(account, setting) === name),
  );
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
