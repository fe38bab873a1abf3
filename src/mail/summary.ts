import type { MessageAddressObject } from '../connections/imap/replies.ts';
import { type Address, formatAddress } from '../content/address.ts';
import { cleanLine } from '../content/clean.ts';
import { countAttachments } from '../content/structure.ts';
import type { EmailSummary } from '../domain/mail.ts';
import { formatMailId } from '../domain/mail-id.ts';
import { formatInstant } from '../domain/time.ts';
import { type Facts, flagWords } from './fetched.ts';

/** Below this a size says nothing worth its tokens. */
const noteworthyBytes = 100_000;
const maxSubject = 200;
/** Whoever scans a list needs no more of them. */
const maxRecipients = 5;

export interface SummaryContext {
  folder: string;
  uidValidity: bigint;
  zone: string;
  /** The account's addresses, lower case: a mail to them alone needs no `to`. */
  own: ReadonlySet<string>;
}

/** One line of a list: what a person scans for, nothing else. */
export function summarize(
  facts: Facts,
  flags: ReadonlySet<string> | undefined,
  context: SummaryContext,
): EmailSummary {
  const { envelope, uid, size } = facts;
  const [from] = addresses(envelope.from);
  const to = addresses(envelope.to);
  const onlyMe = to.length === 1 && context.own.has(to[0]?.address?.toLowerCase() ?? '');
  const words = flagWords(flags);
  const attachments = countAttachments(facts.structure);
  return {
    id: formatMailId({ folder: context.folder, uidValidity: context.uidValidity, uid }),
    date: formatInstant(facts.date, context.zone),
    from: formatAddress(from ?? {}),
    ...(onlyMe || to.length === 0 ? {} : { to: firstOf(to) }),
    subject: cleanLine(envelope.subject ?? '', maxSubject),
    ...(words.length > 0 ? { flags: words } : {}),
    ...(attachments > 0 ? { attachments } : {}),
    ...(size >= noteworthyBytes ? { size } : {}),
  };
}

/** The first, as addresses, and how many are left out: get_email tells them all. */
function firstOf(to: readonly Address[]): string[] {
  const more = to.length - maxRecipients;
  return [...to.slice(0, maxRecipients).map(formatAddress), ...(more > 0 ? [`… ${more} more`] : [])];
}

/** Envelope addresses without the empty fields imapflow leaves in. */
export function addresses(list: readonly MessageAddressObject[] | undefined): Address[] {
  return (list ?? []).flatMap(({ name, address }) =>
    name || address ? [{ ...(name ? { name } : {}), ...(address ? { address } : {}) }] : [],
  );
}
