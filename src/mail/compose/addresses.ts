import { type Address, formatAddress } from '../../content/address.ts';
import { cleanLine } from '../../content/clean.ts';
import { checkAddress, type Mailbox } from '../../content/mailbox.ts';
import { MailboxError } from '../../domain/errors.ts';

export interface Recipients {
  to: Mailbox[];
  cc: Mailbox[];
  bcc: Mailbox[];
}

const maxNameChars = 256;

/**
 * A mailbox named in the header of a stored message, its name cleaned.
 * @throws MailboxError `invalid_input` naming `field` when nothing can be sent to it.
 */
export function headerMailbox(field: string, named: Address): Mailbox {
  const address = checkAddress(field, named.address ?? '');
  const name = cleanLine(named.name ?? '', maxNameChars);
  return name === '' || name.includes('=?') || name === address ? { address } : { name, address };
}

/** The same for what a stranger wrote; undefined when nothing can be sent to it. */
export function mailboxOf(named: Address): Mailbox | undefined {
  try {
    return headerMailbox('address', named);
  } catch (error) {
    if (error instanceof MailboxError) return undefined;
    throw error;
  }
}

/** Every mailbox once, where it stands first in the order to, cc, bcc; compared without regard to case. */
export function withoutDuplicates({ to, cc, bcc }: Readonly<Recipients>): Recipients {
  const seen = new Set<string>();
  const fresh = ({ address }: Mailbox) => {
    const key = address.toLowerCase();
    return !seen.has(key) && Boolean(seen.add(key));
  };
  return { to: to.filter(fresh), cc: cc.filter(fresh), bcc: bcc.filter(fresh) };
}

/** Whether a message to or from these needs SMTPUTF8 (RFC 6531): a local part that is not ASCII. */
export function needsSmtpUtf8(mailboxes: readonly Mailbox[]): boolean {
  return mailboxes.some(({ address }) => /[^\p{ASCII}]/u.test(address));
}

/** As people read it; the inverse of `parseMailbox`. */
export function formatMailbox(mailbox: Mailbox): string {
  return formatAddress(mailbox);
}
