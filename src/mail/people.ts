import { MailboxError } from '../domain/errors.ts';
import { straightQuotes } from '../domain/query.ts';
import { othersBefore, possibleNames, separates } from './one-or-several.ts';
import { type Piece, piecesOf, unquoted } from './people-pieces.ts';

/**
 * Whom a text names, each in the forms he can be searched by. An address says it all, whatever stands before it, for
 * servers differ in how they quote names. Several stand as mail programs and people write them: `Ann <a@x.org>; b@y.org`,
 * `a@x.org or b@y.org`, `Ann and Bob`, `["a@x.org", "Bob"]`. Where a name may be that of one or of several, it is searched
 * for as both; in quotes it is one.
 * @throws MailboxError `invalid_input` for half an address, for people to be left out, and where nobody is named.
 */
export function peopleIn(given: string, parameter: string): string[] {
  const text = straightQuotes(given).replace(unseen, '').replaceAll('&amp;', '&').replace(label, '');
  const people = (jsonList(text)?.map(oneLine) ?? [undefined]).flatMap((entry) =>
    entry === undefined ? namedIn(lines(text), parameter) : listed(entry, parameter),
  );
  const named = people.filter((person) => /[\p{L}\p{N}]/u.test(person));
  if (named.length > 0) return [...new Set(named)];
  throw new MailboxError('invalid_input', `${parameter} names nobody.`, {
    hint: 'Pass a name or an address.',
  });
}

/** What copied text brings along: soft hyphens, blanks without width, directions. */
const unseen = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** Says nothing more than the parameter does. */
const label = /(?<![^\s,;|])(?:from|to|cc|bcc|von|an)\s*:|mailto:/giu;

