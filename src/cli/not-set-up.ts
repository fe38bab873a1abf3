import type { Config, ConfigError, UnreadyAccount } from '../config/config.ts';
import { MailboxError } from '../domain/errors.ts';

/** What every call is answered while settings are wrong. @param whose as a sentence begins with it */
export function unusable(
  { faults, missing }: Pick<ConfigError, 'faults' | 'missing'>,
  whose = "The server's settings",
): MailboxError {
  const told = [...faults, ...(missing === undefined ? [] : [missing])].join(' ');
  return new MailboxError('invalid_input', `${whose} are not usable. ${told}`, {
    hint: "Correct the settings in the client's configuration of this server and restart it.",
  });
}

/** What every call is answered while credentials are missing. @param account as a sentence begins with it */
export function withoutCredentials(missing: string | undefined, account?: string): MailboxError {
  const message = account === undefined ? 'No mailbox is set up yet.' : `${account} is not set up yet.`;
  return new MailboxError('auth_failed', message, {
    ...(missing !== undefined && { hint: missing }),
  });
}

/**
 * What calls to one of several accounts are answered while it waits for its user.
 * @param ready names of those that do not
 */
export function notReady(
  { accountName, missing, faults }: UnreadyAccount,
  ready: readonly string[],
): MailboxError {
  const { code, message, hint } = faults
    ? unusable({ faults, missing }, `The settings of the account ${accountName}`)
    : withoutCredentials(missing, `The account ${accountName}`);
  // Whoever named no account asked this one only because it is the first.
  const others = `Calls with account: ${ready.join(' or ')} are not affected.`;
  return new MailboxError(code, message, { hint: [hint, others].filter(Boolean).join(' ') });
}

/** What is told at the start: which credentials are to be set, and which settings keep an account from being used. */
export function toSetUp({ missing, unready }: Config): string[] {
  return [...(missing === undefined ? [] : [missing]), ...unready.flatMap(({ faults = [] }) => faults)];
}
