import { domainToUnicode } from 'node:url';
import { isSafeLabel, latinLookalike, organisationalDomain } from './domain-name.ts';

/** Domains phishers in German and English mail imitate most. */
const known = (
  'paypal.com paypal.de amazon.de amazon.com ebay.de ebay.com apple.com icloud.com microsoft.com outlook.com ' +
  'office.com live.com google.com gmail.com facebook.com facebookmail.com instagram.com whatsapp.com linkedin.com ' +
  'netflix.com spotify.com dropbox.com docusign.com docusign.net adobe.com github.com klarna.com klarna.de ' +
  'sparkasse.de deutsche-bank.de commerzbank.de postbank.de volksbank.de vr.de ing.de dkb.de comdirect.de ' +
  'targobank.de santander.de n26.com consorsbank.de hypovereinsbank.de dhl.de dhl.com deutschepost.de hermesworld.com ' +
  'dpd.de ups.com fedex.com gls-pakete.de telekom.de t-online.de vodafone.de o2online.de 1und1.de ionos.de strato.de ' +
  'gmx.de gmx.net web.de freenet.de mailbox.org posteo.de elster.de bundesfinanzministerium.de otto.de zalando.de ' +
  'bahn.de lufthansa.com booking.com airbnb.com adac.de check24.de coinbase.com binance.com'
).split(' ');

/** Shorter names have honest neighbours one letter away. */
const minSimilarLength = 5;

/**
 * The well-known or own domain that `domain` (lower-case ASCII) could be taken for; `mixed-script` where its
 * letters come from several scripts; undefined for an ordinary domain.
 */
export function imitatedDomain(domain: string, ownDomains: readonly string[]): string | undefined {
  const registered = organisationalDomain(domain);
  const targets = [...new Set([...ownDomains, ...known])];
  if (targets.includes(registered)) return undefined;
  const unicode = domainToUnicode(registered) || registered;
  const imitated = targets.find((target) => resembles(unicode, target) || startsLike(domain, target));
  if (imitated) return imitated;
  const labels = unicode.split('.').filter((label) => /\P{ASCII}/u.test(label));
  return labels.every(isSafeLabel) ? undefined : 'mixed-script';
}

/** `paypal.com.account.example`: the name people look for stands where they look. */
function startsLike(domain: string, target: string): boolean {
  return domain.startsWith(`${target}.`) || domain.includes(`.${target}.`);
}

function resembles(domain: string, target: string): boolean {
  const [name, suffix] = split(domain);
  const [targetName, targetSuffix] = split(target);
  if (name === targetName) return false; // paypal.fr may be anyone's, but it does not look like anything else
  const plain = skeleton(name);
  const targetPlain = skeleton(targetName);
  if (plain === targetPlain && (targetName.length > 3 || suffix === targetSuffix)) return true;
  if (targetName.length < minSimilarLength || suffix !== targetSuffix) return false;
  return isOneEditApart(plain, targetPlain);
}

function split(domain: string): [name: string, suffix: string] {
  const dot = domain.indexOf('.');
  return [domain.slice(0, dot), domain.slice(dot + 1)];
}

/** What the eye reads: lookalike letters, digits for letters, `rn` for `m`. */
function skeleton(name: string): string {
  return latinLookalike(name)
    .replace(/0/gu, 'o')
    .replace(/[1|]/gu, 'l')
    .replace(/3/gu, 'e')
    .replace(/5/gu, 's')
    .replace(/rn/gu, 'm')
    .replace(/vv/gu, 'w')
    .replace(/i/gu, 'l');
}

/** One letter inserted, left out, replaced, or two neighbours exchanged. */
function isOneEditApart(first: string, second: string): boolean {
  if (Math.abs(first.length - second.length) > 1) return false;
  let start = 0;
  while (start < first.length && first[start] === second[start]) start += 1;
  let end = 0;
  const most = Math.min(first.length, second.length) - start;
  while (end < most && first.at(-1 - end) === second.at(-1 - end)) end += 1;
  const [left, right] = [first.slice(start, first.length - end), second.slice(start, second.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right === [...left].reverse().join('');
}