/** One blank where there are several. A line that is indented or only an address goes on with the one before. */
function lines(text: string): string {
  return text
    .replace(/(?:\r\n?|\n)[ \t]*(?=[ \t<])/gu, ' ')
    .replace(/[^\S\r\n]+/gu, ' ')
    .replace(/\s*[\r\n]\s*/gu, '\n')
    .replace(/^[\s([{<]+|[\s)\]}>]+$/gu, '');
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

function namedIn(text: string, parameter: string): string[] {
  refuseExclusions(text, parameter, exclusion);
  const people: Piece[][] = [];
  for (const piece of piecesOf(text)) {
    const pieces = people.at(-1);
    const before = pieces?.at(-1);
    if (pieces && before && !separates(before, piece)) pieces.push(piece);
    else people.push([piece]);
  }
  return people.flatMap((pieces) => searchable(pieces, text, parameter));
}

/** @param pieces joined by what may stand within one name */
function searchable(pieces: readonly Piece[], text: string, parameter: string): string[] {
  const words = pieces.flatMap((piece) => piece.words);
  const quoted = pieces.flatMap((piece) => piece.quoted);
  const addresses = pieces.flatMap((piece) => piece.addresses);
  const [firstAddress] = addresses;
  if (firstAddress !== undefined) {
    // `ann @x.org` is not everybody there.
    const isTorn = words.length + quoted.length > 0 && addresses.some((each) => /^@|@$/u.test(each));
    if (isTorn) throw unclear(parameter);
    const others = othersBefore(pieces, firstAddress).map((piece) => bareName(text, [piece]));
    return [...others.flatMap(spellings), ...addresses];
  }
  const inQuotes = quoted.flatMap(addressesOr);
  if (inQuotes.length > 0 && (words.length === 0 || inQuotes.every((each) => each.includes('@'))))
    return inQuotes.flatMap(escapes);
  const name = bareName(text, pieces);
  if (/[<>]/u.test(name)) throw unclear(parameter);
  if (pieces.length === 1) return spellings(name);
  const parts = possibleNames(pieces).map((piece) => bareName(text, [piece]));
  return [...escapes(name), ...parts.flatMap(spellings)];
}

function bareName(text: string, pieces: readonly Piece[]): string {
  const name = oneLine(text.slice(pieces[0]?.start, pieces.at(-1)?.end));
  return (
    name
      .replaceAll('\\"', '"')
      // The dot of an initial stays: the letter alone is in nearly every address.
      .replace(/^[\s"'‘‹`([{<*_–—•-]+|(?<!(?<!\p{L})\p{L}(?=\.$))[\s,.!?:"'’›`)\]}>*_-]+$/gu, '')
  );
}

/** Servers compare a quoted name as the header has it, escaped and with all its blanks, which nothing shows. */
function spellings(name: string): string[] {
  const gaps = [...name.matchAll(/(?<=[\p{L}\p{N}.]) (?=[\p{L}\p{N}])/gu)];
  const wide =
    gaps.length > maxGaps ? [] : gaps.map(({ index }) => `${name.slice(0, index)} ${name.slice(index)}`);
  return [...escapes(name), ...wide];
}

/** More words than a name that lacks its middle one has. */
const maxGaps = 3;

/** Quotes within it as they stand, escaped as in a header, and as the blanks that Dovecot makes of them in encoded words. */
function escapes(name: string): string[] {
  if (!name.includes('"')) return [name];
  return [name, name.replace(/["\\]/gu, '\\$&'), name.replaceAll('"', ' ').trim()];
}

function unclear(parameter: string): MailboxError {
  return new MailboxError('invalid_input', `${parameter} holds no whole address.`, {
    hint: 'Pass only the address or only the name; several as a list: ["Ann Lee", "bob@y.org"].',
  });
}

const excluding = 'not|nicht|außer|ausser|ohne|except|without|but';
const begins = String.raw`(?<![^\s,;|([])`;
const exclusion = new RegExp(String.raw`${begins}(?:(?:${excluding})\s+[^\s]|[-!]["<\p{L}\p{N}])`, 'iu');
/** In a list `Without Borders` is a name. */
const listedExclusion = new RegExp(
  String.raw`${begins}(?:(?:${excluding}|${excluding.toUpperCase()})\s+[^\s]|[-!]["<\p{L}\p{N}])`,
  'u',
);
/** One person as lists show it, whose name may begin in any way: `NOT A SHOP <n@x.org>`. */
const shown = /^(?![-!]\p{L})[^<>@]*<[^<>@\s]*@[^<>@\s]*>?$/u;
/** But nobody is called `Ann but not Bob <bob@y.org>`. */
const within = /\s(?:(?:but|and|aber|und)\s+(?:not|nicht)|except|außer|ausser)\s/u;
/** The same with others behind: nobody begins with whom to leave out. */
const shownFirst = /^(?:Not|Nicht|Ohne|Without|Except|But)(?=\s\p{Lu}[^<>@,;|]*<)/u;

function refuseExclusions(text: string, parameter: string, pattern: RegExp): void {
  const bare = text.replace(/"[^"]*"?/gu, '""').replace(shownFirst, '');
  if (!pattern.test(bare) || (shown.test(text) && !within.test(bare))) return;
  throw new MailboxError('invalid_input', `${parameter} cannot leave anybody out.`, {
    hint: 'Use query with a minus: -ann@x.org. A name with such a word stands in quotes.',
  });
}

/** An entry of a list is one name, whatever is in it, unless it holds addresses. */
function listed(entry: string, parameter: string): string[] {
  if (entry.includes('@')) return namedIn(entry, parameter);
  refuseExclusions(entry, parameter, listedExclusion);
  return spellings(unquoted(entry));
}

/** Those within quotes, or the name that stands there. */
function addressesOr(name: string): string[] {
  const addresses = piecesOf(name).flatMap((piece) => piece.addresses);
  return addresses.length > 0 ? addresses : [name];
}

function jsonList(given: string): string[] | undefined {
  if (!/^\s*\[\s*"/u.test(given)) return undefined;
  try {
    const list: unknown = JSON.parse(given);
    return Array.isArray(list) && list.every((entry) => typeof entry === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}
