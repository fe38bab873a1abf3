import { expect, test } from 'vitest';
import type { Target } from '../../../src/calendar/edit/edit.ts';
import { edits } from '../../../src/calendar/edit/edits.ts';
import { utcWarnings } from '../../../src/calendar/schedule/utc-times.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { calendar, me } from '../edit/line-diff.ts';

const single = ['UID:u', 'DTSTART:20270105T090000Z', 'DTEND:20270105T100000Z', 'SUMMARY:U'];
const series = [...single, 'RRULE:FREQ=WEEKLY;COUNT=20'];
const second = { instant: Date.parse('2027-01-12T09:00:00Z') };

function codes(lines: string[], target: Target, fields: EventFields, zone = 'Europe/Berlin'): string[] {
  const ics = calendar([lines]);
  const edited = edits.edit(ics, target, fields, { ...me, zone });
  const collection = { url: 'https://dav.rig.test/', writable: true } as never;
  const base = { calendar: 'c', collection, href: '/u.ics', etag: undefined, scheduleTag: undefined, ics };
  const account = { addresses: [], known: [], name: undefined, schedules: false };
  return utcWarnings({ account, target, fields, edited, base }, zone).map(({ code }) => code);
}

const warned = ['times_in_utc'];
const all: Target = { scope: 'all' };

test('an event in UTC that becomes a series, and a series in UTC that gets a local time, say that they stay there', () => {
  expect(codes(single, all, { recurrence: 'FREQ=WEEKLY' })).toEqual(warned);
  expect(codes(series, all, { start: '2027-01-05T11:00' })).toEqual(warned);
  const following: Target = { scope: 'following', occurrence: second };
  expect(codes(series, following, { start: '2027-01-12T11:00' })).toEqual(warned);
});

test('nothing is said where the zone is given, the time has an offset, or it is about one occurrence', () => {
  expect(codes(single, all, { recurrence: 'FREQ=WEEKLY', timezone: 'Europe/Berlin' })).toEqual([]);
  expect(codes(series, all, { start: '2027-01-05T11:00:00+01:00' })).toEqual([]);
  expect(codes(series, { scope: 'this', occurrence: second }, { start: '2027-01-12T11:00' })).toEqual([]);
  expect(codes(single, all, { start: '2027-01-05T11:00' })).toEqual([]);
  expect(codes(series, all, { title: 'Anders', recurrence: 'FREQ=WEEKLY;COUNT=20' })).toEqual([]);
});

test('nor of zones without daylight saving, nor of days', () => {
  expect(codes(series, all, { start: '2027-01-05T11:00' }, 'Asia/Tokyo')).toEqual([]);
  expect(codes(series, all, { start: '2027-01-05' })).toEqual([]);
});
