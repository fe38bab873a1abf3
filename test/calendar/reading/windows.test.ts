import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Occurrence, TimeWindow } from '../../../src/calendar/event.ts';
import { eventAt, occurrencesOf } from '../../../src/calendar/reading/occurrences.ts';
import type { ReadResource } from '../../../src/calendar/reading/resource.ts';
import { ianaClock } from '../../../src/calendar/time/iana.ts';
import { event, listed, read } from './fixtures.ts';

const quarterMs = 900_000;
const dayMs = 86_400_000;

/** A gap and a fold of an hour, of half an hour, of a whole day left out, at midnight, and none. */
const places = [
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['America/Santiago', '2026-09-06T04:00:00Z'],
  ['Asia/Kathmandu', '2026-03-29T01:00:00Z'],
] as const;
const lengths = ['DURATION:PT0S', 'DURATION:PT20M', 'DURATION:P1D', 'DURATION:P3DT5H', 'DURATION:PT49H'];
const rules = [
  'DAILY',
  'HOURLY',
  'HOURLY;INTERVAL=5',
  'MINUTELY;INTERVAL=20',
  'DAILY;BYHOUR=2,3;BYMINUTE=0,30',
];

const compact = (wall: number) => new Date(wall).toISOString().slice(0, 19).replace(/[-:]/gu, '');

/** A series that begins one to four days before a transition, and a window of some quarters of an hour around it. */
const cases = fc.record({
  place: fc.constantFrom(...places),
  before: fc.integer({ min: 96, max: 400 }),
  length: fc.constantFrom(...lengths),
  rule: fc.constantFrom(...rules),
  override: fc.constantFrom('', '', 'RECURRENCE-ID', 'RECURRENCE-ID;RANGE=THISANDFUTURE'),
  from: fc.oneof(fc.integer({ min: -12, max: 12 }), fc.integer({ min: -200, max: 200 })),
  length15: fc.integer({ min: 0, max: 10 }),
});

function seriesOf([zone, at]: (typeof places)[number], before: number, [length, rule, override]: string[]) {
  const start = ianaClock(zone).toWall(Date.parse(at)) - before * quarterMs;
  const line = (name: string, wall: number) => `${name};TZID=${zone}:${compact(wall)}`;
  const master = event(line('DTSTART', start), `${length}`, `RRULE:FREQ=${rule};COUNT=400`);
  if (!override) return read(master);
  const moved = event(line(override, start + dayMs), line('DTSTART', start + 1.3 * dayMs), 'DURATION:PT3H');
  return read(master, moved);
}

function touches({ start, end }: Occurrence, from: number, to: number): boolean {
  return start < to && (end > from || (start === end && start >= from));
}

function all(resource: ReadResource, window: TimeWindow): Occurrence[] {
  const { occurrences, complete } = occurrencesOf(resource, window, 10_000);
  expect(complete).toBe(true);
  return occurrences;
}

test('a window shows what a wider one shows of it, in any zone, around any transition', () => {
  fc.assert(
    fc.property(cases, ({ place, before, length, rule, override, from, length15 }) => {
      const resource = seriesOf(place, before, [length, rule, override]);
      const middle = Date.parse(place[1]);
      const begin = middle + from * quarterMs;
      const end = begin + length15 * quarterMs;
      const wide = { from: middle - 400 * dayMs, to: middle + 400 * dayMs };
      const expected = all(resource, wide).filter((each) => touches(each, begin, end));
      expect(listed(all(resource, { from: begin, to: end }))).toEqual(listed(expected));
      for (const each of expected.slice(0, 3)) {
        expect(eventAt(resource, each.original)?.occurrence).toEqual(each);
      }
    }),
    { numRuns: 400 },
  );
});

test('a rule of seconds gives the first ones of a window, and each is found by its original start', () => {
  const seconds = read(
    event('DTSTART;TZID=Europe/Berlin:20260101T000000', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY'),
  );
  const from = Date.parse('2026-07-01T12:00:00+02:00');
  const { occurrences, complete } = occurrencesOf(seconds, { from, to: from + dayMs }, 3);
  expect(occurrences.map(({ start }) => start - from)).toEqual([0, 1_000, 2_000]);
  expect(complete).toBe(false);
  expect(eventAt(seconds, { instant: from + 5_000 })?.occurrence?.start).toBe(from + 5_000);
  expect(eventAt(seconds, { instant: from + 5_001 })?.occurrence).toBeUndefined();
});
