import { expect, test } from 'vitest';
import { eventAt, occurrencesOf } from '../../../src/calendar/reading/occurrences.ts';
import { spansOf } from '../../../src/calendar/reading/span.ts';
import { event, listed, occurrences, read } from './fixtures.ts';

const start = 'DTSTART;TZID=Europe/Berlin:20260323T093000';
const weekly = 'RRULE:FREQ=WEEKLY;COUNT=4';
const at = (text: string) => Date.parse(text);
const starts = (resource: ReturnType<typeof read>) =>
  listed(occurrences(resource)).map((text) => text.slice(0, 16));

test('a weekly 09:30 stays 09:30 over the change of time, and each knows its original start', () => {
  const found = occurrences(read(event(start, 'DURATION:PT1H', weekly)));
  expect(listed(found).map((text) => text.slice(0, 22))).toEqual([
    '2026-03-23T09:30+01:00',
    '2026-03-30T09:30+02:00',
    '2026-04-06T09:30+02:00',
    '2026-04-13T09:30+02:00',
  ]);
  expect(found[1]?.original).toEqual({ instant: at('2026-03-30T07:30:00Z') });
});

test('DTEND gives each the same exact length, DURATION the same nominal one', () => {
  const night = 'DTSTART;TZID=Europe/Berlin:20260327T220000';
  const exact = read(event(night, 'DTEND;TZID=Europe/Berlin:20260328T220000', 'RRULE:FREQ=DAILY;COUNT=2'));
  const nominal = read(event(night, 'DURATION:P1D', 'RRULE:FREQ=DAILY;COUNT=2'));
  expect(listed(occurrences(exact))[1]).toBe('2026-03-28T22:00+01:00/2026-03-29T23:00+02:00');
  expect(listed(occurrences(nominal))[1]).toBe('2026-03-28T22:00+01:00/2026-03-29T22:00+02:00');
});

test.each([
  ['in the zone', 'EXDATE;TZID=Europe/Berlin:20260330T093000'],
  ['in UTC', 'EXDATE:20260330T073000Z'],
  ['in another zone', 'EXDATE;TZID=America/New_York:20260330T033000'],
  ['as a day', 'EXDATE;VALUE=DATE:20260330'],
  ['with its zone forgotten', 'EXDATE:20260330T093000'],
  ['among others', 'EXDATE;TZID=Europe/Berlin:20250101T093000,20260330T093000'],
])('EXDATE %s takes out its occurrence', (_name, line) => {
  expect(starts(read(event(start, weekly, line)))).toEqual([
    '2026-03-23T09:30',
    '2026-04-06T09:30',
    '2026-04-13T09:30',
  ]);
});

test.each([
  ['a day', 'EXDATE;VALUE=DATE:20260330'],
  ['midnight in UTC', 'EXDATE:20260330T000000Z'],
  ['midnight in the zone', 'EXDATE;TZID=Europe/Berlin:20260330T000000'],
  ['midnight in a zone far away', 'EXDATE;TZID=Asia/Tokyo:20260330T000000'],
  ['midnight of the user in UTC', 'EXDATE:20260329T220000Z'],
])('of an all-day series, EXDATE as %s', (_name, line) => {
  const days = read(event('DTSTART;VALUE=DATE:20260329', 'RRULE:FREQ=DAILY;COUNT=3', line));
  expect(listed(occurrences(days))).toEqual(['2026-03-29/2026-03-29', '2026-03-31/2026-03-31']);
});

test('RDATE adds to DTSTART, with or without a rule, as periods with their own length, and EXDATE outranks it', () => {
  const dates = read(
    event('DTSTART:20260601T080000Z', 'DURATION:PT1H', 'RDATE:20260603T080000Z,20260604T080000Z'),
  );
  expect(starts(dates)).toEqual(['2026-06-01T10:00', '2026-06-03T10:00', '2026-06-04T10:00']);
  const periods = read(
    event(
      'DTSTART:20260601T080000Z',
      'DURATION:PT1H',
      'RDATE;VALUE=PERIOD:20260602T080000Z/PT3H,20260603T080000Z/20260603T083000Z',
      'RDATE:20260605T080000Z',
      'EXDATE:20260605T080000Z',
    ),
  );
  expect(listed(occurrences(periods)).slice(1)).toEqual([
    '2026-06-02T10:00+02:00/2026-06-02T13:00+02:00',
    '2026-06-03T10:00+02:00/2026-06-03T10:30+02:00',
  ]);
});

