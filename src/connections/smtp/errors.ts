import type { NodemailerError } from 'nodemailer/lib/errors.js';
import { MailboxError } from '../../domain/errors.ts';
import { namesConnectionLimit, namesThrottling, networkError } from '../connect-errors.ts';
import {
  answerOf,
  isForeignSender,
  isPolicy,
  isRelayDenied,
  isTemporary,
  isTooLarge,
  type SmtpAnswer,
} from './answers.ts';

/** What nodemailer threw before a session was ready, as our own error. */
export function loginError(error: unknown, host: string): MailboxError {
  if (error instanceof MailboxError) return error;
  const { code = '', originalCode = code, command } = (error ?? {}) as Partial<NodemailerError>;
  if (code === 'ETLS') return withoutTls(host, error);
  // A line torn by the end of the connection is no answer.
  const answer = code === 'ECONNECTION' && command === 'CONN' ? undefined : answerOf(error);
  if (answer?.command.startsWith('AUTH')) return refusedLogin(answer, error);
  if (code === 'EAUTH') return wrongPassword(error);
  if (answer) return turnedAway(answer, host, error);
  return networkError(originalCode, host, 'SMTP', error);
}

/** Whether the server's answer asks for a pause of the whole account. Greylisting speaks of one recipient only. */
export function limitsAccount(error: unknown): boolean {
  if (!(error instanceof MailboxError) || error.code !== 'rate_limited') return false;
  const answer = answerOf(error.cause);
  if (!answer) return false;
  return answer.command !== 'RCPT TO' || answer.code === 421 || namesThrottling(answer.text);
}

function refusedLogin(answer: SmtpAnswer, cause: unknown): MailboxError {
  if (!isTemporary(answer)) return wrongPassword(cause);
  return new MailboxError('rate_limited', 'The mail server accepts no login for sending at the moment.', {
    hint: 'Try again in a minute.',
    cause,
  });
}

function wrongPassword(cause: unknown): MailboxError {
  return new MailboxError('auth_failed', 'The mail server refused the user name or password for sending.', {
    hint: 'Check MAILBOX_EMAIL and MAILBOX_PASSWORD. With two-factor login mailbox.org wants an e-mail app password (Settings > Security > E-mail app passwords) whose scope includes SMTP. Until then the account is read-only as to sending; drafts can be written.',
    cause,
  });
}

function withoutTls(host: string, cause: unknown): MailboxError {
  return new MailboxError('unavailable', `The mail server ${host} did not switch to TLS.`, {
    hint: 'No password was sent. Check MAILBOX_SMTP_PORT and MAILBOX_SMTP_SECURE; port 465 speaks TLS from the start.',
    retryable: false,
    cause,
  });
}

/** Refused at the greeting or at EHLO. */
function turnedAway(answer: SmtpAnswer, host: string, cause: unknown): MailboxError {
  if (!isTemporary(answer)) {
    return new MailboxError('forbidden', `The mail server ${host} accepts no connection from here.`, {
      hint: 'It may block this network; try from another one.',
      cause,
    });
  }
  return closing(answer, cause);
}

/** A 421 at any time, or another temporary refusal of the connection as a whole. */
function closing(answer: SmtpAnswer, cause: unknown): MailboxError {
  if (isPolicy(answer) || namesConnectionLimit(answer.text)) {
    return new MailboxError('rate_limited', 'The mail server allows no further connection for sending now.', {
      hint: 'Close other mail programs, then try again in a minute.',
      cause,
    });
  }
  return new MailboxError('unavailable', 'The mail server is closing its connections at the moment.', {
    hint: 'Try again in a minute.',
    cause,
  });
}

/** A whole mail refused, at MAIL, at DATA or after its last byte. */
export function refusedMail(
  answer: SmtpAnswer,
  { from, size }: { from: string; size: number },
  cause: unknown,
): MailboxError {
  if (answer.code === 421) return closing(answer, cause);
  if (isTooLarge(answer)) return tooLarge(size, undefined, cause);
  if (isForeignSender(answer)) return foreignSender(from, cause);
  if (isRelayDenied(answer)) return relayDenied(cause);
  if (isTemporary(answer) && isPolicy(answer)) {
    return new MailboxError('rate_limited', 'The mail server takes no further mail from this account now.', {
      hint: 'It limits how much is sent. Try again in some minutes; it is not repeated automatically.',
      cause,
    });
  }
  if (isTemporary(answer)) {
    return new MailboxError('unavailable', 'The mail server cannot take the e-mail at the moment.', {
      hint: 'Try again in some minutes; it is not repeated automatically.',
      cause,
    });
  }
  if (answer.code === 530) return wrongPassword(cause);
  return new MailboxError('forbidden', 'The mail server refused the e-mail.', {
    hint: isPolicy(answer)
      ? 'Its policy refuses this content, as with spam or dangerous attachments. Sending it again unchanged will not help.'
      : 'Sending it again unchanged will not help.',
    cause,
  });
}

/** mailbox.org: only addresses that exist on the account; a catch-all receives but does not send. */
export function foreignSender(from: string, cause: unknown): MailboxError {
  return new MailboxError('forbidden', `The mail server does not let this account send as ${from}.`, {
    hint: 'From must be the main address of the account, one of its aliases or a sender address verified in the settings of the webmail.',
    cause,
  });
}

/** @param named the addresses, where the server told which. */
export function relayDenied(cause: unknown, named = ''): MailboxError {
  const to = `to these addresses${named && `: ${named}`}`;
  return new MailboxError('forbidden', `The mail server does not let this account send ${to}.`, {
    hint: 'At mailbox.org unpaid test accounts may write to mailbox.org addresses only, ten e-mails a day.',
    cause,
  });
}

/** @param limit bytes the server takes, where it told. */
export function tooLarge(size: number, limit: number | undefined, cause?: unknown): MailboxError {
  const most = limit === undefined ? '' : `; the mail server takes ${megabytes(limit)}`;
  return new MailboxError('invalid_input', `The e-mail is too large: ${megabytes(size)}${most}.`, {
    hint: 'Attachments grow by a third on their way. Send fewer or smaller ones.',
    cause,
  });
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function lostSession(cause: unknown): MailboxError {
  return new MailboxError('unavailable', 'The connection to the mail server was lost while sending.', {
    hint: 'Try again.',
    cause,
  });
}

export function silentServer(): MailboxError {
  return new MailboxError('timeout', 'The mail server did not answer in time while sending.', {
    hint: 'Try again in a moment.',
  });
}
