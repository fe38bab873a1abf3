import type { ConfigError } from '../config/config.ts';
import { MailboxError } from '../domain/errors.ts';

/** What every call is answered while settings are wrong. */
export function unusable({ faults }: ConfigError): MailboxError {
  return new MailboxError('invalid_input', `The server's settings are not usable. ${faults.join(' ')}`, {
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
