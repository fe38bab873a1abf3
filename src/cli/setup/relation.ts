import { envFor } from '../../config/account-names.ts';
import type { Env } from '../../config/read-config.ts';
import { isFilledIn } from './entry.ts';
import { formerSettings, isObject, isOurs, isSetting } from './entry-reading.ts';
import { isSameAddress } from './merging.ts';

/**
 * How an entry stands to an address: for it alone, for several accounts with it among them, for whom it does not say, for
 * another one, or of another program.
 */
export type Relation = 'same' | 'among' | 'unsaid' | 'other' | 'stranger';

export function relationOf(entry: unknown, email = ''): Relation {
  if (!isOurs(entry)) return 'stranger';
  const settings = formerSettings(entry);
  const { MAILBOX_ACCOUNTS: accounts, MAILBOX_EMAIL: own = '' } = settings;
  if (accounts) {
    const names = accounts.split(',').map((name) => name.trim());
    return names.some((name) => isSameAddress(envFor(name, settings), email)) ? 'among' : 'other';
  }
  if (own.trim() === '' || isFilledIn(own)) return 'unsaid';
  return isSameAddress(settings, email) ? 'same' : 'other';
}

/** What an entry has that may belong to one mailbox alone: settings, misspelt ones, too, and the file they may stand in. */
export function ownNames(entry: unknown, settings: Env): string[] {
  const isOwn = (name: string) => /^MAILBOX_/iu.test(name) || isSetting(name);
  const names = Object.keys(settings).filter((name) => settings[name] && isOwn(name));
  return [...(isObject(entry) && 'envFile' in entry ? ['envFile'] : []), ...names];
}
