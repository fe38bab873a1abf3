import { nameFor } from '../../src/config/account-names.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { SettingName } from '../../src/config/schema.ts';

export type Settings = Record<string, string>;

/** What a person chose for every day and the contract says for itself: which tools, which calendars, to whom, how much. */
const inTheWay: readonly SettingName[] = [
  ...(['MAILBOX_TIMEZONE', 'MAILBOX_CALENDARS', 'MAILBOX_READ_ONLY'] as const),
  ...(['MAILBOX_TOOLSETS', 'MAILBOX_TOOLS', 'MAILBOX_TOOLS_EXCLUDE'] as const),
  ...(['MAILBOX_SEND', 'MAILBOX_ALLOWED_RECIPIENTS'] as const),
  ...(['MAILBOX_SEND_LIMIT', 'MAILBOX_RATE_LIMIT'] as const),
];

/**
 * How the account is reached, and nothing of how it is used; in the zone the contract counts in.
 * @throws ConfigError naming every setting that is wrong
 */
export function liveSettings(env: Settings): Settings {
  const { accounts } = readConfig([], env);
  const named = accounts.flatMap(({ accountName }) =>
    accountName === undefined ? [] : inTheWay.map((setting) => nameFor(accountName, setting)),
  );
  const dropped: readonly string[] = [...inTheWay, ...named];
  const kept = Object.entries(env).filter(([name]) => !dropped.includes(name));
  return { ...Object.fromEntries(kept), MAILBOX_TIMEZONE: 'Europe/Berlin' };
}
