import { MailboxError } from '../../domain/errors.ts';

const tlsCodes = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(VERIFY|GET))|^EPROTO$/u;
const setting = 'MAILBOX_CALDAV_URL';

/** What TLS, DNS or the socket reported while connecting. */
export function connectFailure(error: unknown, host: string): MailboxError {
  if (error instanceof MailboxError) return error;
  const { code = '' } = error as { code?: string };
  if (tlsCodes.test(code)) {
    return new MailboxError(
      'unavailable',
      `The calendar server ${host} did not prove its identity over TLS.`,
      {
        hint: `Check ${setting}; for a server with its own certificate authority set MAILBOX_CA_FILE.`,
        retryable: false,
        cause: error,
      },
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new MailboxError('unavailable', `The calendar server ${host} was not found.`, {
      hint: `Check the network and ${setting}.`,
      cause: error,
    });
  }
  if (code === 'ETIMEDOUT') return tooSlow(host, error);
  return new MailboxError('unavailable', `The calendar server ${host} cannot be reached.`, {
    hint: `Check the network and ${setting}, then try again.`,
    cause: error,
  });
}

export function tooSlow(host: string, cause?: unknown): MailboxError {
  return new MailboxError('timeout', `The calendar server ${host} did not answer in time.`, { cause });
}

/** The connection broke before the whole answer was there. */
export function lostConnection(cause: unknown): MailboxError {
  return new MailboxError('unavailable', 'The connection to the calendar server was lost.', { cause });
}

/** An answer that is not what DAV says it should be, or not all of it. */
export function brokenAnswer(cause: unknown): MailboxError {
  return new MailboxError('unavailable', 'The answer of the calendar server is broken or cut off.', {
    hint: 'Try again; if it stays so, the calendar must be repaired at the provider.',
    cause,
  });
}

/** @param cause a BodyTooLarge */
export function tooLongAnswer(cause: unknown): MailboxError {
  return new MailboxError('unavailable', 'The answer of the calendar server is too large.', {
    retryable: false,
    cause,
  });
}
