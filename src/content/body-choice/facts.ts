import { hasOwnAccount } from './accounts.ts';
import { addressesIn, hasOtherAddress } from './addresses.ts';
import { hasOtherAmount } from './amounts.ts';
import { runningText } from './place.ts';

/**
 * What a text asks for that must not be another in its other form: an account, an amount, an address. Told is only what
 * no program that converts HTML to text brings about, for a false alarm is worse than a trick that is missed.
 */

/** Whom a quoted letter was from or to, which programs name in one form more fully. */
const quotedHeader =
  /^[> \t]{0,100}\*{0,2}(?:from|to|cc|reply-to|von|an|kopie|antwort an|de|à|para|a|da)\*{0,2} ?:.{0,2000}/gimu;
/** A picture that one clicks to write to somebody says to whom. */
const mailLink = /\bmailto:([^"'?&<>\s]{3,320})/giu;

/** So many of a kind are read, and each compared with each: nobody's letter names more. */
const maxMatches = 1_000;

/**
 * Whether the plain text names an account that the shown text does not, or an address or amount in the place of another.
 * `source` is the markup of what is shown. Takes time in proportion to the lengths.
 */
export function hasOwnFacts(plain: string, shown: string, source = ''): boolean {
  const [said, read] = [runningText(plain), runningText(shown)];
  return (
    hasOwnAccount(said, read, maxMatches) ||
    hasOtherAmount(said, read, maxMatches) ||
    hasOwnAddress(runningText(plain.replace(quotedHeader, ' ')), said, read, source)
  );
}

function hasOwnAddress(letter: string, said: string, read: string, source: string): boolean {
  const mine = addressesIn(letter, maxMatches);
  if (mine.length === 0) return false;
  const linked = [...source.matchAll(mailLink)].slice(0, maxMatches).map(([, address]) => address);
  return hasOtherAddress([mine, said], [addressesIn(read, maxMatches), `${read} ${linked.join(' ')}`]);
}
