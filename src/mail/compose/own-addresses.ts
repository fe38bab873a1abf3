import { normalDomain } from '../../content/domain-name.ts';
import type { Mailbox } from '../../content/mailbox.ts';
import { MailboxError } from '../../domain/errors.ts';

/** The addresses of an account, and which foreign-looking forms of them are its own as well. */
export interface OwnAddresses {
  /** The main address first, then the aliases; only these may stand in From (knowledge §1.7). */
  sendable: readonly string[];
  /** Also true for plus forms, for the `secure.` variant, in any case, and for what the person's other accounts have. */
  isOwn(address: string): boolean;
  /** The sendable address that `address` is a form of. */
  senderFor(address: string): string | undefined;
}

/**
 * `main` and `aliases` as the user configured them; from here on with domains in ASCII, as `parseMailbox` writes them.
 * @param elsewhere addresses of the same person that this account cannot send from
 */
export function ownAddresses(
  main: string,
  aliases: readonly string[] = [],
  elsewhere: readonly string[] = [],
): OwnAddresses {
  const sendable = [...new Set([main, ...aliases].map(asciiAddress))];
  const byForm = new Map<string, string>();
  for (const address of sendable) {
    const form = plain(address);
    if (!byForm.has(form)) byForm.set(form, address);
  }
  const exact = (address: string) => sendable.find((own) => own.toLowerCase() === address.toLowerCase());
  const senderFor = (address: string) =>
    exact(address) ?? byForm.get(plain(address)) ?? byForm.get(withoutPlus(plain(address)));
  const [first, ...others] = elsewhere;
  const isElsewhere = first === undefined ? () => false : ownAddresses(first, others).isOwn;
  const isOwn = (address: string) => senderFor(address) !== undefined || isElsewhere(address);
  return { sendable, senderFor, isOwn };
}

/**
 * The given sender, when it is an address of the account; its name is kept.
 * @throws MailboxError `forbidden` for any other, naming those that can be used.
 */
export function checkSender(own: OwnAddresses, from: Mailbox): Mailbox {
  const address = own.sendable.find((known) => known.toLowerCase() === from.address.toLowerCase());
  if (address !== undefined) return { ...from, address };
  throw new MailboxError('forbidden', `${from.address} is not an address of this account.`, {
    hint: `Mail can be sent from ${own.sendable.join(', ')}. Aliases are configured in MAILBOX_ALIASES.`,
  });
}

function asciiAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}@${normalDomain(address.slice(at + 1)) ?? address.slice(at + 1)}`;
}

/** Lower case, and mailbox.org's TLS-only twin as the address it belongs to. */
function plain(address: string): string {
  return address.toLowerCase().replace(/@secure\.mailbox\.org$/u, '@mailbox.org');
}

function withoutPlus(address: string): string {
  return address.replace(/^([^+@]+)\+[^@]*@/u, '$1@');
}
