import { type Eyes, type Facts, type Field, factsOf, type ThreeFacts } from './facts.ts';
import { saysTheSame, showsChange, staysAs } from './shows-change.ts';

/** A field of which the server does not hold what it was sent. */
export interface Difference {
  field: Field;
  /** It is as it was before; nothing is of a new event. */
  asBefore: boolean;
  /** Of what was sent what it does not hold. */
  missing: readonly string[];
}

/** What became of a change, by what the server holds afterwards. */
export interface Proof {
  /** At least a part of it shows, and all that it could not be called done without. */
  isShown: boolean;
  otherwise: readonly Difference[];
  /** All of it, line by line or by what it means: another's change is hardly taken for it. */
  isCertain: boolean;
}

/** A change from one text of an event to another. */
export interface Sent {
  /** Undefined for a new event. */
  before: string | undefined;
  planned: string;
  /** What it is made for: without these fields nothing of it counts. */
  must: readonly Field[];
}

/**
 * What of a change shows in `held`. Only what it was to change counts, and by its value: servers write their own way, add,
 * and drop what nobody sees (mailbox.org normalises much). Where people would see no difference at all, the lines tell.
 */
export function proofOf({ before, planned, must }: Sent, held: string, eyes: Eyes): Proof {
  // Most servers keep what they were sent: nothing needs to be understood.
  if (saysTheSame(planned, held)) return { isShown: true, otherwise: [], isCertain: true };
  const { held: now, ...meant } = factsOf(before, planned, held, eyes);
  if (!now) return unread;
  const facts = { ...meant, held: now };
  const claims = [...facts.planned].filter(
    ([key, { values }]) => !isSame(values, valuesAt(facts.before, key)),
  );
  const isHeldByLine = showsChange(before ?? '', planned, held);
  if (claims.length === 0) {
    const isShown = !staysAs(before ?? '', planned, held);
    return { isShown, otherwise: [], isCertain: isHeldByLine };
  }
  const fields = [...new Set(claims.map(([, { field }]) => field))];
  const otherwise = fields.flatMap((field) => {
    const parts = claims.filter(([, fact]) => fact.field === field).map(([key]) => partOf(key, facts));
    if (parts.every(isHeld)) return [];
    const asBefore =
      before !== undefined && parts.every((part) => !isHeld(part) && isSame(part.before, part.held));
    return [{ field, asBefore, missing: [...new Set(parts.flatMap(missingIn))] }];
  });
  const isAnyShown = otherwise.length < fields.length || otherwise.some(({ asBefore }) => !asBefore);
  const isShown = isAnyShown && !otherwise.some(({ field }) => must.includes(field));
  return { isShown, otherwise, isCertain: otherwise.length === 0 || isHeldByLine };
}

/** What stands there is no event, or another. */
const unread: Proof = { isShown: false, otherwise: [], isCertain: false };

type Part = Record<keyof ThreeFacts, ReadonlySet<string>>;

function partOf(key: string, { before, planned, held }: Record<keyof ThreeFacts, Facts>): Part {
  const sent = valuesAt(planned, key);
  // An occurrence that the server no longer lists is a declined one.
  const isOff = sent.has('declined') && !held.has(key);
  return { before: valuesAt(before, key), planned: sent, held: isOff ? sent : valuesAt(held, key) };
}

/** All that was to come is there, and nothing is that was to go. */
function isHeld(part: Part): boolean {
  const stays = [...part.before].some((value) => !part.planned.has(value) && part.held.has(value));
  return !stays && missingIn(part).length === 0;
}

function missingIn({ before, planned, held }: Part): string[] {
  return [...planned].filter((value) => !before.has(value) && !held.has(value));
}

function valuesAt(facts: Facts, key: string): ReadonlySet<string> {
  return facts.get(key)?.values ?? new Set();
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((value) => other.has(value));
}
