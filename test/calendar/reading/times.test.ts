import { expect, test } from 'vitest';
import { event, listed, occurrences, read } from './fixtures.ts';

const dst = '+02:00';

test.each([
  [
    'UTC',
    ['DTSTART:20260601T080000Z', 'DTEND:20260601T090000Z'],
    `2026-06-01T10:00${dst}/2026-06-01T11:00${dst}`,
  ],
  [
    'floating',
    ['DTSTART:20260601T080000', 'DTEND:20260601T090000'],
    `2026-06-01T08:00${dst}/2026-06-01T09:00${dst}`,
  ],
  [
    'a zone',
    ['DTSTART;TZID=America/New_York:20260601T080000', 'DURATION:PT1H'],
    `2026-06-01T14:00${dst}/2026-06-01T15:00${dst}`,
  ],
  [
    'an end without its zone',
    ['DTSTART;TZID=America/New_York:20260601T080000', 'DTEND:20260601T090000'],
    `2026-06-01T14:00${dst}/2026-06-01T15:00${dst}`,
  ],
  [
    'two zones',
    ['DTSTART;TZID=Europe/London:20260601T080000', 'DTEND;TZID=Asia/Tokyo:20260602T080000'],
    `2026-06-01T09:00${dst}/2026-06-02T01:00${dst}`,
  ],
  ['no end', ['DTSTART:20260601T080000Z'], `2026-06-01T10:00${dst}/2026-06-01T10:00${dst}`],
  [
    'an end before the start',
    ['DTSTART:20260601T080000Z', 'DTEND:20260601T070000Z'],
    `2026-06-01T10:00${dst}/2026-06-01T10:00${dst}`,
  ],
  [
    'a negative duration',
    ['DTSTART:20260601T080000Z', 'DURATION:-PT1H'],
    `2026-06-01T10:00${dst}/2026-06-01T10:00${dst}`,
  ],
  [
    'a day as end',
    ['DTSTART:20260601T080000Z', 'DTEND;VALUE=DATE:20260602'],
    `2026-06-01T10:00${dst}/2026-06-02T02:00${dst}`,
  ],
  [
    'a nominal day over DST',
    ['DTSTART;TZID=Europe/Berlin:20260328T120000', 'DURATION:P1D'],
    `2026-03-28T12:00+01:00/2026-03-29T12:00${dst}`,
  ],
  [
    '24 exact hours over DST',
    ['DTSTART;TZID=Europe/Berlin:20260328T120000', 'DURATION:PT24H'],
    `2026-03-28T12:00+01:00/2026-03-29T13:00${dst}`,
  ],
  [
    'a week and hours',
    ['DTSTART;TZID=Europe/Berlin:20260601T120000', 'DURATION:P1W'],
    `2026-06-01T12:00${dst}/2026-06-08T12:00${dst}`,
  ],
  [
    'a start in a gap',
    ['DTSTART;TZID=Europe/Berlin:20260329T023000', 'DURATION:PT1H'],
    `2026-03-29T03:30${dst}/2026-03-29T04:30${dst}`,
  ],
  [
    'a start in a fold',
    ['DTSTART;TZID=Europe/Berlin:20261025T023000', 'DURATION:PT1H'],
    '2026-10-25T02:30+02:00/2026-10-25T02:30+01:00',
  ],
  ['no seconds', ['DTSTART:20260601T0800Z'], `2026-06-01T10:00${dst}/2026-06-01T10:00${dst}`],
  ['a leap second', ['DTSTART:20260601T075960Z'], '2026-06-01T09:59:59+02:00/2026-06-01T09:59:59+02:00'],
])('%s', (_name, lines, expected) => {
  expect(listed(occurrences(read(event(...lines))))).toEqual([expected]);
});

