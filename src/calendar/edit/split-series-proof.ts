import { type IcsDocument, writeDocument } from '../ics/document.ts';
import type { EventSet, KeyId } from '../reading/event-set.ts';
import { instancesBetween, maxInstances } from '../reading/instances.ts';
import type { Length } from '../reading/length.ts';
import { readResource } from '../reading/resource.ts';
import { dayMs, type WallMs } from '../time/wall.ts';
import { type Series, uncuttable } from './split-series-cut.ts';
import type { Cut } from './split-series-dates.ts';

/** How far around the cut is looked, in days; less where a rule of minutes has too many instances. */
const reaches = [12 * 366, 366, 10, 1 / 24];

/**
 * Proves that both halves have exactly the occurrences of the series they were cut from, of the same length. Some rules
 * take from DTSTART what they do not say (the day of an INTERVAL, the weekday), and a half could silently repeat otherwise.
 * @throws MailboxError `unsupported` when it cannot be shown.
 */
export function requireSameOccurrences(
  { set }: Series,
  { at }: Cut,
  halves: readonly IcsDocument[],
  zone: string,
): void {
  const sets = halves.flatMap((half) => readResource(writeDocument(half), zone).sets);
  const changes = sets.flatMap((half) => [...half.changes.keys()]);
  const isProved =
    sets.length === halves.length &&
    changes.length === set.changes.size &&
    changes.every((id) => set.changes.has(id)) &&
    sameInstances(set, sets, at.wall);
  if (!isProved) throw uncuttable('This series cannot be cut here without changing its occurrences.');
}

/** In the largest stretch that can be told. */
function sameInstances(whole: EventSet, halves: readonly EventSet[], wall: WallMs): boolean {
  for (const days of reaches) {
    const [from, to] = [wall - days * dayMs, wall + days * dayMs];
    const expected = lengthsBetween(whole, from, to);
    const found = halves.map((half) => lengthsBetween(half, from, to));
    if (!expected || found.includes(undefined)) continue;
    const both = found.flatMap((half) => [...(half ?? [])]);
    return both.length === expected.size && both.every(([id, length]) => sameAs(length, expected.get(id)));
  }
  return false;
}

/** Undefined when there are too many to tell. */
function lengthsBetween(set: EventSet, from: WallMs, to: WallMs): Map<KeyId, Length | undefined> | undefined {
  const { found, complete } = instancesBetween(set, { from, to, limit: maxInstances }, () => false);
  if (!complete) return undefined;
  return new Map([...found].map(([id, instance]) => [id, instance.length ?? set.master?.length]));
}

function sameAs(one: Length | undefined, other: Length | undefined): boolean {
  return one?.days === other?.days && one?.ms === other?.ms;
}
