import { jsonBytes, listBytes, withinBytes } from '../domain/answer-size.ts';
import type { FoundEmail, Omitted } from '../domain/mail.ts';

/** Shortens the longest texts of a list until it fits an answer: a hundred hits with subjects a line too long. */
export function fittingList(emails: FoundEmail[], otherBytes: number): FoundEmail[] {
  let list = emails;
  for (let chars = 160; chars >= 10 && jsonBytes(list) > listBytes - otherBytes; chars /= 2) {
    list = list.map((email) => ({
      ...email,
      from: shorten(email.from, chars),
      subject: shorten(email.subject, chars),
      ...(email.to ? { to: email.to.slice(0, 2).map((address) => shorten(address, chars)) } : {}),
      ...(email.preview ? { preview: shorten(email.preview, chars) } : {}),
    }));
  }
  return list;
}

function shorten(text: string, chars: number): string {
  const characters = [...text];
  return characters.length <= chars ? text : `${characters.slice(0, chars - 1).join('')}…`;
}

/** The most each may have so that together they stay within `budget`: the small leave theirs to the large. */
export function fairShare(sizes: readonly number[], budget: number): number {
  let left = budget;
  const ascending = [...sizes].sort((a, b) => a - b);
  for (const [index, size] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index));
    if (size > share) return Math.max(1, share);
    left -= size;
  }
  return Math.max(1, budget);
}

/** The counts above zero, or undefined: what lists of an answer leave out. */
export function leftOut(counts: NonNullable<Omitted>): Omitted {
  const some = Object.entries(counts).filter(([, count]) => count !== undefined && count > 0);
  return some.length > 0 ? Object.fromEntries(some) : undefined;
}

type Lists<K extends string> = { [P in K]?: unknown[] | undefined };

/**
 * What was changed must always be told, however much it was: entries lose their `newId`, then the lists their ends, the
 * first of `keys` first; `omitted` counts what is not listed.
 */
export function fittingChanges<K extends string, T extends Lists<K>>(
  answer: T,
  keys: readonly K[],
): T & { omitted?: { [P in K]?: number } } {
  if (jsonBytes(answer) <= listBytes) return answer;
  let fitting = { ...answer };
  for (const key of keys) fitting = { ...fitting, [key]: fitting[key]?.map(withoutNewId) };
  const omitted: { [P in K]?: number } = {};
  for (const key of keys) {
    const list = fitting[key] ?? [];
    const room = Math.max(0, listBytes - jsonBytes({ ...fitting, [key]: [] }));
    const kept = withinBytes(list, room);
    if (kept < list.length) {
      omitted[key] = list.length - kept;
      fitting = { ...fitting, [key]: list.slice(0, kept) };
    }
  }
  return Object.keys(omitted).length > 0 ? { ...fitting, omitted } : fitting;
}

function withoutNewId(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null || !('newId' in entry)) return entry;
  const { newId: _told, ...rest } = entry;
  return rest;
}
