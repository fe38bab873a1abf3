import { expect, test } from 'vitest';
import { edits } from '../../../src/calendar/edit/edits.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { calendar, lineDiff, me, withoutStamps } from './line-diff.ts';

const utc = [
  'UID:u',
  'DTSTART:20270303T223000Z',
  'DTEND:20270303T233000Z',
  'RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=5',
  'SUMMARY:U',
];
const third = { instant: Date.parse('2027-03-17T22:30:00Z') };

function added(ics: string, text: string | undefined): string[] {
  return withoutStamps(lineDiff(ics, text ?? '')).filter((line) => line.startsWith('+'));
}

test('of a series in UTC one occurrence, those that follow and all stay in UTC, given in whatever way', () => {
  const ics = calendar([utc]);
  for (const start of ['2027-03-18T08:00', '2027-03-18T08:00:00+01:00', '2027-03-18T07:00:00Z']) {
    const { ics: one } = edits.edit(ics, { scope: 'this', occurrence: third }, { start }, me);
    expect(added(ics, one)).toEqual(
      expect.arrayContaining([
        '+RECURRENCE-ID:20270317T223000Z',
        '+DTSTART:20270318T070000Z',
        '+DTEND:20270318T080000Z',
      ]),
    );
    const { ics: all } = edits.edit(ics, { scope: 'all', occurrence: third }, { start }, me);
    expect(added(ics, all)).toEqual([
      '+DTSTART:20270304T070000Z',
      '+DTEND:20270304T080000Z',
      '+RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=5',
    ]);
    const { following } = edits.edit(ics, { scope: 'following', occurrence: third }, { start }, me);
    expect(following?.ics).toContain('DTSTART:20270318T070000Z\r\nDTEND:20270318T080000Z\r\n');
  }
  const { ics: zoned } = edits.edit(ics, { scope: 'all' }, { timezone: 'Europe/Berlin' }, me);
  expect(added(ics, zoned)).toContain('+DTSTART;TZID=Europe/Berlin:20270303T223000');
});

test.each<[string, EventFields]>([
  ['start', { start: '1888-01-01T10:00' }],
  ['start', { start: '9999-12-31' }],
  ['start', { start: '9999-12-31T23:30' }],
  ['duration', { start: '9999-12-31T23:00', duration: 90 }],
  ['end', { start: '9999-12-31T23:00', end: '9999-12-31T23:30:00-03:00' }],
  ['recurrence', { start: '2027-01-05T10:00', recurrence: 'FREQ=SECONDLY' }],
  ['recurrence', { start: '2027-01-05T10:00', recurrence: 'FREQ=MINUTELY;COUNT=9' }],
])('nothing is created out of the years and rules that calendars have: %s %o', (name, fields) => {
  expect(() => edits.create({ title: 'x', ...fields }, 'uid', me)).toThrow(
    expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(name) }),
  );
});

test.each<[EventFields, string]>([
  [{ start: '1900-01-01T10:00' }, 'DTSTART;TZID=Europe/Berlin:19000101T100000'],
  [{ start: '9999-12-30' }, 'DTEND;VALUE=DATE:99991231'],
  [{ start: '9999-12-31T22:00' }, 'DTEND;TZID=Europe/Berlin:99991231T230000'],
  [{ start: '2027-01-05T10:00', recurrence: 'FREQ=HOURLY;COUNT=9' }, 'RRULE:FREQ=HOURLY;COUNT=9'],
  [{ start: '2027-01-05T10:00', recurrence: 'FREQ=DAILY;UNTIL=99991231' }, 'UNTIL=99991231T225959Z'],
  [
    {
      start: '2027-01-05T10:00',
      timezone: 'America/New_York',
      recurrence: 'FREQ=DAILY;UNTIL=99991231T230000',
    },
    'UNTIL=99991231T235959Z',
  ],
])('up to their edge it is: %o', (fields, line) => {
  expect(edits.create({ title: 'x', ...fields }, 'uid', me)).toContain(`${line}\r\n`);
});

test('a series "for ever" that moves is still one, and no year gets five digits', () => {
  const ever = [...utc.slice(0, 3), 'RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=99991231T235959Z', ...utc.slice(4)];
  const ics = calendar([ever]);
  expect(added(ics, edits.edit(ics, { scope: 'all' }, { start: '2027-03-04T22:30Z' }, me).ics)).toEqual([
    '+DTSTART:20270304T223000Z',
    '+DTEND:20270304T233000Z',
    '+RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=99991231T235959Z',
  ]);
  const far = calendar([[...utc, 'RDATE:99991231T233000Z']]);
  expect(() => edits.edit(far, { scope: 'all' }, { start: '2027-03-04T22:30Z' }, me)).toThrow(
    expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining('start') }),
  );
});

test('what lies out of those years, or repeats by minutes, stays so: what is shown of it may be given back', () => {
  const old = ['UID:o', 'DTSTART:18500601T100000Z', 'DTEND:18500601T110000Z', 'SUMMARY:Old'];
  const same = { start: '1850-06-01T10:00Z', end: '1850-06-01T11:00Z', title: 'New' };
  expect(edits.edit(calendar([old]), { scope: 'all' }, same, me).changed).toEqual(['title']);
  const last = calendar([['UID:o', 'DTSTART;VALUE=DATE:99991231', 'SUMMARY:Last']]);
  const day = { start: '9999-12-31', end: '9999-12-31', title: 'New' };
  expect(edits.edit(last, { scope: 'all' }, day, me).changed).toEqual(['title']);
  const often = [...old.map((line) => line.replace('1850', '2027')), 'RRULE:FREQ=MINUTELY;COUNT=9'];
  const rule = { recurrence: 'FREQ=MINUTELY;COUNT=9', title: 'New' };
  expect(edits.edit(calendar([often]), { scope: 'all' }, rule, me).changed).toEqual(['title']);
});
