import type { NodemailerError } from 'nodemailer/lib/errors.js';
import { MailboxError } from '../../domain/errors.ts';
import {
  answerOf,
  isForeignSender,
  isPolicy,
  isRelayDenied,
  isTemporary,
  isTooLarge,
  type SmtpAnswer,
} from './answers.ts';
import { foreignSender, relayDenied } from './errors.ts';
import type { RejectedRecipient } from './submission.ts';

const mostNamed = 10;

/** By enhanced status (RFC 3463, 7505) or, without one, reply code; the first that fits. */
const reasons: readonly [(answer: SmtpAnswer) => boolean, string][] = [
  [isForeignSender, 'the sender is not an address of this account'],
  [isRelayDenied, 'this account may not send to that domain'],
  [({ status }) => /^1\.[16]$/u.test(status), 'there is no such mailbox'],
  [({ status }) => /^1\.(?:2|10)$|^4\.[34]$/u.test(status), 'the domain takes no mail'],
  [({ status }) => status === '1.3', 'the address is not valid'],
  [({ status }) => status === '2.1', 'the mailbox is disabled'],
  [({ status }) => status === '2.2', 'the mailbox is full'],
  [isTooLarge, 'the e-mail is too large for this mailbox'],
  [({ status }) => status === '5.3', 'too many recipients in one e-mail; send it to the others separately'],
  [(answer) => isTemporary(answer) && isPolicy(answer), 'the server asks to try again later'],
  [isPolicy, 'refused by the policy of the server'],
  [({ code, status }) => code === 452 && status === '', 'too many recipients in one e-mail'],
  [isTemporary, 'not possible at the moment; try again later'],
  [({ code, status }) => code === 550 && status === '', 'there is no such mailbox'],
  [({ code }) => code === 501 || code === 553, 'the address is not valid'],
];

/** What the server said about each refused recipient, in our own words. */
export function rejectedRecipients(errors: readonly NodemailerError[]): RejectedRecipient[] {
  return errors.map((error) => ({ address: String(error.recipient), reason: reasonOf(answerOf(error)) }));
}

function reasonOf(answer: SmtpAnswer | undefined): string {
  const known = answer && reasons.find(([applies]) => applies(answer));
  return known?.[1] ?? 'refused by the server';
}

/** No recipient was accepted. @param errors at least one. */
export function allRefused(errors: readonly NodemailerError[], from: string): MailboxError {
  const answers = errors.flatMap((error) => answerOf(error) ?? []);
  const [cause] = errors;
  if (answers.every(isForeignSender)) return foreignSender(from, cause);
  const rejected = rejectedRecipients(errors);
  if (answers.every(isRelayDenied)) return relayDenied(cause, someOf(rejected.map(({ address }) => address)));
  const named = someOf(rejected.map(({ address, reason }) => `${address} (${reason})`));
  return new MailboxError(codeOf(answers), `The mail server accepted none of the recipients: ${named}.`, {
    hint: answers.some(isTemporary)
      ? 'Try again in some minutes; it is not repeated automatically.'
      : 'Check the addresses.',
    cause,
  });
}

function someOf(names: readonly string[]): string {
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  return `${names.slice(0, mostNamed).join(', ')}${more}`;
}

function codeOf(answers: readonly SmtpAnswer[]) {
  if (answers.some(isTemporary)) return answers.some(isPolicy) ? 'rate_limited' : 'unavailable';
  return answers.every(isPolicy) ? 'forbidden' : 'invalid_input';
}
