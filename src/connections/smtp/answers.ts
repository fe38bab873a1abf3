import type { NodemailerError } from 'nodemailer/lib/errors.js';

/** What the server answered to one command (RFC 5321 §4.2). Its text only helps to tell refusals apart. */
export interface SmtpAnswer {
  /** 400 to 599: every other answer is no refusal. */
  code: number;
  /** Enhanced status without its class, e.g. `7.1` of `5.7.1` (RFC 3463); empty when the server tells none. */
  status: string;
  text: string;
  /** The command answered, e.g. `AUTH PLAIN`, `RCPT TO`; empty when the server spoke unasked. */
  command: string;
}

/** The server's refusal that made nodemailer fail; undefined when there was none, as on a broken connection. */
export function answerOf(error: unknown): SmtpAnswer | undefined {
  const { responseCode, response = '', command = '' } = (error ?? {}) as Partial<NodemailerError>;
  if (responseCode === undefined || responseCode < 400 || responseCode > 599) return undefined;
  const [, status = ''] = /^\d{3}[ -][245]\.(\d{1,3}\.\d{1,3})\b/u.exec(response) ?? [];
  return { code: responseCode, status, text: response, command };
}

export const isTemporary = ({ code }: SmtpAnswer): boolean => code < 500;
/** Policy and security in RFC 3463 §3.8; with 4xx this is how rates are limited and strangers greylisted. */
export const isPolicy = ({ status }: SmtpAnswer): boolean => status.startsWith('7.');
export const isTooLarge = ({ code, status }: SmtpAnswer): boolean =>
  status === '3.4' || status === '2.3' || code === 523 || (code === 552 && status === '');
/** Postfix tells of a sender that is not the login's own only when it is asked about a recipient. */
export const isForeignSender = ({ code, status, text, command }: SmtpAnswer): boolean =>
  code >= 500 &&
  (/sender address rejected|not owned by|sender .*not (?:allowed|authori[sz]ed)/iu.test(text) ||
    (command === 'MAIL FROM' && (status.startsWith('7.') || status === '1.8')));
export const isRelayDenied = ({ text }: SmtpAnswer): boolean =>
  /relay(?:ing)? (?:access )?(?:denied|not permitted)/iu.test(text);
