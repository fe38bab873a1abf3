import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edits } from '../../../src/calendar/edit/edits.ts';
import { expandRule } from '../../../src/calendar/recurrence/expand-rule.ts';
import { parseRule } from '../../../src/calendar/recurrence/parse-rule.ts';
import { calendar, me } from './line-diff.ts';

const dayMs = 86_400_000;
const begins = Date.UTC(2026, 2, 2, 10);
const codes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Local time as fields of an event want it. */
function at(wall: number): string {
  return new Date(wall).toISOString().slice(0, 16);
}

test('a weekly series that moves by days keeps every instance, as many days later or earlier', () => {
  const rules = fc.tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.subarray(codes, { minLength: 1 }),
    fc.constantFrom('', ...codes.map((code) => `;WKST=${code}`)),
    fc.constantFrom('', ';COUNT=7', ';UNTIL=20260412T100000'),
  );
  fc.assert(
    fc.property(rules, fc.integer({ min: -9, max: 9 }), ([interval, days, weekStart, end], by) => {
      const rule = `FREQ=WEEKLY;INTERVAL=${interval};BYDAY=${days.join(',')}${weekStart}${end}`;
      const ics = calendar([['UID:x', 'DTSTART:20260302T100000', `RRULE:${rule}`]]);
      const moved = edits.edit(ics, { scope: 'all' }, { start: at(begins + by * dayMs) }, me).ics ?? '';
      const after =
        /BEGIN:VEVENT[\s\S]*?RRULE:([^\r\n]*(?:\r\n [^\r\n]*)*)/u.exec(moved)?.[1]?.replace(/\r\n /gu, '') ??
        '';
      const startsOf = (text: string, start: number) =>
        expandRule(parseRule(text), start, { from: start, to: start + 200 * dayMs, limit: 500 }).starts;
      expect(startsOf(after, begins + by * dayMs)).toEqual(
        startsOf(rule, begins).map((start) => start + by * dayMs),
      );
    }),
    { numRuns: 300 },
  );
});
