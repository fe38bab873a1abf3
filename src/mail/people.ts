import { MailboxError } from '../domain/errors.ts';
import { straightQuotes } from '../domain/query.ts';

/**
 * Whom a text names, each as it can be searched for. An address says it all, whatever stands before it, for servers
 * differ in how they quote names. Several stand as mail programs and people write them: `Ann <a@x.org>; b@y.org`,
 * `a@x.org or b@y.org`, `"Ann" or "Bob"`, `["a@x.org", "Bob"]`.
 * @throws MailboxError `invalid_input` where it stays in doubt whether one or several are named, for people to be left
 * out, and where nobody is named.
 */
export function peopleIn(given: string, parameter: string): string[] {
  const text = straightQuotes(given).replace(unseen, '').replace(label, '');
  const entries = jsonList(text);
  const people = entries
    ? entries.flatMap((entry) => listed(entry, parameter))
    : namedIn(text.replace(/^[\s([{<]+|[\s)\]}>]+$/gu, ''), parameter);
  const named = people.filter((person) => /[\p{L}\p{N}]/u.test(person));
  if (named.length > 0) return [...new Set(named)];
  throw new MailboxError('invalid_input', `${parameter} names nobody.`, {
    hint: 'Pass a name or an address.',
  });
}

/** What copied text brings along: soft hyphens, blanks without width, directions. */
const unseen = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** Says nothing more than the parameter does. */
const label = /^\s*(?:from|to|cc|bcc|von|an)\s*:|mailto:/giu;

const quoted = String.raw`"(?:[^"\\]|\\[^])*(?:"(?!@)|$)|(?<![\p{L}\p{N}])['‘‹\x60][^'’›\x60"]+['’›\x60](?![\p{L}\p{N}])`;
const local = String.raw`[^\s<>,;:()"|[\]{}*@，；、]`;
const domain = String.raw`(?:[\p{L}\p{N}\p{M}._-]*[\p{L}\p{N}\p{M}])?`;
const address = `(?:"[^"]*"(?=@)|${local}*)(?:@${domain})+`;
/** Tried in this order wherever a text goes on. */
const token = new RegExp(
  [
    `(?<quoted>${quoted})`,
    `(?<address>${address})`,
    String.raw`(?<comment>\([^()@]*(?:\)|$))`,
    String.raw`(?<separator>[,，、;；|]|(?<!\S)(?:or|oder|and|und|&)(?!\S))`,
    `(?<word>${local}+|[^])`,
  ].join('|'),
  'giu',
);

/** What stands between two separators. */
interface Piece {
  /** What separates it from the piece before it. */
  after: string;
  start: number;
  end: number;
  /** Outside quotes. */
  words: string[];
  quoted: string[];
  addresses: string[];
  /** Holds a separator that may part people, or stand within one name. */
  doubtful: boolean;
}

function namedIn(text: string, parameter: string): string[] {
  refuseExclusions(text, parameter);
  const people: Piece[] = [];
  for (const piece of piecesOf(text)) {
    const before = people.at(-1);
    if (!before || separates(before, piece)) people.push(piece);
    else people.splice(-1, 1, joined(before, piece));
  }
  return people.flatMap((piece) => searchable(piece, text, parameter));
}

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  const begin = (): Piece => {
    const piece = {
      after: '',
      start: text.length,
      end: 0,
      words: [],
      quoted: [],
      addresses: [],
      doubtful: false,
    };
    pieces.push(piece);
    return piece;
  };
  let piece = begin();
  for (const { 0: raw, index, groups = {} } of text.matchAll(token)) {
    const { separator } = groups;
    if (separator !== undefined) {
      if (piece.end > 0) piece = begin();
      piece.after += `${separator.toLowerCase()} `;
      continue;
    }
    if (groups.address !== undefined) piece.addresses.push(bareAddress(raw));
    else if (groups.quoted !== undefined) piece.quoted.push(unquoted(raw));
    else if (/[\p{L}\p{N}]/u.test(groups.word ?? '')) piece.words.push(raw);
    if (raw.trim() === '') continue;
    piece.start = Math.min(piece.start, index);
    piece.end = index + raw.length;
  }
  return pieces.filter(({ end }) => end > 0);
}

