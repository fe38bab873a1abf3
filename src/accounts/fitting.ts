/** Ids grow by the name of their account and answers by those of other accounts: what fitted may fit no more. */

import { jsonBytes, withinBytes } from '../domain/answer-size.ts';
import { joinId } from './account-id.ts';

/** No answer exceeds 40 kB of JSON; the rest is for what stands around lists. */
export const answerBytes = 38_000;

type Changes<K extends string> = { [P in K]?: readonly unknown[] | undefined } & {
  omitted?: { [P in K]?: number | undefined } | undefined;
};

/** What was changed must always be told, however much it was: the ends of lists, the first of `keys` first, are counted. */
export function fittingChanges<K extends string, T extends Changes<K>>(answer: T, keys: readonly K[]): T {
  let fitting = answer;
  for (const key of keys) {
    const list = fitting[key] ?? [];
    const kept = withinBytes(list, answerBytes - jsonBytes({ ...fitting, [key]: [] }));
    if (kept === list.length) continue;
    const omitted = { ...fitting.omitted, [key]: (fitting.omitted?.[key] ?? 0) + list.length - kept };
    fitting = { ...fitting, [key]: list.slice(0, kept), omitted };
  }
  return fitting;
}

const placesBytes = 7_000;

/** Of very many folders those of each account are counted. */
export function fittingPlaces(places: string[]): string[] {
  if (jsonBytes(places) <= placesBytes) return places;
  const counts = new Map<string, number>();
  for (const place of places) {
    const account = place.slice(0, place.indexOf(':'));
    counts.set(account, (counts.get(account) ?? 0) + 1);
  }
  return [...counts].map(([account, count]) => joinId(account, `${count} folders`));
}

interface Gap {
  where: string;
  code: string;
  reason?: string | undefined;
}

const gapBytes = 6_000;

/** The field as answers have it; what has no room is counted. */
export function incompleteField(gaps: readonly Gap[]): { incomplete?: Gap[] } {
  if (gaps.length === 0) return {};
  const room = withinBytes(gaps, gapBytes);
  const rest = gaps.slice(room);
  const [more] = rest;
  const counted = more ? [{ where: `${rest.length} more`, code: more.code }] : [];
  return { incomplete: [...gaps.slice(0, room), ...counted] };
}

/** Room for lists that share it: what one does not need is for the others, and none has more than its share of the rest. */
export function roomFor(needs: readonly number[], room: number): number[] {
  const rooms = needs.map(() => 0);
  let left = room;
  let waiting = needs.length;
  for (const [index, need] of [...needs.entries()].sort(([, a], [, b]) => a - b)) {
    const share = Math.min(need, Math.floor(left / waiting));
    rooms[index] = share;
    left -= share;
    waiting -= 1;
  }
  return rooms;
}
