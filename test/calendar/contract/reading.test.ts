import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, eventsOf, openRig, starts } from '../../support/calendar-rig.ts';
import { at, calendar, day, lines, local, single, stamp } from '../../support/calendar-texts.ts';

describe.each(calendarOffices)('reading calendars of $name', ({ open, schedules }) => {
  let rig: CalendarRig;

  beforeAll(async () => {
    rig = await openRig({ open });
  });
  afterAll(() => rig?.close());

  test('the list has every calendar, tells which may be written to, and one default', async () => {
    const name = await rig.emptyCalendar();
    // By its name it would come first: the default is the server's word, where it has one.
    if (schedules) await rig.office.makeCalendar('alice', 'a first');
    const locked = await rig.office.makeCalendar('alice', 'locked', { readOnly: true });
    const { calendars, timezone } = await (await rig.session()).calendar.listCalendars({}, asked());
    expect(timezone).toBe('Europe/Berlin');
    const byId = new Map(calendars.map((entry) => [entry.id, entry]));
    expect(byId.get(name)).toMatchObject({ name, holds: expect.arrayContaining(['events']) });
    expect(byId.get(name)?.readOnly).toBeUndefined();
    expect(byId.get(locked)?.readOnly).toBe(true);
    expect(calendars.filter((entry) => entry.default).map(({ id }) => id)).toEqual([rig.office.inbox]);
  });

  test('a window has every occurrence of a series, with what was moved, left out and changed', async () => {
    const name = await rig.emptyCalendar();
    const series = lines(
      'weekly',
      `DTSTART${local(0, '09:30')}`,
      `DTEND${local(0, '10:15')}`,
      'RRULE:FREQ=WEEKLY;COUNT=6',
      `EXDATE${local(7, '09:30')}`,
      'SUMMARY:Standup',
    );
    const moved = lines(
      'weekly',
      `RECURRENCE-ID${local(14, '09:30')}`,
      `DTSTART${local(15, '11:00')}`,
      `DTEND${local(15, '12:00')}`,
      'SUMMARY:Standup\\, moved',
    );
    await rig.office.put('alice', name, { name: 'weekly.ics', ics: calendar(series, moved) });
    const events = await rig.seen(name);
    expect(events.map(({ start, end, title, recurring }) => ({ start, end, title, recurring }))).toEqual(
      [
        ...[[0, '09:30', '10:15', 'Standup'] as const],
        ...[[15, '11:00', '12:00', 'Standup, moved'] as const],
        ...([21, 28, 35] as const).map((number) => [number, '09:30', '10:15', 'Standup'] as const),
      ].map(([number, from, to, title]) => ({
        start: at(number, from),
        end: at(number, to),
        title,
        recurring: true,
      })),
    );
    expect(new Set(events.map(({ id }) => id)).size).toBe(5);
    expect(starts(await rig.seen(name, [15, 15]))).toEqual([at(15, '11:00')]);
    expect(await rig.seen(name, [14, 14])).toEqual([]);
  });

  test('all-day events keep their days, events longer than the window are in it', async () => {
    const name = await rig.emptyCalendar();
    const leave = lines(
      'leave',
      `DTSTART;VALUE=DATE:${stamp(3)}`,
      `DTEND;VALUE=DATE:${stamp(10)}`,
      'SUMMARY:Leave',
    );
    await rig.office.put('alice', name, { name: 'leave.ics', ics: calendar(leave) });
    const leaveDays = { start: day(3), end: day(9), allDay: true, title: 'Leave' };
    expect(await rig.seen(name, [5, 6])).toMatchObject([leaveDays]);
    expect(await rig.seen(name, [9, 9])).toMatchObject([leaveDays]);
    expect(await rig.seen(name, [10, 12])).toEqual([]);
  });

  test('what others add, change and delete is in the next answer', async () => {
    const name = await rig.emptyCalendar();
    const { calendar: port } = await rig.session();
    const look = async () =>
      eventsOf(await port.getEvents({ start: day(0), end: day(6), calendar: name }, asked())).map(
        ({ title }) => title,
      );
    await rig.office.put('alice', name, { name: 'a.ics', ics: single('a', 0, '09:00', 'SUMMARY:First') });
    expect(await look()).toEqual(['First']);
    await rig.office.put('alice', name, { name: 'b.ics', ics: single('b', 1, '09:00', 'SUMMARY:Second') });
    expect(await look()).toEqual(['First', 'Second']);
    await rig.office.put('alice', name, {
      name: 'a.ics',
      ics: single('a', 0, '09:00', 'SUMMARY:First\\, changed'),
    });
    expect(await look()).toEqual(['First, changed', 'Second']);
    await rig.office.remove('alice', name, 'a.ics');
    expect(await look()).toEqual(['Second']);
  });

  test('get_event tells all of one occurrence and of its series', async () => {
    const name = await rig.emptyCalendar();
    const text = lines(
      'full',
      `DTSTART${local(0, '09:30')}`,
      'DURATION:PT45M',
      'RRULE:FREQ=WEEKLY;COUNT=3',
      'SUMMARY:Übergabe',
      'DESCRIPTION:Zeile eins\\nZeile zwei',
      'LOCATION:Raum 3',
      ...['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:x', 'TRIGGER:-PT15M', 'END:VALARM'],
    );
    await rig.office.put('alice', name, { name: 'full.ics', ics: calendar(text) });
    const { calendar: port } = await rig.session();
    const events = eventsOf(await port.getEvents({ start: day(7), end: day(7), calendar: name }, asked()));
    const details = await port.getEvent({ id: events[0]?.id ?? '' }, asked());
    expect(details).toMatchObject({
      ...{ title: 'Übergabe', location: 'Raum 3', description: 'Zeile eins\nZeile zwei', reminders: [15] },
      ...{ start: at(7, '09:30'), end: at(7, '10:15'), calendar: name },
      recurrence: { rule: 'FREQ=WEEKLY;COUNT=3', count: 3 },
      series: { start: at(0, '09:30') },
    });
    const series = await port.getEvent({ id: details.series?.id ?? '' }, asked());
    expect(series).toMatchObject({ start: at(0, '09:30'), recurring: true, title: 'Übergabe' });
  });

  test('search finds words of title, place and description, in occurrences as in single events', async () => {
    const name = await rig.emptyCalendar();
    const { calendar: port } = await rig.session();
    const series = lines(
      's',
      `DTSTART${local(1, '08:00')}`,
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY;COUNT=2',
      'SUMMARY:Budgetrunde',
    );
    await rig.office.put('alice', name, { name: 's.ics', ics: calendar(series) });
    const place = single(
      'p',
      2,
      '09:00',
      'SUMMARY:Treffen',
      'LOCATION:Café Müller',
      'DESCRIPTION:Über Budget',
    );
    await rig.office.put('alice', name, { name: 'p.ics', ics: place });
    const found = async (query: string) => {
      const range = { start: day(0), end: day(10), calendar: name };
      return eventsOf(await port.searchEvents({ query, ...range }, asked())).map(({ title }) => title);
    };
    expect(await found('budget')).toEqual(['Budgetrunde', 'Budgetrunde', 'Treffen']);
    expect(await found('café müller')).toEqual(['Treffen']);
    expect(await found('cafe muller budgetrunde')).toEqual([]);
  });
});
