import { expect, test } from 'vitest';
import type { Target } from '../../../src/calendar/edit/edit.ts';
import { edits } from '../../../src/calendar/edit/edits.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { calendar, context } from './split-series-support.ts';

const ics = calendar([
  'DTSTART;TZID=Asia/Tokyo:20260316T093000',
  'RRULE:FREQ=WEEKLY;COUNT=4',
  'SUMMARY:Plan',
]);
const occurrence = { instant: Date.parse('2026-03-23T00:30:00Z') };
const definitions = (text: string | undefined) => text?.match(/^TZID:.*$/gmu);

test('what is named without a definition stays so where nobody writes it', () => {
  const { ics: titled } = edits.edit(ics, { scope: 'all' }, { title: 'New' }, context);
  expect(definitions(titled)).toEqual(['TZID:Europe/Berlin']);
});

test.each<[Target, EventFields]>([
  [{ scope: 'all' }, { start: '2026-03-17T10:00' }],
  [{ scope: 'this', occurrence }, { title: 'New' }],
])('a line that is written has its zone defined, once: %j %j', (target, fields) => {
  expect(definitions(edits.edit(ics, target, fields, context).ics)).toEqual([
    'TZID:Europe/Berlin',
    'TZID:Asia/Tokyo',
  ]);
});

test('a new series defines every zone it names', () => {
  const { following } = edits.edit(ics, { scope: 'following', occurrence }, { title: 'New' }, context);
  expect(definitions(following?.ics)).toContain('TZID:Asia/Tokyo');
});