test('two rules are united, EXRULE takes out what it names but never DTSTART', () => {
  const two = read(event(start, 'RRULE:FREQ=WEEKLY;COUNT=2', 'RRULE:FREQ=DAILY;COUNT=2'));
  expect(starts(two)).toEqual(['2026-03-23T09:30', '2026-03-24T09:30', '2026-03-30T09:30']);
  const less = read(event(start, 'RRULE:FREQ=DAILY;COUNT=5', 'EXRULE:FREQ=DAILY;INTERVAL=2'));
  expect(starts(less)).toEqual(['2026-03-23T09:30', '2026-03-24T09:30', '2026-03-26T09:30']);
});

test('UNTIL in UTC, as a day, and of days in UTC includes the instance it names', () => {
  const last = (lines: string[]) => starts(read(event(...lines))).at(-1);
  expect(last([start, 'RRULE:FREQ=WEEKLY;UNTIL=20260406T073000Z'])).toBe('2026-04-06T09:30');
  expect(last([start, 'RRULE:FREQ=WEEKLY;UNTIL=20260406T072959Z'])).toBe('2026-03-30T09:30');
  expect(last([start, 'RRULE:FREQ=WEEKLY;UNTIL=20260406'])).toBe('2026-04-06T09:30');
  const lastDay = (until: string) => last(['DTSTART;VALUE=DATE:20260329', `RRULE:FREQ=DAILY;UNTIL=${until}`]);
  for (const until of ['20260331T000000Z', '20260330T220000Z', '20260331T215959Z', '20260331']) {
    expect(lastDay(until)).toBe('2026-03-31/2026-');
  }
});

test('a rule nobody can read leaves the first date, and says so', () => {
  const broken = read(event(start, 'RRULE:FREQ=SOMETIMES'));
  expect(starts(broken)).toEqual(['2026-03-23T09:30']);
  expect(broken.failures).toMatchObject([{ code: 'invalid_input' }]);
  const hourly = read(event('DTSTART;VALUE=DATE:20260329', 'RRULE:FREQ=HOURLY'));
  expect([starts(hourly).length, hourly.failures[0]?.code]).toEqual([1, 'unsupported']);
});

test('a daily 02:30 is shown at 03:30 on the day that has none', () => {
  const daily = read(event('DTSTART;TZID=Europe/Berlin:20260328T023000', 'RRULE:FREQ=DAILY;COUNT=3'));
  expect(starts(daily)).toEqual(['2026-03-28T02:30', '2026-03-29T03:30', '2026-03-30T02:30']);
});

test('the limit keeps the earliest, and says that there are more', () => {
  const endless = read(event(start, 'RRULE:FREQ=DAILY'));
  const window = { from: at('2026-01-01T00:00:00Z'), to: Number.POSITIVE_INFINITY };
  const { occurrences: found, complete } = occurrencesOf(endless, window, 3);
  expect([listed(found).map((text) => text.slice(0, 10)), complete]).toEqual([
    ['2026-03-23', '2026-03-24', '2026-03-25'],
    false,
  ]);
});

test('spans cover everything, to Infinity where a rule has no end', () => {
  const span = (...lines: string[]) => spansOf(read(event(...lines)))[0];
  expect(span('DTSTART:20260601T080000Z', 'DURATION:PT1H')).toEqual({
    uid: 'a@x',
    recurring: false,
    from: at('2026-06-01T08:00:00Z'),
    to: at('2026-06-01T09:00:00Z') + 1,
  });
  expect(span(start, 'RRULE:FREQ=DAILY')).toMatchObject({ recurring: true, to: Number.POSITIVE_INFINITY });
  const counted = span(start, weekly);
  expect(counted?.to).toBeGreaterThan(at('2026-04-13T07:30:00Z'));
  expect(counted?.to).toBeLessThan(at('2026-04-16T00:00:00Z'));
  expect(span('DTSTART:20260601T080000Z', 'RDATE:20270601T080000Z')?.to).toBeGreaterThan(
    at('2027-06-01T08:00:00Z'),
  );
});

test('one occurrence is found by its original start, and only if there is one', () => {
  const series = read(event(start, weekly, 'EXDATE:20260330T073000Z'));
  const found = (text: string) => eventAt(series, { instant: at(text) })?.occurrence?.start;
  expect(found('2026-04-06T07:30:00Z')).toBe(at('2026-04-06T07:30:00Z'));
  expect([found('2026-03-30T07:30:00Z'), found('2026-04-07T07:30:00Z')]).toEqual([undefined, undefined]);
  expect(eventAt(series)).toMatchObject({ recurring: true, event: { start: at('2026-03-23T08:30:00Z') } });
  const days = read(event('DTSTART;VALUE=DATE:20260329', 'RRULE:FREQ=DAILY'));
  expect(eventAt(days, { date: '2026-04-01' })?.occurrence?.allDay?.first).toBe('2026-04-01');
  expect(eventAt(days, { instant: at('2026-04-01T00:00:00Z') })?.occurrence).toBeUndefined();
});
