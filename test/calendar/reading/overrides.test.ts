import { expect, test } from 'vitest';
import { eventAt } from '../../../src/calendar/reading/occurrences.ts';
import { spansOf } from '../../../src/calendar/reading/span.ts';
import { event, listed, occurrences, read } from './fixtures.ts';

const at = (text: string) => Date.parse(text);
const master = event(
  'DTSTART;TZID=Europe/Berlin:20260323T093000',
  'DTEND;TZID=Europe/Berlin:20260323T103000',
  'RRULE:FREQ=WEEKLY;COUNT=4',
);
const moved = (id: string, ...lines: string[]) => event(id, 'SUMMARY:Moved', ...lines);
const short = (found: ReturnType<typeof occurrences>) =>
  listed(found).map((text) => text.replace(/:00\/.*?( Moved|$)/u, '$1').replace(/\+0\d:00/u, ''));

test.each([
  ['in the zone', 'RECURRENCE-ID;TZID=Europe/Berlin:20260330T093000'],
  ['in UTC', 'RECURRENCE-ID:20260330T073000Z'],
  ['in another zone', 'RECURRENCE-ID;TZID=America/New_York:20260330T033000'],
  ['as a day', 'RECURRENCE-ID;VALUE=DATE:20260330'],
  ['with its zone forgotten', 'RECURRENCE-ID:20260330T093000'],
])('RECURRENCE-ID %s replaces its occurrence, which keeps its original start', (_name, id) => {
  const series = read(master, moved(id, 'DTSTART;TZID=Europe/Berlin:20260331T140000', 'DURATION:PT2H'));
  const found = occurrences(series);
  expect(listed(found)[1]).toBe('2026-03-31T14:00+02:00/2026-03-31T16:00+02:00 Moved');
  expect([found.length, found[1]?.original]).toEqual([4, { instant: at('2026-03-30T07:30:00Z') }]);
  expect(eventAt(series, { instant: at('2026-03-30T07:30:00Z') })?.occurrence?.view.title).toBe('Moved');
});

test('an override moved out of the window is gone from it, one moved into it is there', () => {
  const series = read(
    master,
    moved('RECURRENCE-ID:20260330T073000Z', 'DTSTART:20280101T080000Z'),
    moved('RECURRENCE-ID:20260406T073000Z', 'DTSTART:20250101T080000Z'),
  );
  expect(occurrences(series)).toHaveLength(2);
  const seen = (year: number) =>
    listed(occurrences(series, `${year}-01-01T00:00:00Z`, `${year}-01-02T00:00:00Z`)).length;
  expect([seen(2028), seen(2025)]).toEqual([1, 1]);
  expect(spansOf(series)[0]).toMatchObject({
    from: at('2025-01-01T08:00:00Z'),
    to: at('2028-01-01T08:00:00Z') + 1,
  });
});

test('of an all-day series, RECURRENCE-ID as a day or as midnight; the override may take a time', () => {
  for (const id of ['RECURRENCE-ID;VALUE=DATE:20260330', 'RECURRENCE-ID:20260330T000000Z']) {
    const days = event('DTSTART;VALUE=DATE:20260329', 'RRULE:FREQ=DAILY;COUNT=2');
    const found = occurrences(read(days, moved(id, 'DTSTART:20260330T080000Z', 'DURATION:PT1H')));
    expect(listed(found)).toEqual([
      '2026-03-29/2026-03-29',
      '2026-03-30T10:00+02:00/2026-03-30T11:00+02:00 Moved',
    ]);
    expect(found[1]?.original).toEqual({ date: '2026-03-30' });
  }
});

test('THISANDFUTURE shifts the later ones by the same wall clock, until the next one', () => {
  const range = (day: string, time: string) =>
    moved(
      `RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:202603${day}T093000`,
      `DTSTART;TZID=Europe/Berlin:202603${time}`,
      'DURATION:PT30M',
    );
  const daily = event('DTSTART;TZID=Europe/Berlin:20260326T093000', 'RRULE:FREQ=DAILY;COUNT=6');
  const found = occurrences(read(daily, range('28', '28T110000'), range('30', '31T080000')));
  expect(listed(found)).toEqual([
    '2026-03-26T09:30+01:00/2026-03-26T09:30+01:00',
    '2026-03-27T09:30+01:00/2026-03-27T09:30+01:00',
    '2026-03-28T11:00+01:00/2026-03-28T11:30+01:00 Moved',
    '2026-03-29T11:00+02:00/2026-03-29T11:30+02:00 Moved',
    '2026-03-31T08:00+02:00/2026-03-31T08:30+02:00 Moved',
    '2026-04-01T08:00+02:00/2026-04-01T08:30+02:00 Moved',
  ]);
  expect(found.at(-1)?.original).toEqual({ instant: at('2026-03-31T07:30:00Z') });
});

