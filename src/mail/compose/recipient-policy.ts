import { normalDomain } from '../../content/domain-name.ts';
import type { Mailbox } from '../../content/mailbox.ts';
import { MailboxError } from '../../domain/errors.ts';

/**
 * Whether an address may be written to. Entries are addresses, or `@example.org` for exactly that domain; case does
 * not count and domains are compared in ASCII. No entries: everybody; an entry that is neither matches nobody.
 */
export function allowedBy(list: readonly string[]): (address: string) => boolean {
  const allowed = new Set(list.flatMap((entry) => comparable(entry.trim()) ?? []));
  return (address) => {
    if (list.length === 0) return true;
    const whole = comparable(address);
    return whole !== undefined && (allowed.has(whole) || allowed.has(whole.slice(whole.lastIndexOf('@'))));
  };
}

/** @throws MailboxError `forbidden` naming every mailbox that MAILBOX_ALLOWED_RECIPIENTS does not allow. */
export function refuseForbidden(list: readonly string[], mailboxes: readonly Mailbox[]): void {
  const allows = allowedBy(list);
  const refused = [...new Set(mailboxes.map(({ address }) => address))].filter((address) => !allows(address));
  if (refused.length === 0) return;
  throw new MailboxError('forbidden', `Not among the allowed recipients: ${refused.join(', ')}.`, {
    hint: 'The owner of the account decides whom this server may write to (MAILBOX_ALLOWED_RECIPIENTS).',
  });
}

function comparable(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  const literal = /^\[[\da-f.:v]+\]$/iu.test(address.slice(at + 1));
  const domain = literal ? address.slice(at + 1).toLowerCase() : normalDomain(address.slice(at + 1));
  return at < 0 || domain === undefined ? undefined : `${address.slice(0, at).toLowerCase()}@${domain}`;
}
