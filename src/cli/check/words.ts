import { nameFor, ownSettings } from '../../config/account-names.ts';
import type { AccountConfig } from '../../config/config.ts';
import { cleanLine } from '../../content/clean.ts';

const longest = 600;
const redacted = '[redacted]';

/**
 * Makes texts of one account fit for a terminal. Settings are called as this account's are set
 * (`MAILBOX_WORK_PASSWORD`), and a password does not appear even when a server repeats it.
 * @param secrets passwords known so far; it grows while commands print them.
 */
export function wordsOf(
  { accountName }: AccountConfig,
  secrets: ReadonlySet<string>,
): (text: string) => string {
  return (text) => cleanLine(withoutSecrets(settingsOf(accountName, text), secrets), longest);
}

function settingsOf(account: string | undefined, text: string): string {
  if (account === undefined) return text;
  return text.replace(/\bMAILBOX_[A-Z_]+\b/gu, (name) => {
    const setting = ownSettings.find((candidate) => candidate === name);
    return setting ? nameFor(account, setting) : name;
  });
}

function withoutSecrets(text: string, secrets: ReadonlySet<string>): string {
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((rest, secret) => rest.replaceAll(secret, redacted), text);
}

/** `1 day`, `3 days`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** What a server calls something, cut to a length that leaves room for others. */
export function nameOf(text: string): string {
  return cleanLine(text, 40);
}
