import { MailboxError } from '../../domain/errors.ts';
import { namesConnectionLimit, namesThrottling, networkError } from '../connect-errors.ts';

interface LibraryError {
  code?: string;
  authenticationFailed?: boolean;
  serverResponseCode?: string;
  responseText?: string;
  response?: unknown;
  /** What a BYE said. */
  reason?: unknown;
  message?: string;
  /** What a server told in "Suggested Backoff Time", in milliseconds. */
  throttleReset?: number;
}

/** To these a LIMIT cannot mean one of the implementation, such as the number of keywords (RFC 9051 §7.1). */
const lookups = /^(?:LIST|NOOP|SELECT|STATUS|UID (?:FETCH|SEARCH|SORT|THREAD))$/u;

/**
 * The server refuses one more connection. Dovecot says so as `NO [LIMIT]` at login, which imapflow reports as a
 * failed authentication; others say `[UNAVAILABLE]` or `[INUSE]` or name the limit in words.
 */
export function isConnectionLimit(error: unknown): boolean {
  const { serverResponseCode = '' } = error as LibraryError;
  const words = wordsOf(error);
  return (
    ['LIMIT', 'INUSE', 'UNAVAILABLE'].includes(serverResponseCode) ||
    /\[(LIMIT|INUSE|UNAVAILABLE)\]/iu.test(words) ||
    namesConnectionLimit(words)
  );
}

/**
 * Whether a refused command, or a goodbye, says that the account asks too much: by its words, and a look-up by `LIMIT` alone.
 * `INUSE` and `UNAVAILABLE` speak of one folder or a fault (RFC 5530 §3) unless the words say otherwise.
 */
export function throttling(
  command: string | undefined,
  { code, cause }: { code: string | undefined; cause?: unknown },
): { waitMs: number | undefined } | undefined {
  const isLimit = code === 'LIMIT' && lookups.test(command ?? '');
  if (!isLimit && !namesThrottling(wordsOf(cause))) return undefined;
  return { waitMs: ((cause ?? {}) as LibraryError).throttleReset };
}

function wordsOf(error: unknown): string {
  const { responseText, response, reason, message } = (error ?? {}) as LibraryError;
  return [responseText, response, reason, message].filter((text) => typeof text === 'string').join(' ');
}

/** What imapflow, TLS or the socket threw while connecting, as our own error. */
export function connectError(error: unknown, host: string): MailboxError {
  if (error instanceof MailboxError) return error;
  const { code = '', authenticationFailed } = (error ?? {}) as LibraryError;
  if (isConnectionLimit(error)) {
    return new MailboxError('rate_limited', 'The mail server allows no further connection now.', {
      hint: 'Close other mail programs or lower POOL_MAX_CONNECTIONS, then try again in a minute.',
      cause: error,
    });
  }
  if (authenticationFailed) {
    return new MailboxError('auth_failed', 'The mail server refused the user name or password.', {
      hint: 'Check MAILBOX_EMAIL and MAILBOX_PASSWORD. With two-factor login mailbox.org wants an e-mail app password (Settings > Security > E-mail app passwords, scope IMAP and SMTP).',
      cause: error,
    });
  }
  return networkError(code, host, 'IMAP', error);
}

/** A broken connection during a command. Reads may be asked again on a new one. */
export function lostConnection(cause: unknown): MailboxError {
  return new MailboxError('unavailable', 'The connection to the mail server was lost.', { cause });
}

/** No answer came in time. */
export function stalled(): MailboxError {
  return new MailboxError('timeout', 'The mail server did not answer in time.', {
    hint: 'Try again; a narrower search (folder, since, subject) asks less of the server.',
  });
}

/** A command the server refused, when the caller has no better word for it. */
export function refused(what: string, code: string | undefined, cause: unknown): MailboxError {
  if (code === 'NONEXISTENT' || code === 'TRYCREATE') {
    return new MailboxError('not_found', 'There is no such folder.', {
      hint: 'Use get_folders to list the folders.',
      cause,
    });
  }
  if (code === 'NOPERM')
    return new MailboxError('forbidden', `The mail server does not permit it (${what}).`, { cause });
  if (code === 'OVERQUOTA') {
    return new MailboxError('conflict', 'The mailbox is full.', {
      hint: 'Nothing was stored. Make room first: delete large e-mails and empty the trash.',
      cause,
    });
  }
  if (code === 'LIMIT' || code === 'INUSE' || code === 'UNAVAILABLE' || namesThrottling(wordsOf(cause))) {
    return new MailboxError('rate_limited', `The mail server is busy (${what}).`, { cause });
  }
  return new MailboxError('unavailable', `The mail server refused the command (${what}).`, { cause });
}
