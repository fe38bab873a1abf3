import { expect, test } from 'vitest';
import { bounded } from '../../src/calendar/incomplete.ts';
import { occurrencesOf } from '../../src/calendar/reading/occurrences.ts';
import { readResource } from '../../src/calendar/reading/resource.ts';
import { MemoryCollection, MemoryStore } from './support/memory-store.ts';
import { calendar, calendarRig, event } from './support/rig.ts';

/** Ten to eleven on Monday, 1 June 2026, in Berlin. */
const first = ['SUMMARY:Series', 'DTSTART;TZID=Europe/Berlin:20260601T100000', 'DURATION:PT1H'];
const later = { start: '2026-07-13', end: '2026-07-14' };
const firstDay = { start: '2026-06-01', end: '2026-06-01' };

function holding(...resources: string[]) {
  const work = new MemoryCollection('Work');
  for (const [index, ics] of resources.entries()) work.put(`${index}.ics`, ics);
  return calendarRig(new MemoryStore(work));
}

const free = (slots: readonly { start: string; end: string }[]) =>
  slots.map(({ start, end }) => `${start.slice(8, 16)}-${end.slice(8, 16)}`);

test.each([
  'RRULE:RSCALE=CHINESE;FREQ=YEARLY',
  'RRULE:FREQ=DAILY;INTERVAL=0',
  'RRULE:FREQ=DAILY;UNTIL=garbage',
  'RRULE:FREQ=WIBBLE',
  'RRULE:FREQ=DAILY;COUNT=0',
  'RRULE:FREQ=DAILY;BYDAY=XX',
  'RRULE:FREQ=DAILY;BYHOUR=25',
  'RRULE:',
  'RDATE:garbage',
  'RDATE;VALUE=PERIOD:20260713T080000Z/garbage',
  'RRULE:FREQ=DAILY;COUNT=2\r\nRRULE:FREQ=WIBBLE',
])(
  'a series that cannot be followed is named in every later window, never a false nothing: %s',
  async (rule) => {
    const { service, context } = holding(event('s', ...first, rule));
    const named = [expect.objectContaining({ where: 'work/0' })];
    const answers = [
      await service.getEvents(later, context),
      await service.searchEvents({ query: 'series', ...later }, context),
      await service.getFreeBusy(later, context),
    ];
    for (const { incomplete } of answers) expect(incomplete).toEqual(named);
    const before = await service.getEvents({ start: '2026-05-01', end: '2026-05-02' }, context);
    expect(before.incomplete).toBeUndefined();
    expect((await service.getEvents(firstDay, context)).events).toHaveLength(1);
  },
);

test('of two events in a file the one without a start is named in every window', async () => {
  const bad = ['BEGIN:VEVENT', 'UID:b', 'DTSTART:20261399T100000', 'SUMMARY:b', 'END:VEVENT'];
  const { service, context } = holding(calendar('BEGIN:VEVENT', 'UID:g', ...first, 'END:VEVENT', ...bad));
  for (const window of [firstDay, later, { start: '2020-01-01' }]) {
    const { incomplete } = await service.getEvents(window, context);
    expect(incomplete).toMatchObject([{ where: 'work/0', reason: 'The start of the event cannot be read.' }]);
  }
});

test('a change with a start nobody can read is not shown at the original time, but named', async () => {
  const series = ['BEGIN:VEVENT', 'UID:s', ...first, 'RRULE:FREQ=DAILY;COUNT=3', 'END:VEVENT'];
  const change = (start: string) =>
    calendar(
      ...series,
      ...['BEGIN:VEVENT', 'UID:s', 'RECURRENCE-ID;TZID=Europe/Berlin:20260602T100000', 'SUMMARY:Changed'],
      ...[start, 'END:VEVENT'].filter(Boolean),
    );
  const days = { start: '2026-06-01', end: '2026-06-03' };
  const broken = holding(change('DTSTART:20269999T140000'));
  const { events, incomplete } = await broken.service.getEvents(days, broken.context);
  expect(events.map(({ start }) => start.slice(8, 10))).toEqual(['01', '03']);
  expect(incomplete).toMatchObject([{ where: 'work/0' }]);
  expect((await broken.service.getEvents(later, broken.context)).incomplete).toBeDefined();
  const absent = holding(change(''));
  const answer = await absent.service.getEvents(days, absent.context);
  expect(answer.events.map(({ title }) => title)).toEqual(['Series', 'Changed', 'Series']);
  expect(answer.incomplete).toBeUndefined();
});

test('an event without its end mark is shown and named; of a file cut there later windows are told, too', async () => {
  const whole = event('s', ...first);
  const unmarked = holding(whole.replace('END:VEVENT\r\n', ''));
  const cut = holding(whole.slice(0, whole.indexOf('END:VEVENT')));
  for (const { service, context } of [unmarked, cut]) {
    const { events, incomplete } = await service.getEvents(firstDay, context);
    expect([events.length, incomplete?.[0]?.where]).toEqual([1, 'work/0']);
  }
  expect((await unmarked.service.getEvents(later, unmarked.context)).incomplete).toBeUndefined();
  expect((await cut.service.getEvents(later, cut.context)).incomplete).toHaveLength(1);
});

