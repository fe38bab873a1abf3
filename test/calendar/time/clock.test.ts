import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ianaClock } from '../../../src/calendar/time/iana.ts';
import { offsetMinutes } from '../../../src/domain/time.ts';

const wall = (text: string) => Date.parse(`${text}Z`);
const at = (text: string) => Date.parse(text);

const zones = [
  ...['UTC', 'Europe/Berlin', 'Europe/London', 'Europe/Dublin', 'Europe/Istanbul', 'Europe/Moscow'],
  ...['America/New_York', 'America/St_Johns', 'America/Sao_Paulo', 'America/Mexico_City', 'America/Caracas'],
  ...['Australia/Lord_Howe', 'Australia/Adelaide', 'Asia/Kathmandu', 'Asia/Tehran', 'Asia/Kolkata'],
  ...['Africa/Casablanca', 'Africa/Cairo', 'Pacific/Apia', 'Pacific/Chatham', 'Pacific/Kiritimati'],
];

test('every instant of 1950 to 2100 comes back from its wall clock, or is the second time a fold shows it', () => {
  const instants = fc.integer({ min: at('1950-01-01T00:00:00Z'), max: at('2100-01-01T00:00:00Z') });
  fc.assert(
    fc.property(fc.constantFrom(...zones), instants, (zone, instant) => {
      const clock = ianaClock(zone);
      const shown = clock.toWall(instant);
      const back = clock.toInstant(shown);
      expect(shown - instant).toBe(offsetMinutes(new Date(instant), zone) * 60_000);
      expect(clock.toWall(back)).toBe(shown);
      expect(back).toBeLessThanOrEqual(instant);
      expect(clock.exists(shown)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

test('around each transition the clock agrees with Intl to the second', () => {
  for (const zone of zones) {
    const clock = ianaClock(zone);
    for (let hour = 0; hour < 366 * 24; hour += 1) {
      const instant = at('2011-01-01T00:00:00Z') + hour * 3_600_000;
      const change = clock.toWall(instant) - clock.toWall(instant - 3_600_000) !== 3_600_000;
      if (!change) continue;
      for (const near of [instant - 3_600_000, instant - 1_800_000, instant - 1000, instant]) {
        expect(clock.toWall(near) - near).toBe(offsetMinutes(new Date(near), zone) * 60_000);
      }
    }
  }
});

test.each([
  ['a gap takes the offset before it', 'Europe/Berlin', '2026-03-29T02:30:00', '2026-03-29T01:30:00Z', false],
  ['a fold means the first time', 'Europe/Berlin', '2026-10-25T02:30:00', '2026-10-25T00:30:00Z', true],
  ['the end of a fold is no fold', 'Europe/Berlin', '2026-10-25T03:00:00', '2026-10-25T02:00:00Z', true],
  ['the end of a gap is no gap', 'Europe/Berlin', '2026-03-29T03:00:00', '2026-03-29T01:00:00Z', true],
  ['a gap of half an hour', 'Australia/Lord_Howe', '2026-10-04T02:15:00', '2026-10-03T15:45:00Z', false],
  ['a midnight that is not there', 'America/Sao_Paulo', '2018-11-04T00:00:00', '2018-11-04T03:00:00Z', false],
  ['a day that is not there', 'Pacific/Apia', '2011-12-30T12:00:00', '2011-12-30T22:00:00Z', false],
  ['45 minutes', 'Asia/Kathmandu', '2026-06-01T12:00:00', '2026-06-01T06:15:00Z', true],
  ['Ramadan', 'Africa/Casablanca', '2025-03-10T12:00:00', '2025-03-10T12:00:00Z', true],
  ['the year 30', 'Europe/Berlin', '0030-06-01T12:00:00', '0030-06-01T11:07:00Z', true],
  ['the year 9000', 'Europe/Berlin', '9000-07-01T12:00:00', '9000-07-01T10:00:00Z', true],
])('%s: %s %s', (_name, zone, local, instant, exists) => {
  const clock = ianaClock(zone);
  expect(new Date(clock.toInstant(wall(local))).toISOString()).toBe(new Date(instant).toISOString());
  expect(clock.exists(wall(local))).toBe(exists);
});

test('100,000 conversions of ten years take less than 200 ms of work', () => {
  const clock = ianaClock('Europe/Lisbon');
  // Work, not time: the machine may have other things to do.
  const begin = process.cpuUsage();
  for (let index = 0; index < 50_000; index += 1) {
    const local = wall('2016-01-01T09:00:00') + ((index * 7_919) % 3_650) * 86_400_000;
    clock.toWall(clock.toInstant(local));
  }
  expect(process.cpuUsage(begin).user / 1000).toBeLessThan(200);
});

test('a zone nobody knows is refused at once', () => {
  expect(() => ianaClock('Moon/Tranquility')).toThrow(RangeError);
});
