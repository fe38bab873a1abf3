import type { Warning } from '../domain/mail.ts';
import { type Address, domainOf, formatAddress } from './address.ts';
import { cleanLine } from './clean.ts';
import { displayDomain, normalDomain, organisationalDomain, sameOrganisation } from './domain-name.ts';
import { imitatedDomain } from './sender-lookalikes.ts';

export interface Sender {
  from: Address | undefined;
  /** Another address some programs take for the sender's: the From field can be read in two ways. */
  otherFrom?: string | undefined;
  /** Whom the From field names beside `from`. */
  others?: readonly Address[];
  /** Of the invitation in the mail, as it is shown. */
  organizer?: Address | undefined;
  replyTo: readonly Address[];
  /** The account's own addresses. */
  ownAddresses: readonly string[];
}

const maxReplyTo = 20;

/** What about the sender should make a reader careful. Facts for a person to weigh, not verdicts. */
export function senderWarnings(sender: Sender): Warning[] {
  const { from, otherFrom, others = [], replyTo, ownAddresses } = sender;
  const domain = domainOf(from?.address);
  const own = ownAddresses.map((address) => address.toLowerCase());
  return [
    ...replyElsewhere(domain, replyTo),
    ...(otherFrom ? readTwoWays(otherFrom) : spoofedName('sender', from, own)),
    ...severalSenders(from, others),
    ...lookalike(domain, own),
    ...organizerWarnings(sender, own),
  ];
}

/** An invitation asks for an answer to its organizer, whoever sent the mail. What is told of the sender is not repeated. */
function organizerWarnings({ organizer, from }: Sender, own: readonly string[]): Warning[] {
  const domain = domainOf(organizer?.address);
  const isSender = formatAddress(organizer ?? {}) === formatAddress(from ?? {});
  return [
    ...(isSender ? [] : spoofedName('organizer', organizer, own)),
    ...(domain === domainOf(from?.address) ? [] : lookalike(domain, own)),
  ];
}

/** Only one is shown; of the others, strangers' words, where they are. */
function severalSenders(from: Address | undefined, others: readonly Address[]): Warning[] {
  const first = from?.address?.toLowerCase() ?? '';
  const second = others.find(({ address = '' }) => address.includes('@') && address.toLowerCase() !== first);
  if (!first.includes('@') || !second) return [];
  const domain = domainOf(second.address);
  const where = domain ? `; another one is at ${cleanLine(displayDomain(domain), 100)}` : '';
  return [{ code: 'display_name_spoof', detail: `The From field names several senders${where}.` }];
}

function replyElsewhere(domain: string | undefined, replyTo: readonly Address[]): Warning[] {
  const elsewhere = replyTo.slice(0, maxReplyTo).find(({ address }) => {
    const target = domainOf(address);
    return domain !== undefined && target !== undefined && !sameOrganisation(domain, target);
  });
  if (!elsewhere) return [];
  const detail = `Answers go to ${cleanLine(formatAddress({ address: elsewhere.address ?? '' }), 100)}.`;
  return [{ code: 'reply_to_differs', detail }];
}

/** The other address is a stranger's words: only where it is. */
function readTwoWays(otherFrom: string): Warning[] {
  const domain = domainOf(otherFrom);
  const other = domain ? `another sender, at ${domain}` : 'another sender';
  return [
    { code: 'display_name_spoof', detail: `The From field is no proper one: some programs show ${other}.` },
  ];
}

const addressInName = /[^\s<>"'(),;:]+[@＠﹫][^\s<>"'(),;:]+/u;
const hostInName =
  /(?:^|[\s"'([<|/])((?:[a-z0-9-]{2,63}\.){1,4}(?:com|org|net|eu|de|at|ch|fr|it|es|nl|uk|io|info|bank))(?=$|[\s"')\]>|/,:])/iu;

/** A display name that shows an address or host which is not the sender's. */
function spoofedName(
  who: 'sender' | 'organizer',
  person: Address | undefined,
  own: readonly string[],
): Warning[] {
  const domain = domainOf(person?.address);
  const name = cleanLine(person?.name ?? '', 200).normalize('NFKC');
  const shown = addressInName.exec(name)?.[0];
  const shownDomain = shown ? domainOf(shown) : normalDomain(hostInName.exec(name)?.[1]);
  if (!domain || !shownDomain?.includes('.')) return [];
  const address = person?.address?.toLowerCase() ?? '';
  // A foreign mailbox under one's own domain is as false as a foreign domain.
  const poses = shown !== undefined && own.includes(shown.toLowerCase()) && !own.includes(address);
  if (!poses && (sameOrganisation(shownDomain, domain) || (!shown && sameBrand(shownDomain, domain))))
    return [];
  const claimed = cleanLine(shown ?? shownDomain, 80);
  return [
    {
      code: 'display_name_spoof',
      detail: `The name says ${claimed}, the ${who} is at ${displayDomain(domain)}.`,
    },
  ];
}

/** "eBay.de" may well write from ebay.com. */
function sameBrand(first: string, second: string): boolean {
  const [brand] = organisationalDomain(first).split('.');
  return brand === organisationalDomain(second).split('.')[0];
}

function lookalike(domain: string | undefined, own: readonly string[]): Warning[] {
  if (!domain) return [];
  const ownDomains = own.flatMap((address) => domainOf(address) ?? []);
  const imitated = imitatedDomain(domain, ownDomains.map(organisationalDomain));
  if (!imitated) return [];
  const detail =
    imitated === 'mixed-script'
      ? `${cleanLine(domain, 100)} mixes letters of different scripts.`
      : `${cleanLine(displayDomain(domain), 100)} resembles ${imitated}.`;
  return [{ code: 'lookalike_domain', detail }];
}
