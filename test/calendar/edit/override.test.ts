import { expect, test } from 'vitest';
import { edits } from '../../../src/calendar/edit/edits.ts';
import { calendar, codeOf, context, linesOf, shown, starts } from './split-series-support.ts';

const weekly = ['DTSTART;TZID=Europe/Berlin:20260316T093000', 'RRULE:FREQ=WEEKLY;COUNT=5', 'SUMMARY:Plan'];
const future = [
  'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260323T093000',
  'DTSTART;TZID=America/New_York:20260323T060000',
  'DURATION:PT1H',
  'SUMMARY:Later',
];
const ics = calendar(weekly, future);
const at = (iso: string) => ({ scope: 'this', occurrence: { instant: Date.parse(iso) } }) as const;

test('an occurrence under a change for all later ones is a copy of that change, at the time it is shown', () => {
  const titled = edits.edit(ics, at('2026-03-30T07:30:00Z'), { title: 'Own' }, context).ics;
  expect(starts(titled)).toEqual(starts(ics));
  expect(shown(titled).map(({ view }) => view.title)).toEqual(['Plan', 'Later', 'Own', 'Later', 'Later']);
});

test('the occurrence whose change holds for all later ones is not changed alone: they would change, too', () => {
  const first = at('2026-03-23T08:30:00Z');
  const own = { ...context, ownAddresses: ['me@mailbox.org'] };
  expect(codeOf(() => edits.edit(ics, first, { title: 'Own' }, own))).toBe('unsupported');
  expect(codeOf(() => edits.cancel(ics, first, own))).toBe('unsupported');
  expect(codeOf(() => edits.answer(ics, first, { response: 'declined' }, own))).toBe('unsupported');
});

test('the copy stands behind the series it belongs to, and the master stays as it was', () => {
  const titled =
    edits.edit(calendar(weekly), at('2026-03-23T08:30:00Z'), { title: 'Own' }, context).ics ?? '';
  expect(titled).toContain(weekly.join('\r\n'));
  expect(linesOf(titled).indexOf('SUMMARY:Plan')).toBeLessThan(linesOf(titled).indexOf('SUMMARY:Own'));
});
