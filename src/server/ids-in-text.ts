import { isMailId } from '../domain/mail-id.ts';

/**
 * The texts one text stands for where a list is due: the ids in it, where every piece between line breaks, semicolons,
 * commas or blanks is one; else itself alone. Folders may be called nearly anything, `Trips/2026-1 Rome` too: what may be
 * several ids as well as one is neither.
 * @returns the text itself, which is no list, where nobody can tell what it is
 */
export function textsIn(text: string): string[] | string {
  const ids = idsIn(text, [/[\r\n]+/u, /;/u, /,/u]);
  if (ids) return ids;
  const isBroken = /[\r\n]/u.test(text.trim());
  return isBroken || holdsIdBeforeGap(text) ? text : [text];
}

/** Undefined where not every piece is an id. */
function idsIn(text: string, [separator, ...finer]: readonly RegExp[]): string[] | undefined {
  if (!separator) return idsBetweenBlanks(text.trim());
  const pieces = text.split(separator).filter((piece) => piece.trim() !== '');
  const ids = pieces.map((piece) => idsIn(piece, finer));
  return ids.every((list) => list !== undefined) ? ids.flat() : undefined;
}

/** One id whose folder holds blanks, or several. */
function idsBetweenBlanks(text: string): string[] | undefined {
  const pieces = text.split(/\s+/u);
  if (
    pieces.length > 1 &&
    pieces.every(isMailId) &&
    pieces.slice(0, -1).every((id) => isSurelyId(id, text))
  ) {
    return pieces;
  }
  return isMailId(text) && !holdsIdBeforeGap(text) ? [text] : undefined;
}

/** What looks like an id in front of a blank or semicolon, and is surely one, or has only ids beside it. */
function holdsIdBeforeGap(text: string): boolean {
  const pieces = text.trim().split(/[;\s]+/u);
  const before = pieces.slice(0, -1).filter(isMailId);
  return before.some((id) => isSurelyId(id, text)) || (before.length > 0 && pieces.every(isMailId));
}

/** UIDVALIDITY of the last id of a text as well, or as servers make it: the seconds since 1970 (RFC 9051 §2.3.1.1). */
function isSurelyId(id: string, text: string): boolean {
  const validity = validityOf(id);
  return validity === validityOf(text) || /^(?=.*\d)[a-z0-9]{6}$/u.test(validity);
}

function validityOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1).split('-', 1)[0] ?? '';
}
