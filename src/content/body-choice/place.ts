/** Where in a text something stands, so that it can be told what stands there in the other form of the same letter. */

/** The one or two words before, in lower case; none at the beginning of a text. */
export type Place = readonly string[];

const reach = 80;
const wordsBefore = 2;
const word = /\p{L}[\p{L}\p{M}'’-]{0,60}/gu;
const halfWord = /^\p{L}+/u;
/** Stand before an amount or behind it. */
const units = new Set('eur usd chf gbp euro euros dollar dollars franken us'.split(' '));

/** `Total:`, or in the cell before: says enough, unlike `To:`. */
const label = /\p{L}{4} ?[:|]\P{L}*$/u;

/** Pictures are named by what looks like an address. */
const linkOrPicture = /https?:\/\/\S+|\bcid:\S{1,200}/giu;

/** The text without its links, marks of quotation and line ends, which no two programs set alike. */
export function runningText(text: string): string {
  return text
    .replace(linkOrPicture, ' ')
    .replaceAll('mailto:', ' ')
    .replace(/[\s>]{2,}|[^\S ]|>/gu, ' ');
}

/** The place of what begins at `index`. */
export function placeAt(text: string, index: number): Place {
  const near = text.slice(Math.max(0, index - reach), index).toLowerCase();
  const before = index > reach ? near.replace(halfWord, '') : near;
  const words = (before.match(word) ?? []).filter((each) => !units.has(each));
  return words.slice(label.test(before) ? -1 : -wordsBefore);
}

/** Whether the same words stand before; one word will do where a text begins, or behind a label. */
export function isSamePlace(one: Place, other: Place): boolean {
  const last = one.at(-1);
  if (last === undefined || last !== other.at(-1)) return false;
  return one.length === 1 || other.length === 1 || one[0] === other[0];
}
