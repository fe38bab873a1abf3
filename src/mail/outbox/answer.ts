import { domainOf } from '../../content/address.ts';
import { sameOrganisation } from '../../content/domain-name.ts';
import type { OutboxWarning } from '../../domain/outbox.ts';
import { attribution } from '../compose/attribution.ts';
import { guessLanguage } from '../compose/language.ts';
import type { Original } from '../compose/original.ts';
import type { OwnAddresses } from '../compose/own-addresses.ts';
import { type HtmlBlock, quoteHtml, type Sanitise } from '../compose/quote-html.ts';
import { quoteText } from '../compose/quote-text.ts';
import { messageIdOf, replyLink } from '../compose/references.ts';
import {
  automaticMail,
  mailboxesIn,
  replyRecipients,
  replySender,
  unreachable,
} from '../compose/reply-recipients.ts';
import { replySubject } from '../compose/subject.ts';
import { type Basis, type BasisContext, nothing } from './basis.ts';

export interface Answer {
  basis: Basis;
  /** Pictures of the original that the quote shows. */
  cids: readonly string[];
}

/** An answer to the original, without what its author writes (RFC 5322 §3.6.4). */
export async function answerTo(
  original: Original,
  context: BasisContext & { own: OwnAddresses; replyAll: boolean },
): Promise<Answer> {
  const { own, replyAll, html, zone, fallback, sanitise } = context;
  const { headers } = original;
  const [from] = mailboxesIn(headers, 'from');
  const language = guessLanguage(original.text, fallback);
  const said = attribution({ from, date: original.date, zone, language });
  const quoted = original.encrypted ? '' : quoteText(original.text);
  const hasQuote = quoted !== '' || (original.html !== undefined && !original.encrypted);
  const markup = html && hasQuote ? await htmlQuote(said, original, sanitise) : undefined;
  const recipients = replyRecipients(headers, own, replyAll);
  return {
    basis: {
      ...nothing,
      ...recipients,
      from: { address: replySender(headers, own) },
      subject: replySubject(headers.first('subject')),
      link: replyLink(headers),
      below: { text: quoted === '' ? '' : `${said}\n${quoted}`, html: markup?.html },
      warnings: [...doubts(original), ...leftOut(unreachable(headers, replyAll))],
      familiar: peopleOf(original),
      marks: [{ ref: original.ref, messageId: messageIdOf(headers), flag: 'answered' }],
    },
    cids: markup?.cids ?? [],
  };
}

function htmlQuote(said: string, original: Original, sanitise: Sanitise): Promise<HtmlBlock> {
  return quoteHtml(said, original, { cids: new Set(original.inline.keys()) }, sanitise);
}

/** Everybody the conversation already has; only those who sent and received, not who is to be answered. */
export function peopleOf({ headers }: Original): string[] {
  return ['from', 'to', 'cc'].flatMap((field) => mailboxesIn(headers, field)).map(({ address }) => address);
}

function doubts(original: Original): OutboxWarning[] {
  const { headers, authentication } = original;
  const [from] = mailboxesIn(headers, 'from');
  const automatic = automaticMail(headers);
  const elsewhere = mailboxesIn(headers, 'reply-to').filter(
    ({ address }) => !sameDomain(address, from?.address),
  );
  return [
    ...(authentication.verdict === 'fail' ? [unauthenticated(from?.address)] : []),
    ...(elsewhere.length > 0 ? [repliesElsewhere(elsewhere.map(({ address }) => address))] : []),
    ...(automatic === undefined ? [] : [{ code: 'automatic_mail' as const, detail: automatic }]),
  ];
}

function sameDomain(address: string, from: string | undefined): boolean {
  const [first, second] = [domainOf(address), domainOf(from)];
  return first !== undefined && second !== undefined && sameOrganisation(first, second);
}

function unauthenticated(address: string | undefined): OutboxWarning {
  return {
    code: 'authentication_failed',
    detail: `The mail that is answered failed authentication: ${address ?? 'its sender'} may not have written it.`,
  };
}

function repliesElsewhere(addresses: readonly string[]): OutboxWarning {
  return {
    code: 'reply_to_differs',
    detail: `The mail asks for answers at another domain than its sender's: ${addresses.slice(0, 5).join(', ')}.`,
  };
}

function leftOut(addresses: readonly string[]): OutboxWarning[] {
  const detail = `Nothing can be sent to ${addresses.slice(0, 5).join(', ')}: left out of the answer.`;
  return addresses.length === 0 ? [] : [{ code: 'recipient_left_out', detail }];
}
