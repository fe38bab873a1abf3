import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig, refusal, starts } from '../../support/calendar-rig.ts';
import { at, calendar, day, difference, lines, local, single, stamp } from '../../support/calendar-texts.ts';

const changed = (uid: string, number: number, title: string) =>
  lines(
    uid,
    `RECURRENCE-ID${local(number, '09:30')}`,
    `DTSTART${local(number, '13:00')}`,
    'DURATION:PT1H',
    title,
  );

describe.each(calendarOffices)('deleting events on $name', ({ open, sandboxed }) => {
  let rig: CalendarRig;

  beforeAll(async () => {
    rig = await openRig({ open });
  });
  afterAll(() => rig?.close());

  /** A calendar with a weekly series from day 0, its text as the server holds it, and the ids by start. */
  async function weekly(rule: string, overrides: (uid: string) => string[][] = () => []) {
    const name = await rig.emptyCalendar();
    const times = [`DTSTART${local(0, '09:30')}`, `DTEND${local(0, '10:15')}`];
    const master = lines(name, ...times, `RRULE:${rule}`, 'SUMMARY:Runde', 'X-OTHER-PROGRAM:keep');
    await rig.office.put('alice', name, { name: 'one.ics', ics: calendar(master, ...overrides(name)) });
    const { ics: before } = await rig.onlyHeld(name);
    const seen = await rig.seen(name);
    return { name, before, id: (start: string) => idAt(seen, start) };
  }

  test('a single event is gone, here and for everybody else; a second time it is not found', async () => {
    const name = await rig.emptyCalendar();
    await rig.office.put('alice', name, {
      name: 'a.ics',
      ics: single(`${name}-a`, 0, '09:30', 'SUMMARY:Weg'),
    });
    await rig.office.put('alice', name, {
      name: 'b.ics',
      ics: single(`${name}-b`, 0, '11:00', 'SUMMARY:Da'),
    });
    const id = idAt(await rig.seen(name), at(0, '09:30'));
    const { schedule, calendar: port } = await rig.session();
    const answer = await schedule.deleteEvent({ id }, asked());
    expect(answer.deleted).toEqual({ id });
    expect(answer.replySent).toBeUndefined();
    expect((await rig.onlyHeld(name)).name).toBe('b.ics');
    expect((await rig.seen(name)).map(({ title }) => title)).toEqual(['Da']);
    const { events } = await port.getEvents({ start: day(0), calendar: name }, asked());
    expect(events.map(({ title }) => title)).toEqual(['Da']);
    expect(await refusal(schedule.deleteEvent({ id }, asked()))).toMatchObject({ code: 'not_found' });
    expect(await refusal(port.getEvent({ id }, asked()))).toMatchObject({ code: 'not_found' });
  });

  test('an occurrence needs to be told how much of its series is meant', async () => {
    const { name, before, id } = await weekly('FREQ=WEEKLY;COUNT=3');
    const { schedule } = await rig.session();
    const error = await refusal(schedule.deleteEvent({ id: id(at(7, '09:30')) }, asked()));
    expect(error.code).toBe('invalid_input');
    expect(`${error.message} ${error.hint}`).toMatch(/this.*following.*all/u);
    expect((await rig.onlyHeld(name)).ics).toBe(before);
  });

  test('this: one occurrence is left out, and no other line changes', async () => {
    const { name, before, id } = await weekly('FREQ=WEEKLY;COUNT=4', (uid) => [
      changed(uid, 21, 'SUMMARY:Anders'),
    ]);
    const { schedule } = await rig.session();
    const answer = await schedule.deleteEvent({ id: id(at(7, '09:30')), scope: 'this' }, asked());
    expect(answer.deleted).toMatchObject({ scope: 'this' });
    expect(starts(await rig.seen(name))).toEqual([at(0, '09:30'), at(14, '09:30'), at(21, '13:00')]);
    const changes = difference(before, (await rig.onlyHeld(name)).ics).filter(
      (line) => !/SEQUENCE/u.test(line),
    );
    expect(changes).toEqual([`+EXDATE${local(7, '09:30')}`]);
  });

  test('this: an occurrence that was changed goes with its change', async () => {
    const { name, before, id } = await weekly('FREQ=WEEKLY;COUNT=3', (uid) => [
      changed(uid, 7, 'SUMMARY:Geht'),
      changed(uid, 14, 'SUMMARY:Bleibt'),
    ]);
    const { schedule } = await rig.session();
    await schedule.deleteEvent({ id: id(at(7, '13:00')), scope: 'this' }, asked());
    expect(starts(await rig.seen(name))).toEqual([at(0, '09:30'), at(14, '13:00')]);
    const changes = difference(before, (await rig.onlyHeld(name)).ics);
    expect(changes).toEqual(
      expect.arrayContaining([
        ...[`+EXDATE${local(7, '09:30')}`, `-RECURRENCE-ID${local(7, '09:30')}`],
        ...['-SUMMARY:Geht', `-DTSTART${local(7, '13:00')}`, '-BEGIN:VEVENT', '-END:VEVENT'],
      ]),
    );
    expect(changes.join('\n')).not.toMatch(/Bleibt|Runde|X-OTHER|RRULE/u);
  });

  test.each(['FREQ=WEEKLY', 'FREQ=WEEKLY;COUNT=5'])(
    'following: %s ends before, with what was changed later',
    async (rule) => {
      const { name, before, id } = await weekly(rule, (uid) => [
        changed(uid, 7, 'SUMMARY:Bleibt'),
        changed(uid, 21, 'SUMMARY:Geht'),
      ]);
      const { schedule } = await rig.session();
      await schedule.deleteEvent({ id: id(at(14, '09:30')), scope: 'following' }, asked());
      expect(starts(await rig.seen(name))).toEqual([at(0, '09:30'), at(7, '13:00')]);
      const changes = difference(before, (await rig.onlyHeld(name)).ics);
      expect(changes.filter((line) => line.startsWith('-RRULE'))).toEqual([`-RRULE:${rule}`]);
      expect(changes).toEqual(
        expect.arrayContaining(['-SUMMARY:Geht', `-RECURRENCE-ID${local(21, '09:30')}`]),
      );
      expect(changes.join('\n')).not.toMatch(/Bleibt|Runde|X-OTHER|EXDATE/u);
    },
  );

  test('following from the first on, all, and the last one left: nothing stays on the server', async () => {
    const { schedule } = await rig.session();
    const first = await weekly('FREQ=WEEKLY;COUNT=3');
    await schedule.deleteEvent({ id: first.id(at(0, '09:30')), scope: 'following' }, asked());
    const all = await weekly('FREQ=WEEKLY;COUNT=3');
    await schedule.deleteEvent({ id: all.id(at(7, '09:30')), scope: 'all' }, asked());
    const last = await weekly('FREQ=WEEKLY;COUNT=2');
    await schedule.deleteEvent({ id: last.id(at(0, '09:30')), scope: 'this' }, asked());
    await schedule.deleteEvent({ id: last.id(at(7, '09:30')), scope: 'this' }, asked());
    for (const { name } of [first, all, last]) {
      expect(await rig.office.held('alice', name)).toEqual([]);
      expect(await rig.seen(name)).toEqual([]);
    }
  });

  test('this, of an all-day series, leaves out a date', async () => {
    const name = await rig.emptyCalendar();
    const series = lines(
      name,
      `DTSTART;VALUE=DATE:${stamp(0)}`,
      'RRULE:FREQ=WEEKLY;COUNT=3',
      'SUMMARY:Putzdienst',
    );
    await rig.office.put('alice', name, { name: 'one.ics', ics: calendar(series) });
    const { ics: before } = await rig.onlyHeld(name);
    const { schedule } = await rig.session();
    await schedule.deleteEvent({ id: idAt(await rig.seen(name), day(7)), scope: 'this' }, asked());
    expect(starts(await rig.seen(name))).toEqual([day(0), day(14)]);
    const changes = difference(before, (await rig.onlyHeld(name)).ics).filter(
      (line) => !/SEQUENCE/u.test(line),
    );
    expect(changes).toEqual([`+EXDATE;VALUE=DATE:${stamp(7)}`]);
  });

  if (sandboxed) {
    test('an answer lost after deleting is looked after, and nothing is sent twice', async () => {
      const { name, id } = await weekly('FREQ=WEEKLY;COUNT=3');
      const { schedule } = await rig.session();
      const { faults, requests } = rig.office.sandbox.caldav;
      const before = requests.length;
      faults.plan({ method: 'DELETE' }, 'dropAfter');
      await schedule.deleteEvent({ id: id(at(0, '09:30')), scope: 'all' }, asked());
      expect(await rig.office.held('alice', name)).toEqual([]);
      expect(requests.slice(before).filter(({ method }) => method === 'DELETE')).toHaveLength(1);
    });
  }
});
