import { amountsIn, hasUnknown } from './amounts.ts';

/**
 * What a text asks for that must not be another in its other form: an account, an amount, an address. Told is only what
 * no program that converts HTML to text brings about, for a false alarm is worse than a trick that is missed.
 */

/** Pictures are named by what looks like an address. */
const linkOrPicture = /https?:\/\/\S+|\bcid:\S{1,200}/giu;
/** Whom a quoted letter was from or to, which programs name in one form more fully. */
const quotedHeader =
  /^[> \t]{0,100}\*{0,2}(?:from|to|cc|reply-to|von|an|kopie|antwort an|de|à|para|a|da)\*{0,2} ?:.{0,2000}/gimu;
const host = /@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}(?![\p{L}\p{N}_-])/giu;
const user = /[\p{L}\p{N}._%+-]{1,64}$/u;
/** What is written like an IBAN, in groups of four or in one (ISO 13616). */
const account =
  /(?<![A-Z0-9])(?=([A-Z]{2}\d{2}(?:[A-Z0-9]{10,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)(?![A-Z0-9])))/gu;
/** The shortest IBAN has so many characters: enough to tell accounts apart, whatever stands behind them. */
const tellingChars = 15;
const minDigits = 8;

/** So many of a kind are read: nobody's letter names more. */
const maxFacts = 200;
const maxMatches = 2_000;

/**
 * Whether the plain text names an account that the shown text does not, or an address or amount in the place of another.
 * Takes time in proportion to the lengths.
 */
export function hasOwnFacts(plain: string, shown: string): boolean {
  const said = plain.replace(linkOrPicture, ' ');
  return hasOwnAccount(said, shown) || hasOtherAddress(said, shown) || hasOtherAmount(said, shown);
}

function hasOwnAccount(plain: string, shown: string): boolean {
  const read = accounts(shown);
  const missing = [...accounts(plain)].filter((iban) => !read.has(iban));
  if (missing.length === 0) return false;
  const solid = shown.replace(/[^A-Za-z0-9]+/gu, '').toUpperCase();
  return missing.some((iban) => !solid.includes(iban));
}

function accounts(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, written = ''] of first(text.matchAll(account))) {
    const iban = written.replaceAll(' ', '').slice(0, tellingChars);
    if (iban.replace(/\D/gu, '').length >= minDigits) found.add(iban);
    if (found.size >= maxFacts) break;
  }
  return found;
}

function hasOtherAddress(plain: string, shown: string): boolean {
  const letter = plain.replace(quotedHeader, ' ');
  const [said, read] = [addresses(letter), addresses(shown)];
  return isOwn(said, read, shown) && isOwn(read, said, plain);
}

/** Whether one of them is not in the other text, where it may stand close to other words. */
function isOwn(mine: ReadonlySet<string>, others: ReadonlySet<string>, text: string): boolean {
  const missing = [...mine].filter((address) => !others.has(address));
  if (missing.length === 0) return false;
  const all = text.toLowerCase();
  return missing.some((address) => !all.includes(address));
}

/** Found by their host: few things have one, and all have what may be a user. */
function addresses(text: string): Set<string> {
  const found = new Set<string>();
  for (const { 0: at, index } of first(text.matchAll(host))) {
    const [name] = user.exec(text.slice(Math.max(0, index - 64), index)) ?? [];
    if (name !== undefined) found.add(`${name}${at}`.toLowerCase());
    if (found.size >= maxFacts) break;
  }
  return found;
}

function hasOtherAmount(plain: string, shown: string): boolean {
  const said = amountsIn(plain, maxMatches);
  const read = said.length === 0 ? [] : amountsIn(shown, maxMatches);
  if (read.length === 0) return false;
  return hasUnknown(said, shown) && hasUnknown(read, plain);
}

function* first<T>(matches: Iterable<T>): Generator<T> {
  let left = maxMatches;
  for (const match of matches) {
    if (left-- === 0) return;
    yield match;
  }
}
