import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitSeries } from '../../../src/calendar/edit/split-series.ts';
import type { Occurrence } from '../../../src/calendar/event.ts';
import { startOfDay } from '../../../src/calendar/time/wall.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { MailboxError } from '../../../src/domain/errors.ts';
import { anySeries } from './split-series-arbitrary.ts';
import { clockOf, context, face, isShownTwice, keyOf, shown, timeOfDay } from './split-series-support.ts';

const hourMs = 3_600_000;
const runs = 100;

/** Undefined where a cut is refused, as at an off-rule RDATE of a counted series. */
function halves(ics: string, nth: number, fields: EventFields) {
  const all = shown(ics);
  const chosen = all[nth % all.length];
  try {
    const { ics: old, following } = splitSeries(ics, keyOf(chosen), fields, context);
    return {
      all,
      chosen,
      old: shown(old),
      fresh: shown(following?.ics),
      isSplit: following !== undefined,
    };
  } catch (error) {
    if (error instanceof MailboxError && error.code === 'unsupported') return undefined;
    throw error;
  }
}

const byTime = (occurrences: ReturnType<typeof shown>) =>
  occurrences.map((occurrence) => JSON.stringify(face(occurrence))).sort();

test('whatever is cut wherever: old and new together are the series, every field of every occurrence', () => {
  let refused = 0;
  const property = fc.property(anySeries, fc.nat(), (ics, nth) => {
    const cut = halves(ics, nth, { description: 'New' });
    if (!cut) {
      refused += 1;
      return;
    }
    const { all, old, fresh, isSplit } = cut;
    const undescribed = fresh.map((found) => ({ ...found, view: withoutDescription(found.view) }));
    const before = isSplit ? old : old.map((found) => ({ ...found, view: withoutDescription(found.view) }));
    expect(byTime([...before, ...undescribed])).toEqual(byTime(all));
  });
  fc.assert(property, { numRuns: runs });
  expect(refused).toBeLessThan(runs / 8);
});

test('a new time moves each occurrence that follows by the same wall clock, and none before', () => {
  let moved = 0;
  const property = fc.property(anySeries, fc.nat(), (ics, nth) => {
    const all = shown(ics);
    const chosen = all[nth % all.length];
    const key = keyOf(chosen);
    const clock = clockOf(ics);
    if ('date' in key || !clock || isShownTwice(clock, key.instant + hourMs)) return;
    // One with a time of its own says nothing about that of the others.
    if (chosen?.start !== key.instant) return;
    const cut = halves(ics, nth, { start: new Date(key.instant + hourMs).toISOString() });
    if (!cut?.isSplit) return;
    moved += 1;
    const before = all.filter((one) => positionOf(one) < key.instant);
    expect(byTime(cut.old)).toEqual(byTime(before));
    const raw = (instant: number) => startOfDay(clock.toWall(instant)) + timeOfDay(ics);
    const delta = clock.toWall(key.instant + hourMs) - raw(key.instant);
    const after = all.map(positionOf).filter((position) => position >= key.instant);
    const expected = after.map((instant) => clock.toInstant(raw(instant) + delta));
    expect(near(cut.fresh.map(positionOf))).toEqual(near(expected));
  });
  fc.assert(property, { numRuns: runs });
  expect(moved).toBeGreaterThan(runs / 5);
});

/** In order, without the last days of the window, which a move may leave or reach. */
function near(instants: readonly number[]): number[] {
  return instants.filter((instant) => instant < Date.UTC(2028, 11, 29)).sort((one, other) => one - other);
}

function positionOf(occurrence: Occurrence): number {
  const key = keyOf(occurrence);
  return 'date' in key ? Date.parse(key.date) : key.instant;
}

function withoutDescription<V extends { description?: string }>({
  description: _description,
  ...view
}: V): V {
  return view as V;
}
