import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, openRig, refusal, starts } from '../../support/calendar-rig.ts';
import { at, day, linesOf, local, single, stamp } from '../../support/calendar-texts.ts';

describe.each(calendarOffices)('creating events on $name', ({ open, sandboxed }) => {
  let rig: CalendarRig;

  beforeAll(async () => {
    rig = await openRig({ open });
  });
  afterAll(() => rig?.close());

  test('a timed event is stored in its zone, which stands beside it, and answered as stored', async () => {
    const calendar = await rig.emptyCalendar();
    const { schedule } = await rig.session();
    const created = await schedule.createEvent(
      {
        ...{ title: 'Planung, Teil 1', start: `${day(0)}T09:30`, end: `${day(0)}T11:00`, calendar },
        ...{
          location: 'Raum 3; links',
          description: 'Erst\nDann',
          reminders: [30, 10],
          url: 'https://example.org/a',
        },
      },
      asked(),
    );
    const { name, ics } = await rig.onlyHeld(calendar);
    const held = linesOf(ics);
    expect(held).toEqual(
      expect.arrayContaining([
        `DTSTART${local(0, '09:30')}`,
        `DTEND${local(0, '11:00')}`,
        'TZID:Europe/Berlin',
        'SUMMARY:Planung\\, Teil 1',
        'LOCATION:Raum 3\\; links',
        'DESCRIPTION:Erst\\nDann',
        'TRIGGER:-PT30M',
        'TRIGGER:-PT10M',
      ]),
    );
    expect(held.filter((line) => line === 'BEGIN:VTIMEZONE')).toHaveLength(1);
    expect(held.filter((line) => /^METHOD/u.test(line))).toEqual([]);
    expect(held.find((line) => line.startsWith('UID:'))).toBe(`UID:${name.replace(/\.ics$/u, '')}`);
    expect(created).toMatchObject({
      ...{ start: at(0, '09:30'), end: at(0, '11:00'), title: 'Planung, Teil 1', calendar },
      ...{ location: 'Raum 3; links', description: 'Erst\nDann', reminders: [30, 10] },
      ...{ url: 'https://example.org/a', conflicts: [] },
    });
    expect(await rig.seen(calendar)).toMatchObject([{ id: created.id, start: at(0, '09:30') }]);
  });

  test('times are kept in UTC when that is asked for, and never else', async () => {
    const calendar = await rig.emptyCalendar();
    const { schedule } = await rig.session();
    const create = async (title: string, start: string, timezone?: string) => {
      await schedule.createEvent({ title, start, duration: 30, timezone, calendar }, asked());
      const held = (await rig.office.held('alice', calendar)).find(({ ics }) =>
        ics.includes(`SUMMARY:${title}`),
      );
      return linesOf(held?.ics ?? '').filter((line) => /^DT(?:START|END)|^DURATION/u.test(line));
    };
    expect(await create('Zulu', `${day(1)}T07:30`, 'UTC')).toContain(`DTSTART:${stamp(1, '07:30')}Z`);
    expect(await create('Offset', `${day(1)}T07:30:00Z`)).toContain(`DTSTART${local(1, '09:30')}`);
    const there = await create('Elsewhere', `${day(1)}T07:30`, 'America/New_York');
    expect(there).toContain(`DTSTART;TZID=America/New_York:${stamp(1, '07:30')}`);
    expect(starts(await rig.seen(calendar))).toEqual([at(1, '09:30'), at(1, '09:30'), at(1, '13:30')]);
  });

  test('an all-day event has dates and no zone; its last day is the one that was named', async () => {
    const calendar = await rig.emptyCalendar();
    const { schedule } = await rig.session();
    const created = await schedule.createEvent(
      { title: 'Urlaub', start: day(2), end: day(4), busy: false, calendar },
      asked(),
    );
    const held = linesOf((await rig.onlyHeld(calendar)).ics);
    expect(held).toEqual(
      expect.arrayContaining([
        `DTSTART;VALUE=DATE:${stamp(2)}`,
        `DTEND;VALUE=DATE:${stamp(5)}`,
        'TRANSP:TRANSPARENT',
      ]),
    );
    expect(held.join('\n')).not.toContain('VTIMEZONE');
    expect(created).toMatchObject({ start: day(2), end: day(4), allDay: true });
    expect(await rig.seen(calendar)).toMatchObject([{ start: day(2), end: day(4), allDay: true }]);
  });

  test('a series keeps its wall clock over the end of summer time', async () => {
    const calendar = await rig.emptyCalendar();
    const { schedule } = await rig.session();
    const recurrence = 'FREQ=WEEKLY;BYDAY=MO';
    const created = await schedule.createEvent(
      { title: 'Runde', start: `${day(112)}T09:30`, duration: 45, recurrence, calendar },
      asked(),
    );
    expect(linesOf((await rig.onlyHeld(calendar)).ics)).toContain(`RRULE:${recurrence}`);
    expect(created).toMatchObject({ recurring: true, recurrence: { rule: recurrence } });
    const seen = await rig.seen(calendar, [112, 112 + 69]);
    expect(seen).toHaveLength(10);
    expect(new Set(seen.map(({ start }) => start.slice(11, 19)))).toEqual(new Set(['09:30:00']));
    expect(new Set(seen.map(({ start }) => start.slice(19)))).toEqual(new Set(['+02:00', '+01:00']));
  });

  test('the same call twice makes two events: nobody asked for less', async () => {
    const calendar = await rig.emptyCalendar();
    const { schedule } = await rig.session();
    const request = { title: 'Doppelt', start: `${day(8)}T09:00`, calendar };
    const first = await schedule.createEvent(request, asked());
    const second = await schedule.createEvent(request, asked());
    expect(second.id).not.toBe(first.id);
    expect(second.conflicts).toMatchObject([{ id: first.id }]);
    expect(await rig.seen(calendar)).toHaveLength(2);
  });

  test('what else takes the time is told, from every calendar, and stored all the same', async () => {
    const [calendar, other] = [await rig.emptyCalendar(), await rig.emptyCalendar()];
    const text = single('busy', 20, '09:00', 'SUMMARY:Zahnarzt');
    await rig.office.put('alice', other, { name: 'busy.ics', ics: text });
    const free = single('free', 20, '09:00', 'SUMMARY:Egal', 'TRANSP:TRANSPARENT');
    await rig.office.put('alice', other, { name: 'free.ics', ics: free });
    const { schedule } = await rig.session();
    const during = { title: 'Dazwischen', start: `${day(20)}T09:45`, duration: 30, calendar };
    const { conflicts } = await schedule.createEvent(during, asked());
    expect(conflicts).toMatchObject([{ title: 'Zahnarzt', calendar: other, start: at(20, '09:00') }]);
    const after = { title: 'Danach', start: `${day(20)}T10:15`, duration: 30, calendar };
    expect((await schedule.createEvent(after, asked())).conflicts).toEqual([]);
    expect(await rig.seen(calendar)).toHaveLength(2);
  });

  test('a read-only calendar is refused before anything is written', async () => {
    const holding = { name: 'there.ics', ics: single('there', 0, '09:00', 'SUMMARY:Fest') };
    const calendar = await rig.office.makeCalendar('alice', 'fixed', { readOnly: true, holding });
    const { schedule, calendar: port } = await rig.session();
    const before = rig.office.sandbox.caldav.requests.length;
    const request = { title: 'Nie', start: `${day(1)}T09:00`, calendar };
    expect(await refusal(schedule.createEvent(request, asked()))).toMatchObject({ code: 'forbidden' });
    const { events } = await port.getEvents({ start: day(0), calendar }, asked());
    const id = events[0]?.id ?? '';
    const updated = schedule.updateEvent({ id, title: 'Nie' }, asked());
    expect(await refusal(updated)).toMatchObject({ code: 'forbidden' });
    expect(await refusal(schedule.deleteEvent({ id }, asked()))).toMatchObject({ code: 'forbidden' });
    const asksFor = rig.office.sandbox.caldav.requests.slice(before).map(({ method }) => method);
    expect(asksFor).not.toContain('PUT');
    expect(asksFor).not.toContain('DELETE');
    expect(await rig.office.held('alice', calendar)).toEqual([
      { name: 'there.ics', ics: expect.any(String) },
    ]);
    expect(await rig.seen(calendar)).toMatchObject([{ title: 'Fest' }]);
  });

  if (sandboxed) {
    test('an answer lost after storing makes one event, not two, and the call succeeds', async () => {
      const calendar = await rig.emptyCalendar();
      const { schedule } = await rig.session();
      rig.office.sandbox.caldav.faults.plan({ method: 'PUT' }, 'dropAfter');
      const created = await schedule.createEvent(
        { title: 'Einmal', start: `${day(30)}T09:00`, calendar },
        asked(),
      );
      expect(created).toMatchObject({ title: 'Einmal', start: at(30, '09:00') });
      expect(linesOf((await rig.onlyHeld(calendar)).ics)).toContain('SUMMARY:Einmal');
    });
  }

  test('what cannot be meant is refused by name and stores nothing', async () => {
    const calendar = await rig.emptyCalendar();
    const { schedule } = await rig.session();
    const start = `${day(0)}T09:00`;
    const wrong = [
      { title: ' ', start, calendar },
      { title: 'x', start: 'tomorrow', calendar },
      { title: 'x', start, end: `${day(0)}T08:00`, calendar },
      { title: 'x', start, recurrence: 'FREQ=SOMETIMES', calendar },
      { title: 'x', start, timezone: 'Mars/Olympus', calendar },
    ];
    for (const request of wrong) {
      expect(await refusal(schedule.createEvent(request, asked()))).toMatchObject({ code: 'invalid_input' });
    }
    const nowhere = schedule.createEvent({ title: 'x', start, calendar: 'nowhere' }, asked());
    expect(await refusal(nowhere)).toMatchObject({ code: 'not_found' });
    expect(await rig.office.held('alice', calendar)).toEqual([]);
  });
});