/** Signs and joints part people only beside somebody who is whole: firms and departments have them in their names. */
function separates(before: Piece, { after, ...piece }: Piece): boolean {
  const isWhole = ({ words, addresses, quoted }: Omit<Piece, 'after'>) =>
    words.length === 0 && addresses.length + quoted.length > 0;
  const isDomain = ({ words: [word = '', ...more] }: Omit<Piece, 'after'>) =>
    more.length === 0 && /^[^\s.]+(?:\.[^\s.]+)+$/u.test(word);
  const parts = before.addresses.length > 0 || isWhole(before) || isWhole(piece);
  return /[;；]/u.test(after) || parts || (isDomain(before) && isDomain(piece));
}

function joined(before: Piece, { after, ...piece }: Piece): Piece {
  return {
    ...{ after: before.after, start: before.start, end: piece.end },
    words: [...before.words, ...piece.words],
    quoted: [...before.quoted, ...piece.quoted],
    addresses: piece.addresses,
    doubtful: before.doubtful || /[^&\s]/u.test(after.replace(/\b(?:and|und)\b/gu, '')),
  };
}

function searchable(piece: Piece, text: string, parameter: string): string[] {
  const { words, quoted, addresses, doubtful } = piece;
  if (addresses.length > 0) {
    // `ann @x.org` is not everybody there.
    const isTorn = words.length + quoted.length > 0 && addresses.some((each) => /^@|@$/u.test(each));
    if (isTorn) throw unclear(parameter);
    return addresses;
  }
  const inQuotes = quoted.flatMap(addressesOr);
  if (inQuotes.length > 0 && (words.length === 0 || inQuotes.every((each) => each.includes('@'))))
    return inQuotes;
  const name = text
    .slice(piece.start, piece.end)
    .replaceAll('"', '')
    // The dot of an initial stays: the letter alone is in nearly every address.
    .replace(/^[\s'‘‹`([{<*_–—•-]+|(?<!(?<!\p{L})\p{L}(?=\.$))[\s,.!?:'’›`)\]}>*_-]+$/gu, '');
  if (doubtful || /[<>]/u.test(name)) throw unclear(parameter);
  return [name];
}

function unclear(parameter: string): MailboxError {
  return new MailboxError(
    'invalid_input',
    `${parameter} may name one or several people, or holds no whole address.`,
    { hint: 'Pass only the address; several as a@x.org, b@y.org. One name stands in quotes: "Smith, Pat".' },
  );
}

const exclusion =
  /(?<![^\s,;|([])(?:(?:not|nicht|außer|ausser|ohne|except|without|but)\s+[^\s]|[-!]["<\p{L}\p{N}])/iu;
/** One person as lists show it, whose name may begin in any way: `NOT A SHOP <n@x.org>`. */
const shown = /^(?![-!]\p{L})[^<>@]*<[^<>@\s]*@[^<>@\s]*>?$/u;

function refuseExclusions(text: string, parameter: string): void {
  if (shown.test(text) || !exclusion.test(text.replace(/"[^"]*"?/gu, '""'))) return;
  throw new MailboxError('invalid_input', `${parameter} cannot leave anybody out.`, {
    hint: 'Use query with a minus: -ann@x.org. A name with such a word stands in quotes.',
  });
}

/** An entry of a list is one name, whatever is in it, unless it holds addresses. */
function listed(entry: string, parameter: string): string[] {
  if (entry.includes('@')) return namedIn(entry, parameter);
  refuseExclusions(entry, parameter);
  return [unquoted(entry.trim())];
}

/** Those within quotes, or the name that stands there. */
function addressesOr(name: string): string[] {
  const addresses = piecesOf(name).flatMap((piece) => piece.addresses);
  return addresses.length > 0 ? addresses : [name];
}

function bareAddress(written: string): string {
  return written.replace(/^[^\p{L}\p{N}@"]+(?=[\p{L}\p{N}])/u, '');
}

function unquoted(name: string): string {
  return name
    .replace(/^["'‘‹`]|["'’›`]$/gu, '')
    .replace(/\\(.)/gu, '$1')
    .trim();
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
