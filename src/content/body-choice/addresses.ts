import { normalDomain } from '../domain-name.ts';
import { isSamePlace, type Place, placeAt } from './place.ts';

/** Mail addresses in running text. */

interface Address {
  address: string;
  place: Place;
}

/** Found by their host: few things have one, and all have what may be a user. */
const host = /@((?:[\p{L}\p{N}-]{1,63}\.){1,8}(?:xn--[\p{L}\p{N}-]{1,59}|\p{L}{2,63}))(?![\p{L}\p{N}_-])/giu;
const user = /[\p{L}\p{N}._%+-]{1,64}$/u;
const maxUser = 64;
/** `j***e@`, `jane.lon...@`: shown in part, so that it tells nothing. */
const shortened = /\.\.|^\.|\.$/u;
const mask = /[*•●…]$/u;

/** The first addresses of a text, each once for every place. */
export function addressesIn(text: string, maxMatches: number): Address[] {
  const found = new Map<string, Address>();
  let left = maxMatches;
  for (const { 1: domain = '', index } of text.matchAll(host)) {
    if (left-- === 0) break;
    const before = text.slice(Math.max(0, index - maxUser), index);
    const [name = ''] = user.exec(before) ?? [];
    const start = index - name.length;
    if (name === '' || shortened.test(name) || mask.test(text.slice(start - 1, start))) continue;
    const address = `${name.toLowerCase()}@${normalDomain(domain) ?? domain.toLowerCase()}`;
    const place = placeAt(text, start);
    found.set([address, ...place].join(' '), { address, place });
  }
  return [...found.values()];
}

/** Whether one text has an address that is not in the other where the other has one that is not in the first. */
export function hasOtherAddress(
  [said, plain]: readonly [readonly Address[], string],
  [read, shown]: readonly [readonly Address[], string],
): boolean {
  const own = unknown(said, read, shown);
  if (own.length === 0) return false;
  const others = unknown(read, said, plain);
  return own.some((one) => others.some((other) => isSamePlace(one.place, other.place)));
}

/** Those that the other text has nowhere, not even close to other words. */
function unknown(mine: readonly Address[], others: readonly Address[], text: string): Address[] {
  const known = new Set(others.map(({ address }) => address));
  const missing = mine.filter(({ address }) => !known.has(address));
  if (missing.length === 0) return [];
  const all = text.toLowerCase();
  return missing.filter(({ address }) => !all.includes(address));
}