test.each([
  ['one day', ['DTSTART;VALUE=DATE:20260329', 'DTEND;VALUE=DATE:20260330'], '2026-03-29/2026-03-29'],
  ['no end', ['DTSTART;VALUE=DATE:20260329'], '2026-03-29/2026-03-29'],
  ['no VALUE=DATE', ['DTSTART:20260329', 'DTEND:20260331'], '2026-03-29/2026-03-30'],
  [
    'an end on the day itself',
    ['DTSTART;VALUE=DATE:20260329', 'DTEND;VALUE=DATE:20260329'],
    '2026-03-29/2026-03-29',
  ],
  [
    'an end before the start',
    ['DTSTART;VALUE=DATE:20260329', 'DTEND;VALUE=DATE:20260301'],
    '2026-03-29/2026-03-29',
  ],
  ['a duration', ['DTSTART;VALUE=DATE:20260329', 'DURATION:P3D'], '2026-03-29/2026-03-31'],
  ['hours count as a whole day', ['DTSTART;VALUE=DATE:20260329', 'DURATION:PT36H'], '2026-03-29/2026-03-30'],
  ['a time as end', ['DTSTART;VALUE=DATE:20260329', 'DTEND:20260330T120000Z'], '2026-03-29/2026-03-30'],
  ['midnight as end', ['DTSTART;VALUE=DATE:20260329', 'DTEND:20260330T000000Z'], '2026-03-29/2026-03-29'],
])('all-day: %s', (_name, lines, expected) => {
  expect(listed(occurrences(read(event(...lines))))).toEqual([expected]);
});

test('the day of an all-day event runs from midnight to midnight of the user, 23 hours at the start of DST', () => {
  const [found] = occurrences(read(event('DTSTART;VALUE=DATE:20260329')));
  expect([found?.start, found?.end].map((ms) => new Date(ms ?? 0).toISOString())).toEqual([
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
  ]);
});

test('a window is half open: what ends as it begins and what begins as it ends is outside, a moment at its start inside', () => {
  const hour = (from: string, to: string) =>
    read(event(`DTSTART:20260601T${from}00Z`, `DTEND:20260601T${to}00Z`));
  const seen = (from: string, to: string) =>
    occurrences(hour(from, to), '2026-06-01T10:00:00Z', '2026-06-01T11:00:00Z').length;
  expect([seen('0900', '1000'), seen('0900', '1001'), seen('1059', '1200'), seen('1100', '1200')]).toEqual([
    0, 1, 1, 0,
  ]);
  expect([seen('1000', '1000'), seen('1100', '1100'), seen('0959', '0959')]).toEqual([1, 0, 0]);
  expect(seen('0000', '2300')).toBe(1);
});

test('a series whose instances last longer than the window is seen in the middle of one', () => {
  const trip = read(event('DTSTART;VALUE=DATE:20260105', 'DURATION:P10D', 'RRULE:FREQ=MONTHLY'));
  expect(listed(occurrences(trip, '2026-07-12T00:00:00+02:00', '2026-07-13T00:00:00+02:00'))).toEqual([
    '2026-07-05/2026-07-14',
  ]);
});

test('a zone nobody knows is said, and its times are read as the user would', () => {
  const [found] = occurrences(read(event('DTSTART;TZID=Moon/Tranquility:20260601T080000')));
  expect(found?.view).toMatchObject({ unknownZone: 'Moon/Tranquility' });
  expect(found?.view.zone).toBeUndefined();
  expect(found && listed([found])).toEqual([`2026-06-01T08:00${dst}/2026-06-01T08:00${dst}`]);
});

test('a zone nobody knows is said of the end, too', () => {
  const [found] = occurrences(
    read(event('DTSTART;TZID=Europe/Berlin:20260601T080000', 'DTEND;TZID=Moon/Tranquility:20260601T090000')),
  );
  expect(found?.view).toMatchObject({ zone: 'Europe/Berlin', unknownZone: 'Moon/Tranquility' });
});

test.each([
  ['no start', event('DTEND:20260601T080000Z')],
  ['garbage', event('DTSTART:garbage')],
  ['31 February', event('DTSTART:20260231T080000Z')],
  ['month 13', event('DTSTART:20261301T080000Z')],
  ['hour 25', event('DTSTART:20260201T250000Z')],
])('an event with %s is a failure that says so', (_name, text) => {
  expect(read(text)).toEqual({
    sets: [],
    failures: [{ code: 'invalid_input', reason: 'The start of the event cannot be read.' }],
    lost: ['a@x'],
  });
});

test('tasks alone are no failure; nothing at all is one; a broken event does not hide a good one', () => {
  expect(read('BEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\n')).toEqual({ sets: [], failures: [], lost: [] });
  expect(read().failures).toHaveLength(1);
  const both = read(event('UID:b', 'DTSTART:x'), event('UID:c', 'DTSTART:20260601T080000Z', 'SUMMARY:Good'));
  expect(both.failures).toHaveLength(1);
  expect(occurrences(both).map(({ view }) => view.title)).toEqual(['Good']);
});
