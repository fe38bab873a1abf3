import type { Piece } from './people-pieces.ts';

/** Signs and joints part people only beside somebody who is whole: firms and departments have them in their names. */
export function separates(before: Piece, piece: Piece): boolean {
  const isWhole = ({ words, addresses, quoted }: Piece) =>
    words.length === 0 && addresses.length + quoted.length > 0;
  const isDomain = ({ words: [word = '', ...more] }: Piece) =>
    more.length === 0 && /^[^\s.]+(?:\.[^\s.]+)+$/u.test(word);
  const parts = before.addresses.length > 0 || isWhole(before) || isWhole(piece);
  return /[;；]/u.test(piece.after) || parts || (isDomain(before) && isDomain(piece));
}

/**
 * The pieces of a name that may be names themselves: `Smith and Sons` may be two people. A letter or two name nobody,
 * for they are in nearly every address.
 */
export function possibleNames(pieces: readonly Piece[]): Piece[] {
  const isTight = pieces.some(({ after }) => /[/+]/u.test(after));
  const name = isTight ? /\p{L}{3}|\p{Lu}\p{Ll}|\p{Lo}/u : /[\p{L}\p{N}]{2}|\p{Lo}/u;
  return pieces.filter(({ words, quoted }) => {
    const all = [...words, ...quoted];
    return all.some((word) => name.test(word)) && !all.every((word) => addition.test(word));
  });
}

/** What stands behind a name or before it and is in many: forms of firms, degrees, forms of address. */
const addition =
  /^(?:AG|SE|KG|OHG|GbR|e\.?[VK]|GmbH|gGmbH|UG|mbH|Co|Inc|Ltd|LLC|LLP|PLC|Corp|S\.?A|B\.?V|Dr|Prof|Ph\.?D|M\.?D|Dipl|Ing|MBA|[JS]r|Mrs?|Ms|Herrn?|Frau)\.?$/iu;

/**
 * Who else may be named before the one with the address. `Smith, Pat <p@x.org>`, `DE | Shop <v@shop.de>` and
 * `Research and Development <rd@x.org>` are one; `Ann or Bob <bob@y.org>` and `Ann Lee, Bob Lee <bob@y.org>` are two. What
 * may be either counts as two: that finds too much rather than too little.
 */
export function othersBefore(pieces: readonly Piece[], address: string): Piece[] {
  const people = pieces.filter((piece, index) => index === 0 || !isTitle(piece));
  const last = people.at(-1);
  return possibleNames(people).filter((piece) => {
    if (piece === last) return false;
    const { after: joint = '' } = people[people.indexOf(piece) + 1] ?? {};
    if (/\b(?:or|oder)\b|\n|[,，、] (?:and|und|&)/u.test(joint)) return true;
    const names = fullWords(piece);
    if (names.every((word) => stands(word, address))) return false;
    if (names.length > 1) return true;
    const lastNames = last ? fullWords(last) : [];
    const [user = ''] = address.split('@');
    if (/[|/+]/u.test(joint) || (lastNames.length < 2 && !joint.includes(',')))
      return lastNames.some((word) => stands(word, user));
    return lastNames.length > 1 || people.length > 2;
  });
}

/** `MD`, `Ph.D.`, `Jr.` behind a name. */
function isTitle({ after, words }: Piece): boolean {
  const title = /^(?:\p{Lu}[\p{L}.]*\p{Lu}\.?|[JS]r\.?)$/u;
  return after.includes(',') && words.length > 0 && words.every((word) => title.test(word));
}

/** `von` and initials are left out. */
function fullWords({ words }: Piece): string[] {
  const full = words.filter((word) => /^\P{L}*\p{Lu}[\p{L}\p{M}]*\p{L}(?!\.)|\p{Lo}/u.test(word));
  return full.length > 0 ? full : words;
}

/** A name is a word of an address, or a long part of one: `hmueller@`. */
function stands(name: string, address: string): boolean {
  const word = name.toLowerCase().normalize('NFD').replace(/ß/gu, 'ss');
  const forms = [word, word.replace(/(?<=[aou])\u0308/gu, 'e')].map((form) =>
    form.replace(/[^\p{L}\p{N}]/gu, ''),
  );
  const places = address
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}]+/u);
  return forms.some((form) =>
    places.some((place) => place === form || (form.length > 3 && place.includes(form))),
  );
}
