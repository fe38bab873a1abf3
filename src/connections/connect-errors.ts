import { MailboxError } from '../domain/errors.ts';

const tlsCodes = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(VERIFY|GET))|^EPROTO$/u;

/** A server's words for "one connection too many". */
export function namesConnectionLimit(words: string): boolean {
  return /too many (\w+ )?connections|maximum number of connections/iu.test(words);
}

const throttlingWords = [
  /throttl|slow down|too (?:fast|frequent)/iu,
  /\b(?:rate|request|command|sending|bandwidth)s?[ -]limit/iu,
  /too (?:many|much) (?:requests|commands|operations|invalid|e?-?mails?|messages)\b/iu,
];

/** A server's words for "too much within a short time". */
export function namesThrottling(words: string): boolean {
  return throttlingWords.some((pattern) => pattern.test(words));
}

/**
 * What TLS, DNS or the socket reported while connecting: the same for every protocol but for the settings to check.
 * @param code of Node's error, e.g. `ENOTFOUND`; any other means that the server cannot be reached.
 */
export function networkError(
  code: string,
  host: string,
  protocol: 'IMAP' | 'SMTP',
  cause: unknown,
): MailboxError {
  if (tlsCodes.test(code)) {
    return new MailboxError('unavailable', `The mail server ${host} did not prove its identity over TLS.`, {
      hint: `Check MAILBOX_${protocol}_HOST and MAILBOX_${protocol}_SECURE; for a server with its own certificate authority set MAILBOX_CA_FILE.`,
      retryable: false,
      cause,
    });
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new MailboxError('unavailable', `The mail server ${host} was not found.`, {
      hint: `Check the network and MAILBOX_${protocol}_HOST.`,
      cause,
    });
  }
  if (/TIMEOUT|ETIMEDOUT/u.test(code)) {
    return new MailboxError('timeout', `The mail server ${host} did not answer in time.`, { cause });
  }
  return new MailboxError('unavailable', `The mail server ${host} cannot be reached.`, {
    hint: 'Check the network, then try again.',
    cause,
  });
}
