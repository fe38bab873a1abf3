import { formatAddress, parseAddresses } from '../../content/address.ts';
import type { Headers } from '../../content/headers.ts';
import type { Mailbox } from '../../content/mailbox.ts';
import { mailboxOf, type Recipients, withoutDuplicates } from './addresses.ts';
import type { OwnAddresses } from './own-addresses.ts';

/**
 * Whom an answer goes to (knowledge §5.2). Reply: Reply-To, else From; an own mail is answered to its To. Reply-all:
 * the others of To and Cc as Cc, never a Bcc; on a list Mail-Followup-To instead, where it is given. Own addresses
 * are left out unless nobody else is there. What a stranger wrote and nothing can be sent to is left out, see
 * `unreachable`.
 */
export function replyRecipients(original: Headers, own: OwnAddresses, replyAll: boolean): Recipients {
  const others = (mailboxes: Mailbox[]) => mailboxes.filter(({ address }) => !own.isOwn(address));
  const followUp = replyAll && isList(original) ? others(mailboxesIn(original, 'mail-followup-to')) : [];
  if (followUp.length > 0) return withoutDuplicates({ to: followUp, cc: [], bcc: [] });
  const to = target(original, own, others);
  const everybody = [...mailboxesIn(original, 'to'), ...mailboxesIn(original, 'cc')];
  const cc = replyAll ? others(everybody) : [];
  const onlyMyself = cc.length > 0 && others(to).length === 0;
  return withoutDuplicates(onlyMyself ? { to: cc, cc: [], bcc: [] } : { to, cc, bcc: [] });
}

/**
 * Whom an answer would go to as well, were their addresses not such that nothing is sent to them: those with a quoted local
 * part are read differently by different programs (`checkAddress`).
 */
export function unreachable(original: Headers, replyAll: boolean): string[] {
  const answered = original.first('reply-to') === undefined ? 'from' : 'reply-to';
  const fields = replyAll ? [answered, 'to', 'cc'] : [answered];
  const left = fields
    .flatMap((field) => original.all(field))
    .flatMap((value) => parseAddresses(value))
    .map(({ address = '' }) => ({ address }))
    .filter((named) => named.address.includes('@') && mailboxOf(named) === undefined);
  return [...new Set(left.map(formatAddress))];
}

/** The recipients a caller named for an answer: `to` replaces the computed one, `cc` and `bcc` are added. */
export function withGiven(computed: Readonly<Recipients>, given: Readonly<Recipients>): Recipients {
  return withoutDuplicates({
    to: given.to.length > 0 ? given.to : computed.to,
    cc: [...computed.cc, ...given.cc],
    bcc: [...computed.bcc, ...given.bcc],
  });
}

/**
 * The own address to answer from: the one the mail was written to, or was delivered to; for an own mail its sender;
 * else the main one. Always one the account may send from.
 */
export function replySender(original: Headers, own: OwnAddresses): string {
  const mentioned = ['from', 'to', 'cc', 'delivered-to', 'x-original-to'].flatMap((field) =>
    mailboxesIn(original, field),
  );
  for (const { address } of mentioned) {
    const sender = own.senderFor(address);
    if (sender !== undefined) return sender;
  }
  return own.sendable[0] ?? '';
}

/** Why nobody may be waiting for an answer to this mail; undefined for what a person sent. */
export function automaticMail(original: Headers): string | undefined {
  const submitted = original.first('auto-submitted');
  if (submitted !== undefined && !/^no\b/iu.test(submitted)) return 'The original was sent automatically.';
  if (original.first('return-path')?.replace(/\s/gu, '') === '<>')
    return 'The original is a delivery report.';
  if (isList(original)) return 'The original came over a mailing list.';
  return /^(?:bulk|junk)\b/iu.test(original.first('precedence') ?? '')
    ? 'The original was sent in bulk.'
    : undefined;
}

/** The mailboxes of every field of that name, those left out that nothing can be sent to. */
export function mailboxesIn(headers: Headers, field: string): Mailbox[] {
  return headers
    .all(field)
    .flatMap((value) => parseAddresses(value))
    .flatMap((address) => mailboxOf(address) ?? []);
}

function target(
  original: Headers,
  own: OwnAddresses,
  others: (mailboxes: Mailbox[]) => Mailbox[],
): Mailbox[] {
  const [from, replyTo, to] = ['from', 'reply-to', 'to'].map((field) => mailboxesIn(original, field));
  const isOwnMail = from?.some(({ address }) => own.isOwn(address)) ?? false;
  // A web form writes from the account's own address and names its visitor in Reply-To.
  const inOrder = isOwnMail ? [to, replyTo] : [replyTo, from];
  for (const mailboxes of inOrder) {
    const found = others(mailboxes ?? []);
    if (found.length > 0) return found;
  }
  const toMyself = isOwnMail && to?.some(({ address }) => own.isOwn(address));
  return toMyself ? (from ?? []).slice(0, 1) : [];
}

function isList(headers: Headers): boolean {
  const named = ['list-id', 'list-post'].some((field) => headers.first(field) !== undefined);
  return named || /^list\b/iu.test(headers.first('precedence') ?? '');
}
