import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitSeries } from '../../../src/calendar/edit/split-series.ts';
import type { Occurrence } from '../../../src/calendar/event.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { MailboxError } from '../../../src/domain/errors.ts';
import { anySeries } from './split-series-arbitrary.ts';
import { context, face, keyOf, shown } from './split-series-support.ts';

const hourMs = 3_600_000;

/** Undefined where a cut is refused, as at an off-rule RDATE of a counted series. */
function halves(ics: string, nth: number, fields: EventFields, later = 0) {
  const all = shown(ics);
  const chosen = all[nth % all.length];
  try {
    const { ics: old, following } = splitSeries(ics, keyOf(chosen), fields, context);
    return {
      all,
      chosen,
      old: shown(old),
      fresh: shown(following?.ics, later),
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
  fc.assert(property, { numRuns: 100 });
  expect(refused).toBeLessThan(15);
});

test('a later hour reaches each occurrence that follows and none before', () => {
  let moved = 0;
  const property = fc.property(anySeries, fc.nat(), (ics, nth) => {
    const all = shown(ics);
    const key = keyOf(all[nth % all.length]);
    if ('date' in key) return;
    const cut = halves(ics, nth, { start: new Date(key.instant + hourMs).toISOString() }, hourMs);
    if (!cut?.isSplit) return;
    moved += 1;
    const before = all.filter((one) => positionOf(one) < key.instant);
    expect(byTime(cut.old)).toEqual(byTime(before));
    expect(cut.fresh).toHaveLength(all.length - before.length);
    const unmoved = new Set(all.map((one) => positionOf(one)));
    expect(cut.fresh.map(positionOf).filter((position) => unmoved.has(position))).toEqual([]);
  });
  fc.assert(property, { numRuns: 100 });
  expect(moved).toBeGreaterThan(20);
});

test.each(['UTC', 'Europe/Berlin', 'America/New_York'])(
  'the result is the same on a machine in %s',
  (machine) => {
    const script = `
    import { splitSeries } from '${new URL('../../../src/calendar/edit/split-series.ts', import.meta.url).href}';
    import { calendar, context } from '${new URL('./split-series-support.ts', import.meta.url).href}';
    const kinds = ['DTSTART;TZID=Europe/Berlin:20260316T023000', 'DTSTART:20260316T013000', 'DTSTART;VALUE=DATE:20260316'];
    const keys = [{ instant: Date.parse('2026-03-29T00:30:00Z') + 3600000 }, { instant: Date.parse('2026-03-30T23:30:00Z') - 86400000 }, { date: '2026-03-29' }];
    const done = kinds.map((start, index) => {
      try { return splitSeries(calendar([start, 'RRULE:FREQ=DAILY']), keys[index], { title: 'New' }, context); }
      catch (error) { return error.message; }
    });
    process.stdout.write(JSON.stringify(done), () => process.exit(0));
  `;
    const output = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      env: { ...process.env, TZ: machine },
      encoding: 'utf8',
    });
    const [zoned, floating, days] = JSON.parse(output);
    expect(zoned.ics).toContain('UNTIL=20260328T013000Z');
    expect(zoned.following.ics).toContain('DTSTART;TZID=Europe/Berlin:20260329T023000');
    expect(floating.ics).toContain('UNTIL=20260329T013000');
    expect(days.ics).toContain('UNTIL=20260328');
  },
);

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
