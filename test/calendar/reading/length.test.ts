import { expect, test } from 'vitest';
import { MemoryCollection, MemoryStore } from '../support/memory-store.ts';
import { calendarRig, event as resource } from '../support/rig.ts';
import { event, listed, occurrences, read } from './fixtures.ts';

const time = 'DTSTART:20260601T080000Z';
const day = 'DTSTART;VALUE=DATE:20260329';
const moment = '2026-06-01T10:00+02:00/2026-06-01T10:00+02:00';
const hour = '2026-06-01T10:00+02:00/2026-06-01T11:00+02:00';
const oneDay = '2026-03-29/2026-03-29';
const unread = 'How long it lasts cannot be read; only its start is shown.';
const backward = 'It ends before it begins; only its start is shown.';
const mixed = expect.stringContaining('one is a day and the other a time');

test.each([
  ['a garbage end', [time, 'DTEND:garbage'], moment, unread],
  ['an end with a digit too few', [time, 'DTEND:20260601T09300Z'], moment, unread],
  ['a day that is none as end', [day, 'DTEND;VALUE=DATE:20260231'], oneDay, unread],
  ['a garbage duration', [time, 'DURATION:soon'], moment, unread],
  ['a duration beyond all time', [day, 'DURATION:P999999999999999999W'], oneDay, unread],
  ['an end before the start', [time, 'DTEND:20060709T120000Z'], moment, backward],
  ['a day before the start', [day, 'DTEND;VALUE=DATE:20260301'], oneDay, backward],
  ['a negative duration', [time, 'DURATION:-PT1H'], moment, backward],
  ['a negative duration of days', [day, 'DURATION:-P2D'], oneDay, backward],
  ['a time as end of a day', [day, 'DTEND:20260330T120000Z'], '2026-03-29/2026-03-30', mixed],
  [
    'a day as end of a time',
    [time, 'DTEND;VALUE=DATE:20260602'],
    '2026-06-01T10:00+02:00/2026-06-02T02:00+02:00',
    mixed,
  ],
  ['a day before the time', [time, 'DTEND;VALUE=DATE:20060711'], moment, backward],
])('%s is shown, and said', (_name, lines, when, reason) => {
  const found = read(event(...lines));
  expect(listed(occurrences(found))).toEqual([when]);
  expect(found).toMatchObject({ failures: [{ code: 'invalid_input', reason }], lost: [] });
});

test.each([
  ['no end', [time], moment],
  ['an end at the start', [time, 'DTEND:20260601T080000Z'], moment],
  ['a day that ends as it begins', [day, 'DTEND;VALUE=DATE:20260329'], oneDay],
  ['an empty end', [time, 'DTEND:'], moment],
  ['a space behind the duration', [time, 'DURATION:PT1H '], hour],
  ['a garbage end beside a duration', [time, 'DTEND:garbage', 'DURATION:PT1H'], hour],
  ['an end across zones', [time, 'DTEND;TZID=Europe/Berlin:20260601T110000'], hour],
])('%s is nothing to speak of', (_name, lines, when) => {
  const found = read(event(...lines));
  expect(listed(occurrences(found))).toEqual([when]);
  expect(found.failures).toEqual([]);
});

test('of a series each broken part is said once, an override without an end of its own says nothing', () => {
  const series = event('DTSTART:20260601T080000Z', 'DTEND:20260601T070000Z', 'RRULE:FREQ=DAILY;COUNT=3');
  const change = event('RECURRENCE-ID:20260602T080000Z', 'SUMMARY:Changed');
  const found = read(series, change);
  expect(occurrences(found)).toHaveLength(3);
  expect(found.failures.map(({ reason }) => reason)).toEqual([backward]);
});

test('what ends before it begins is named with its resource where it starts, and takes no time', async () => {
  const work = new MemoryCollection('Work');
  work.put('odd.ics', resource('odd', 'SUMMARY:Odd', time, 'DTEND:20260601T070000Z'));
  const { service, context } = calendarRig(new MemoryStore(work));
  const on = { start: '2026-06-01', end: '2026-06-01' };
  const { events, incomplete } = await service.getEvents(on, context);
  expect(events).toMatchObject([{ title: 'Odd', start: '2026-06-01T10:00:00+02:00' }]);
  expect(incomplete).toEqual([{ where: 'work/odd', code: 'invalid_input', reason: backward }]);
  expect((await service.getFreeBusy(on, context)).free).toHaveLength(1);
  const later = await service.getEvents({ start: '2026-06-02', end: '2026-06-03' }, context);
  expect(later.incomplete).toBeUndefined();
});

test('no time is free after the start of what may last for any time', async () => {
  const work = new MemoryCollection('Work');
  work.put('odd.ics', resource('odd', time, 'DTEND:garbage', 'RRULE:FREQ=DAILY;COUNT=3'));
  const { service, context } = calendarRig(new MemoryStore(work));
  const answer = await service.getFreeBusy({ start: '2026-06-01', end: '2026-06-05' }, context);
  expect(answer.free).toEqual([{ start: '2026-06-01T09:00:00+02:00', end: '2026-06-01T10:00:00+02:00' }]);
  expect(answer.incomplete?.map(({ where }) => where)).toEqual(['free', 'work/odd']);
});
