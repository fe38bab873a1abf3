import { type Env, givenIn } from './given.ts';
import { type SettingName, settingNames } from './schema.ts';

/** Several accounts: `MAILBOX_ACCOUNTS=work,home`, then `MAILBOX_WORK_EMAIL` and so on for each. */

/** Credentials and what else says who somebody is: never shared, so that no password goes to another's server. */
export const ownSettings: readonly SettingName[] = [
  ...(['MAILBOX_EMAIL', 'MAILBOX_USERNAME', 'MAILBOX_ALIASES'] as const),
  ...(['MAILBOX_PASSWORD', 'MAILBOX_PASSWORD_COMMAND'] as const),
  ...(['MAILBOX_DAV_PASSWORD', 'MAILBOX_DAV_PASSWORD_COMMAND'] as const),
];

/** What an account may have for itself and otherwise shares with the others. */
const sharedSettings: readonly SettingName[] = [
  'MAILBOX_NAME',
  ...(['MAILBOX_IMAP_HOST', 'MAILBOX_IMAP_PORT', 'MAILBOX_IMAP_SECURE'] as const),
  ...(['MAILBOX_SMTP_HOST', 'MAILBOX_SMTP_PORT', 'MAILBOX_SMTP_SECURE'] as const),
  ...(['MAILBOX_CALDAV_URL', 'MAILBOX_CALENDARS', 'MAILBOX_CA_FILE', 'MAILBOX_AUTHSERV_IDS'] as const),
  ...(['MAILBOX_ALLOWED_RECIPIENTS', 'MAILBOX_SEND_LIMIT', 'MAILBOX_RATE_LIMIT'] as const),
];

export const accountSettings: readonly SettingName[] = [...ownSettings, ...sharedSettings];

/** `MAILBOX_WORK_EMAIL` for `work` and `MAILBOX_EMAIL`. */
export function nameFor(account: string, setting: SettingName): string {
  return nameOf(account, setting);
}

/** How the names of its settings begin: `MAILBOX_WORK_`. */
export function beginningFor(account: string): string {
  return `MAILBOX_${account.toUpperCase().replaceAll('-', '_')}_`;
}

function nameOf(account: string, setting: string): string {
  return setting.replace(/^MAILBOX_/u, beginningFor(account));
}

/** The environment as one account sees it: its own settings under their plain names, the shared ones, and the rest. */
export function envFor(account: string, env: Env): Env {
  const own = accountSettings.map((setting) => [setting, env[nameFor(account, setting)]] as const);
  const given = own.filter(([setting, value]) => value || ownSettings.includes(setting));
  return { ...env, ...Object.fromEntries(given) };
}

/** A fault found in that environment, with the setting called as it was set. */
export function faultFor(account: string, fault: string, env: Env): string {
  return accountSettings.reduce((text, setting) => {
    const own = nameFor(account, setting);
    return env[own] === undefined ? text : text.replaceAll(new RegExp(`\\b${setting}\\b`, 'gu'), own);
  }, fault);
}

/**
 * A text about settings as they are called for this account: as they were set, else as they are to be set for it alone,
 * which is always right.
 */
export function inWordsOf(account: string, env: Env): (text: string) => string {
  const own = new Set<string>(ownSettings);
  const given = givenIn(env);
  const isShared = (name: string) => !own.has(name) && !given[nameOf(account, name)] && given[name];
  return (text) =>
    text.replaceAll(/\bMAILBOX_[A-Z_]+\b/gu, (name) =>
      accountSettings.some((setting) => setting === name) && !isShared(name) ? nameOf(account, name) : name,
    );
}

/** What is wrong with the names themselves, and with settings that no account takes any more. */
export function accountNameFaults(accounts: readonly string[], env: Env): string[] {
  const [first] = accounts;
  if (first === undefined) return [];
  const names: string[] = [...settingNames];
  const clashing = accounts.filter((account) => {
    const own = accountSettings.map((setting) => nameFor(account, setting));
    const clash = account === 'all' || own.some((name) => names.includes(name));
    names.push(...own);
    return clash;
  });
  return [
    ...new Set(
      clashing.map((account) =>
        accounts.indexOf(account) === accounts.lastIndexOf(account)
          ? `MAILBOX_ACCOUNTS cannot hold ${account}: choose another name.`
          : `MAILBOX_ACCOUNTS holds ${account} twice.`,
      ),
    ),
    ...ownSettings
      .filter((setting) => env[setting])
      .map(
        (setting) =>
          `${setting} belongs to no account while MAILBOX_ACCOUNTS is set: set ${nameFor(first, setting)}.`,
      ),
  ];
}