test('THISANDFUTURE holds for the later ones also where its own occurrence was changed once more', () => {
  const daily = event('DTSTART:20260601T080000Z', 'RRULE:FREQ=DAILY;COUNT=3');
  const from = 'RECURRENCE-ID;RANGE=THISANDFUTURE:20260602T080000Z';
  const later = event(from, 'DTSTART:20260602T100000Z', 'SUMMARY:Later', 'SEQUENCE:1');
  const once = (sequence: number) =>
    event('RECURRENCE-ID:20260602T080000Z', 'SUMMARY:Once', `SEQUENCE:${sequence}`);
  const titles = (...changes: string[]) => occurrences(read(daily, ...changes)).map(({ view }) => view.title);
  expect(titles(later, once(2))).toEqual(['Event', 'Once', 'Later']);
  expect(titles(once(1), later)).toEqual(['Event', 'Once', 'Later']);
  expect(titles(once(0), later)).toEqual(['Event', 'Later', 'Later']);
});

test('THISANDFUTURE far ahead is seen in a window its originals do not touch, and by the span', () => {
  const daily = event('DTSTART:20260101T080000Z', 'RRULE:FREQ=DAILY;COUNT=10');
  const future = moved('RECURRENCE-ID;RANGE=THISANDFUTURE:20260105T080000Z', 'DTSTART:20260905T080000Z');
  const series = read(daily, future);
  expect(occurrences(series, '2026-09-07T00:00:00Z', '2026-09-09T00:00:00Z')).toHaveLength(2);
  expect(spansOf(series)[0]?.to).toBeGreaterThan(at('2026-09-10T08:00:00Z'));
});

test('an override without a master is shown as what it is, an occurrence of a series', () => {
  const alone = read(moved('RECURRENCE-ID:20260330T073000Z', 'DTSTART:20260331T080000Z', 'UID:b'));
  expect(occurrences(alone)).toMatchObject([
    { original: { instant: at('2026-03-30T07:30:00Z') }, view: { uid: 'b', title: 'Moved' } },
  ]);
  expect(alone.failures).toEqual([]);
  expect(spansOf(alone)).toMatchObject([{ uid: 'b', recurring: true }]);
});

test('EXDATE outranks an override; an override of an instance the rule lacks is shown', () => {
  const gone = read(
    event('DTSTART:20260323T083000Z', 'RRULE:FREQ=WEEKLY;COUNT=2', 'EXDATE:20260330T083000Z'),
    moved('RECURRENCE-ID:20260330T083000Z', 'DTSTART:20260331T080000Z'),
  );
  expect(occurrences(gone)).toHaveLength(1);
  expect(eventAt(gone, { instant: at('2026-03-30T08:30:00Z') })?.occurrence).toBeUndefined();
  const stray = read(master, moved('RECURRENCE-ID:20260501T073000Z', 'DTSTART:20260501T080000Z'));
  expect(short(occurrences(stray))).toContain('2026-05-01T10:00+02 Moved');
});

test('of two overrides of the same occurrence the higher SEQUENCE counts, then the later', () => {
  const id = 'RECURRENCE-ID:20260330T073000Z';
  const two = (first: number, second: number) =>
    read(
      master,
      event(id, 'SUMMARY:First', 'DTSTART:20260330T080000Z', `SEQUENCE:${first}`),
      event(id, 'SUMMARY:Second', 'DTSTART:20260330T080000Z', `SEQUENCE:${second}`),
    );
  const title = (resource: ReturnType<typeof read>) => occurrences(resource)[1]?.view.title;
  expect([title(two(2, 1)), title(two(1, 1)), title(two(1, 2))]).toEqual(['First', 'Second', 'Second']);
});

test('an override without a start of its own keeps the original, one nobody can place is a failure', () => {
  const bare = read(master, event('RECURRENCE-ID:20260330T073000Z', 'SUMMARY:Renamed'));
  expect(listed(occurrences(bare))[1]).toBe('2026-03-30T09:30+02:00/2026-03-30T10:30+02:00 Renamed');
  const lost = read(master, moved('RECURRENCE-ID:garbage', 'DTSTART:20260330T080000Z'));
  expect([occurrences(lost).length, lost.failures.length]).toEqual([4, 1]);
});

test('each UID of a resource is read by itself, events without UID too', () => {
  const several = read(
    event('UID:a', 'DTSTART:20260601T080000Z'),
    event('UID:b', 'DTSTART:20260602T080000Z'),
    event('UID:', 'DTSTART:20260603T080000Z'),
    event('UID:', 'DTSTART:20260604T080000Z'),
  );
  expect(spansOf(several).map(({ uid }) => uid)).toEqual(['a', 'b', '', '']);
  expect(occurrences(several)).toHaveLength(4);
});
