import { MailboxError } from '../../domain/errors.ts';
import type { DavAnswer } from './answer.ts';

/** Basic authentication in UTF-8, as mailbox.org asks for it (RFC 7617 §2.1). */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** A 401. mailbox.org answers an e-mail app password with this too, without a word about the reason. */
export function loginRefused({ headers }: DavAnswer, host: string): MailboxError {
  const challenge = headers['www-authenticate'] ?? '';
  const cause = new Error(`401 ${challenge}`.trim());
  const message = 'The calendar server refused the user name or password.';
  const isMailboxOrg = /(?:^|\.)mailbox\.org$/iu.test(host) || /realm="?OX WebDAV"?/iu.test(challenge);
  if (isMailboxOrg) {
    const hint =
      'mailbox.org needs an Application password of type CalDAV/CardDAV here, not an e-mail app password (Settings > Security > Application passwords): set it as MAILBOX_DAV_PASSWORD.';
    return new MailboxError('auth_failed', message, { hint, cause });
  }
  if (challenge !== '' && !/\bbasic\b/iu.test(challenge)) {
    const hint = 'The server offers no login by user name and password (HTTP Basic).';
    return new MailboxError('auth_failed', message, { hint, cause });
  }
  const hint =
    'Check MAILBOX_USERNAME and MAILBOX_DAV_PASSWORD, for which MAILBOX_PASSWORD stands in when it is unset.';
  return new MailboxError('auth_failed', message, { hint, cause });
}

/** One password, as all connections see it that were opened with it: HTTP sends it with every request. */
export class DavLogin {
  readonly password: string;
  readonly authorization: string;
  /** A request was answered with it. */
  proven = false;
  /** Connections with it are of no use any more. */
  refused = false;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(username: string, password: string) {
    this.password = password;
    this.authorization = basicAuthorization(username, password);
  }

  /** Something is asked with it. */
  async during<T>(asking: Promise<T>): Promise<T> {
    this.underWay.add(asking);
    try {
      return await asking;
    } finally {
      this.underWay.delete(asking);
    }
  }

  /** When all that is asked with it is answered: each of that may be one more refusal. Never rejects. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }
}
