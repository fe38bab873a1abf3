import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig, refusal } from '../../support/calendar-rig.ts';
import { at, calendar, day, difference, lines, linesOf, local, stamp } from '../../support/calendar-texts.ts';

const otherProgram = 'X-OTHER-PROGRAM;X-PARAM="a;b":keep\\, me';

/** What other programs leave in an event, and nobody may lose. */
const foreign = [
  'SUMMARY;LANGUAGE=de:Jour fixe',
  'LOCATION;ALTREP="https://example.org/r3":Raum 3',
  otherProgram,
  'CATEGORIES:Arbeit,Team',
  'CLASS:PRIVATE',
  'SEQUENCE:2',
  ...[
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'DESCRIPTION:Gleich',
    'TRIGGER;RELATED=END:-PT5M',
    'X-SNOOZE:1',
    'END:VALARM',
  ],
];

describe.each(calendarOffices)('changing events on $name', ({ open }) => {
  let rig: CalendarRig;

  beforeAll(async () => {
    rig = await openRig({ open });
  });
  afterAll(() => rig?.close());

  /** A calendar with this one resource, its text as the server holds it, and the ids by start. */
  async function holding(...events: readonly (readonly string[])[]) {
    const name = await rig.emptyCalendar();
    // An account has a UID once.
    const ics = calendar(...events).replaceAll('UID:one', `UID:${name}`);
    await rig.office.put('alice', name, { name: 'one.ics', ics });
    const { ics: before } = await rig.onlyHeld(name);
    const seen = await rig.seen(name);
    return { name, before, id: (start: string) => idAt(seen, start) };
  }

  const meeting = lines('one', `DTSTART${local(0, '09:30')}`, `DTEND${local(0, '10:15')}`, ...foreign);
  const weekly = (count: number) =>
    lines(
      'one',
      `DTSTART${local(0, '09:30')}`,
      `DTEND${local(0, '10:15')}`,
      `RRULE:FREQ=WEEKLY;COUNT=${count}`,
      ...foreign,
    );
  const times = async (name: string) =>
    (await rig.seen(name)).map(({ start, end, title }) => [start, end.slice(11, 16), title]);

  test.each([
    [
      { title: 'Neu, und; anders' },
      ['+SUMMARY;LANGUAGE=de:Neu\\, und\\; anders', '-SUMMARY;LANGUAGE=de:Jour fixe'],
    ],
    [{ description: 'Zeile 1\nZeile 2' }, ['+DESCRIPTION:Zeile 1\\nZeile 2']],
    [{ busy: false }, ['+TRANSP:TRANSPARENT']],
  ])('%j changes that line and no other', async (fields, wanted) => {
    const { name, before, id } = await holding(meeting);
    const { schedule } = await rig.session();
    const updated = await schedule.updateEvent({ id: id(at(0, '09:30')), ...fields }, asked());
    expect(updated.changed).toEqual(Object.keys(fields));
    const after = (await rig.onlyHeld(name)).ics;
    // A server that writes every default has it there before.
    expect(difference(before, after).filter((line) => line !== '-TRANSP:OPAQUE')).toEqual(wanted);
  });

  test.each([
    ['read for it', false],
    ['read before', true],
  ])(
    'a new time changes the two times and the sequence of an event %s, and nothing else',
    async (_, known) => {
      const { name, before, id } = await holding(meeting);
      const { schedule, calendar: reading } = await rig.session('alice', { MAILBOX_CALENDARS: name });
      if (known) await reading.getEvents({ start: day(0), end: day(1) }, asked());
      const fields = { start: `${day(1)}T14:00`, end: `${day(1)}T15:00` };
      const updated = await schedule.updateEvent({ id: id(at(0, '09:30')), ...fields }, asked());
      expect(updated).toMatchObject({ start: at(1, '14:00'), end: at(1, '15:00'), title: 'Jour fixe' });
      expect(difference(before, (await rig.onlyHeld(name)).ics)).toEqual(
        [
          ...[`-DTSTART${local(0, '09:30')}`, `+DTSTART${local(1, '14:00')}`],
          ...[`-DTEND${local(0, '10:15')}`, `+DTEND${local(1, '15:00')}`],
          ...['-SEQUENCE:2', '+SEQUENCE:3'],
        ].sort(),
      );
      expect((await rig.onlyHeld(name)).ics.endsWith('\r\nEND:VCALENDAR\r\n')).toBe(true);
      expect(await times(name)).toEqual([[at(1, '14:00'), '15:00', 'Jour fixe']]);
    },
  );

  test('the same again changes nothing on the server', async () => {
    const { name, before, id } = await holding(meeting);
    const { schedule } = await rig.session();
    const same = { id: id(at(0, '09:30')), title: 'Jour fixe', location: 'Raum 3' };
    expect((await schedule.updateEvent(same, asked())).changed).toEqual([]);
    expect((await rig.onlyHeld(name)).ics).toBe(before);
  });

  test('an occurrence needs to be told how much of its series is meant', async () => {
    const { name, before, id } = await holding(weekly(3));
    const { schedule } = await rig.session();
    const error = await refusal(schedule.updateEvent({ id: id(at(7, '09:30')), title: 'x' }, asked()));
    expect(error.code).toBe('invalid_input');
    for (const scope of ['this', 'following', 'all'])
      expect(`${error.message} ${error.hint}`).toContain(scope);
    expect((await rig.onlyHeld(name)).ics).toBe(before);
  });

  test('this: one occurrence is moved, the series and all other occurrences stay', async () => {
    const { name, before, id } = await holding(weekly(4));
    const { schedule } = await rig.session();
    const change = {
      scope: 'this',
      start: `${day(8)}T11:00`,
      end: `${day(8)}T11:30`,
      title: 'Anders',
    } as const;
    const updated = await schedule.updateEvent({ id: id(at(7, '09:30')), ...change }, asked());
    expect(updated).toMatchObject({
      start: at(8, '11:00'),
      title: 'Anders',
      series: { start: at(0, '09:30') },
    });
    expect(await times(name)).toEqual([
      [at(0, '09:30'), '10:15', 'Jour fixe'],
      [at(8, '11:00'), '11:30', 'Anders'],
      [at(14, '09:30'), '10:15', 'Jour fixe'],
      [at(21, '09:30'), '10:15', 'Jour fixe'],
    ]);
    const changes = difference(before, (await rig.onlyHeld(name)).ics);
    expect(changes.filter((line) => line.startsWith('-'))).toEqual([]);
    expect(changes).toEqual(
      expect.arrayContaining([
        `+RECURRENCE-ID${local(7, '09:30')}`,
        `+DTSTART${local(8, '11:00')}`,
        `+${rig.office.written(otherProgram)}`,
        '+X-SNOOZE:1',
      ]),
    );
  });

  test('following: a new series from there on, the old one ends before; both keep what was foreign', async () => {
    const { name, id } = await holding(
      [...weekly(6), `EXDATE${local(28, '09:30')}`],
      lines(
        'one',
        `RECURRENCE-ID${local(7, '09:30')}`,
        `DTSTART${local(7, '12:00')}`,
        'DURATION:PT1H',
        'SUMMARY:Davor',
      ),
      lines(
        'one',
        `RECURRENCE-ID${local(35, '09:30')}`,
        `DTSTART${local(35, '08:00')}`,
        'DURATION:PT1H',
        'SUMMARY:Danach',
      ),
    );
    const { schedule } = await rig.session();
    const change = { scope: 'following', title: 'Neue Reihe', location: 'Raum 4' } as const;
    const updated = await schedule.updateEvent({ id: id(at(14, '09:30')), ...change }, asked());
    expect(updated).toMatchObject({ title: 'Neue Reihe', recurring: true });
    const seen = await times(name);
    expect(seen.map(([start, end]) => [start, end])).toEqual([
      [at(0, '09:30'), '10:15'],
      [at(7, '12:00'), '13:00'],
      [at(14, '09:30'), '10:15'],
      [at(21, '09:30'), '10:15'],
      [at(35, '08:00'), '09:00'],
    ]);
    expect(seen.slice(0, 4).map(([, , title]) => title)).toEqual([
      'Jour fixe',
      'Davor',
      'Neue Reihe',
      'Neue Reihe',
    ]);
    const held = (await rig.office.held('alice', name)).map(({ ics }) => linesOf(ics));
    expect(held).toHaveLength(2);
    for (const text of held) expect(text).toContain(rig.office.written(otherProgram));
    const [old = []] = held.filter((text) => text.includes(`UID:${name}`));
    const [fresh = []] = held.filter((text) => !text.includes(`UID:${name}`));
    expect(old.some((line) => line.includes('DTSTART') && line.includes(stamp(35)))).toBe(false);
    expect(fresh).toContain(`DTSTART${local(14, '09:30')}`);
    expect(fresh).toContain(`EXDATE${local(28, '09:30')}`);
    expect(fresh).toContain(`RECURRENCE-ID${local(35, '09:30')}`);
  });

  test('all: a moved series takes its exceptions along', async () => {
    const { name, before, id } = await holding(
      [...weekly(4), `EXDATE${local(14, '09:30')}`],
      lines(
        'one',
        `RECURRENCE-ID${local(7, '09:30')}`,
        `DTSTART${local(8, '12:00')}`,
        'DURATION:PT1H',
        'SUMMARY:Anders',
      ),
    );
    const { schedule } = await rig.session();
    const change = { scope: 'all', start: `${day(21)}T10:00` } as const;
    await schedule.updateEvent({ id: id(at(21, '09:30')), ...change }, asked());
    const seen = await times(name);
    expect(seen.map(([start]) => start)).toEqual([at(0, '10:00'), seen[1]?.[0], at(21, '10:00')]);
    expect(seen[1]?.[2]).toBe('Anders');
    expect(seen[0]).toEqual([at(0, '10:00'), '10:45', 'Jour fixe']);
    const changes = difference(before, (await rig.onlyHeld(name)).ics);
    expect(changes).toEqual(
      expect.arrayContaining([
        ...[`-DTSTART${local(0, '09:30')}`, `+DTSTART${local(0, '10:00')}`],
        ...[`-EXDATE${local(14, '09:30')}`, `+EXDATE${local(14, '10:00')}`],
        ...[`-RECURRENCE-ID${local(7, '09:30')}`, `+RECURRENCE-ID${local(7, '10:00')}`],
      ]),
    );
    expect(changes.filter((line) => /X-|CATEGORIES|CLASS|LOCATION|SUMMARY/u.test(line))).toEqual([]);
  });

  test('all: a new title reaches every occurrence and leaves their times alone', async () => {
    const { name, before, id } = await holding(weekly(3));
    const { schedule } = await rig.session();
    await schedule.updateEvent({ id: id(at(7, '09:30')), scope: 'all', title: 'Neu' }, asked());
    expect(await times(name)).toEqual([0, 7, 14].map((number) => [at(number, '09:30'), '10:15', 'Neu']));
    const changes = difference(before, (await rig.onlyHeld(name)).ics);
    expect(changes).toEqual(['+SUMMARY;LANGUAGE=de:Neu', '-SUMMARY;LANGUAGE=de:Jour fixe']);
  });
});