test('no time is free that the server does not show', async () => {
  const limits = {
    minDateTime: new Date('2026-06-09T10:00:00Z'),
    maxDateTime: new Date('2026-06-10T10:00:00Z'),
  };
  const { service, context } = calendarRig(new MemoryStore(new MemoryCollection('Work', limits)));
  const slots = async (start: string, end: string) => await service.getFreeBusy({ start, end }, context);
  const around = await slots('2026-06-08', '2026-06-11');
  expect(free(around.free)).toEqual(['09T12:00-09T17:00', '10T09:00-10T12:00']);
  expect(around.incomplete?.[0]).toMatchObject({
    where: 'free',
    reason: expect.stringContaining('from 2026-06-09T12:00:00+02:00 to 2026-06-10T12:00:00+02:00'),
  });
  for (const day of ['2026-06-03', '2055-03-01']) {
    const { free, incomplete } = await slots(day, day);
    expect([free, incomplete?.[0]?.where]).toEqual([[], 'free']);
  }
});

test('after the last known occurrence of a series that was cut nothing is free', async () => {
  const seconds = ['DTSTART:20260601T060000Z', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY;INTERVAL=10'];
  const { service, context } = holding(event('s', ...seconds));
  const answer = await service.getFreeBusy({ start: '2026-06-01', end: '2026-06-05' }, context);
  expect(answer.free).toEqual([]);
  expect(answer.incomplete?.map(({ where }) => where)).toContain('free');
});

test('where time runs out, what lies behind the last known instance of a rule is unknown', () => {
  const daily = readResource(event('s', ...first, 'RRULE:FREQ=DAILY;BYMONTH=6;BYHOUR=10'), 'Europe/Berlin');
  const window = { from: Date.parse('2026-06-10T00:00:00Z'), to: Date.parse('2060-01-01T00:00:00Z') };
  let asked = 0;
  const { occurrences, unknownFrom } = occurrencesOf(daily, window, 5_000, () => {
    asked += 1;
    return asked > 3;
  });
  expect(unknownFrom).toBe(occurrences.at(-1)?.start ?? window.from);
  expect(occurrencesOf(daily, window, 5_000)).not.toHaveProperty('unknownFrom');
});

test('an unfollowed series takes the time after what is known of it, but not that of all years', async () => {
  const { service, context } = holding(event('s', ...first, 'RRULE:FREQ=WIBBLE'));
  const near = await service.getFreeBusy({ start: '2026-06-01', end: '2026-06-03' }, context);
  expect(free(near.free)).toEqual(['01T09:00-01T10:00']);
  const far = await service.getFreeBusy(later, context);
  expect(free(far.free)).toEqual(['13T09:00-13T17:00', '14T09:00-14T17:00']);
  expect(far.incomplete).toMatchObject([{ where: 'work/0' }]);
});

test('an event in a zone nobody knows is busy as read, and named', async () => {
  const unknown = ['DTSTART;TZID=Foo/Bar:20260601T150000', 'DURATION:PT1H'];
  const { service, context } = holding(event('u', ...unknown), event('t', ...unknown, 'TRANSP:TRANSPARENT'));
  const { busy, incomplete } = await service.getFreeBusy(firstDay, context);
  expect(free(busy)).toEqual(['01T15:00-01T16:00']);
  expect(incomplete).toMatchObject([{ where: 'work/0', code: 'unknown_zone' }]);
});

test('a full month fits 4,000 tokens, or says from where to ask on', async () => {
  const meetings = ['DTSTART:20260601T070000Z', 'DURATION:PT10M', 'RRULE:FREQ=HOURLY;INTERVAL=2;COUNT=400'];
  const { service, context } = holding(event('m', ...meetings));
  const answer = await service.getFreeBusy({ start: '2026-06-01', end: '2026-06-30' }, context);
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(16_000);
  expect(answer.incomplete).toMatchObject([{ code: 'cut', where: expect.stringMatching(/^from 2026-06-/u) }]);
});

test('a calendar that failed is named beside any number of broken events', () => {
  const broken = Array.from({ length: 9 }, (_, index) => ({
    ...{ where: `work/${index}`, code: 'invalid_input', reason: 'Broken.' },
  }));
  const calendars = Array.from({ length: 7 }, (_, index) => ({
    ...{ where: `c${index}`, code: 'timeout', reason: 'Down.' },
  }));
  const wheres = bounded([...broken, ...calendars]).map(({ where }) => where);
  expect(wheres).toHaveLength(13);
  expect(wheres.slice(5)).toEqual([...calendars.map(({ where }) => where), '4 more']);
});
