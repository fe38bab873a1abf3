import { expect, test } from 'vitest';
import type { Target } from '../../../src/calendar/edit/edit.ts';
import { edits } from '../../../src/calendar/edit/edits.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { calendar, codeOf, context, diff, linesOf, shown, starts } from './split-series-support.ts';

const at = (iso: string) => ({ instant: Date.parse(iso) });
const nightly = ['DTSTART;TZID=Europe/Berlin:20260327T020000', 'DURATION:PT45M', 'RRULE:FREQ=DAILY;COUNT=5'];
/** 29 March has no 02:00: it is shown at 03:00 (RFC 5545 §3.3.5). */
const hidden = at('2026-03-29T01:00:00Z');

function edited(ics: string, target: Target, fields: EventFields) {
  const { ics: old, following, changed } = edits.edit(ics, target, fields, context);
  return { old: old ?? '', fresh: following?.ics ?? '', changed };
}

test.each(['all', 'following', 'this'] as const)(
  'in the gap: the start as it is shown, given back with a new title, moves nothing (%s)',
  (scope) => {
    const fields = { title: 'New', start: '2026-03-29T03:00:00+02:00' };
    const { old, fresh, changed } = edited(calendar(nightly), { scope, occurrence: hidden }, fields);
    expect(changed).toEqual(['title']);
    expect([...starts(old), ...starts(fresh)].sort()).toEqual(starts(calendar(nightly)));
  },
);

test.each(['all', 'following', 'this'] as const)(
  'in the gap: the occurrence begins where it was asked to (%s)',
  (scope) => {
    const fields = { start: '2026-03-29T04:00:00+02:00' };
    const { old, fresh } = edited(calendar(nightly), { scope, occurrence: hidden }, fields);
    const days = [...starts(old), ...starts(fresh)].filter((start) => start.startsWith('2026-03-29'));
    expect(days).toEqual(['2026-03-29T02:00']);
  },
);

test('in the gap: an EXDATE and an override in UTC move with the instance they mean', () => {
  const gone = [...nightly, 'EXDATE:20260329T010000Z'];
  const later = { start: '2026-03-27T03:30' };
  expect(starts(edited(calendar(gone), { scope: 'all' }, later).old)).toEqual([
    '2026-03-27T02:30',
    '2026-03-28T02:30',
    '2026-03-30T01:30',
    '2026-03-31T01:30',
  ]);
  const override = ['RECURRENCE-ID:20260329T010000Z', 'DTSTART:20260329T120000Z', 'SUMMARY:Noon'];
  expect(starts(edited(calendar(nightly, override), { scope: 'all' }, later).old)).toContain(
    '2026-03-29T12:00',
  );
  expect(shown(edited(calendar(nightly, override), { scope: 'all' }, later).old)).toHaveLength(5);
});

test('in the gap: an occurrence with nothing but a title of its own moves with its series', () => {
  const titled = edited(calendar(nightly), { scope: 'this', occurrence: hidden }, { title: 'Own' }).old;
  const moved = edited(titled, { scope: 'all' }, { start: '2026-03-27T05:00' }).old;
  expect(starts(moved)).toEqual(
    starts(edited(calendar(nightly), { scope: 'all' }, { start: '2026-03-27T05:00' }).old),
  );
});

const autumn = ['DTSTART;TZID=Europe/Berlin:20261024T013000', 'DTEND;TZID=Europe/Berlin:20261024T033000'];

test('an end in the second of an hour shown twice is written as a length: no wall clock means it', () => {
  const longer = edited(calendar(autumn), { scope: 'all' }, { start: '2026-10-25T01:30' }).old;
  expect(diff(calendar(autumn), longer)).toEqual(
    [
      ...autumn.map((line) => `-${line}`),
      '+DTSTART;TZID=Europe/Berlin:20261025T013000',
      '+DTEND;TZID=Europe/Berlin:20261025T023000',
      '+SEQUENCE:1',
    ].map((line) => line.replace(/\+DTEND.*/u, '+DURATION:PT2H')),
  );
});

test('an occurrence that ends in the second of an hour shown twice keeps its length when it gets a title', () => {
  const series = calendar([...autumn, 'RRULE:FREQ=DAILY;COUNT=3']);
  const occurrence = at('2026-10-24T23:30:00Z');
  const { old } = edited(series, { scope: 'this', occurrence }, { title: 'Night' });
  expect(shown(old).map(({ start, end }) => (end - start) / 3_600_000)).toEqual([2, 2, 2]);
});

test('a start in the second of an hour shown twice is refused, but for UTC, where it can be said', () => {
  const fields = { start: '2026-10-25T02:30:00+01:00' };
  expect(codeOf(() => edited(calendar(autumn), { scope: 'all' }, fields))).toBe('invalid_input');
  expect(codeOf(() => edits.create({ title: 'x', ...fields }, 'u', context))).toBe('invalid_input');
  expect(edits.create({ title: 'x', ...fields, timezone: 'UTC' }, 'u', context)).toContain(
    'DTSTART:20261025T013000Z',
  );
});

test('an RDATE in the second of an hour shown twice is edited and taken out as what it is', () => {
  const ics = calendar([...autumn, 'RDATE:20261025T013000Z', 'RRULE:FREQ=DAILY;COUNT=2', 'SUMMARY:S']);
  const target = { scope: 'this', occurrence: at('2026-10-25T01:30:00Z') } as const;
  const titled = edited(ics, target, { title: 'Own' }).old;
  expect(linesOf(titled)).toContain('RECURRENCE-ID:20261025T013000Z');
  expect(starts(titled)).toEqual(starts(ics));
  expect(starts(edits.cancel(titled, target, context).ics)).toEqual(['2026-10-23T23:30', '2026-10-24T23:30']);
});

const days = ['DTSTART;VALUE=DATE:20260601', 'RRULE:FREQ=DAILY;UNTIL=20260605T000000Z'];
const newYork = { ...context, zone: 'America/New_York' };

test('the UNTIL of days, wrongly in UTC, is moved and cut as it is read: midnight is the day as written', () => {
  const ics = calendar(days);
  const moved = edits.edit(ics, { scope: 'all' }, { start: '2026-06-02' }, newYork).ics ?? '';
  expect(linesOf(moved)).toContain('RRULE:FREQ=DAILY;UNTIL=20260606');
  const local = calendar([days[0] ?? '', 'RRULE:FREQ=DAILY;UNTIL=20260604T220000Z']);
  const last = { scope: 'following', occurrence: { date: '2026-06-05' } } as const;
  expect(starts(edits.cancel(local, last, context).ics)).toEqual(starts(local).slice(0, -1));
});
