import type { Config, ConfigError } from '../config/config.ts';
import { MailboxError } from '../domain/errors.ts';

/** What every call is answered while settings are wrong. @param whose as a sentence begins with it */
export function unusable(
  { faults }: Pick<ConfigError, 'faults'>,
  whose = "The server's settings",
): MailboxError {
  return new MailboxError('invalid_input', `${whose} are not usable. ${faults.join(' ')}`, {
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

/** What is told at the start: which credentials are to be set, and which settings keep an account from being used. */
export function toSetUp({ missing, unready }: Config): string[] {
  return [...(missing === undefined ? [] : [missing]), ...unready.flatMap(({ faults = [] }) => faults)];
}
