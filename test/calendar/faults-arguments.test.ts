import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventFields } from '../../src/domain/calendar-port.ts';
import { createEvent } from '../../src/tools/calendar/create-event.ts';
import { calendarOffices } from '../support/calendar-offices.ts';
import { asked, type CalendarRig, openRig } from '../support/calendar-rig.ts';
import { day, linesOf, single } from '../support/calendar-texts.ts';

const sandboxes = calendarOffices.filter(({ sandboxed }) => sandboxed);
const breaks = [
  '\r\n',
  '\n',
  '\r',
  '\u0000',
  '\u2028',
  '\u2029',
  '\u0085',
  '\u000B',
  '\u001F',
  '\\n',
  '\u202E',
  '\uFEFF',
];
const smuggled = ['ATTENDEE:mailto:eve@evil.test', 'END:VEVENT', 'X-EVIL:1', ' folded', 'METHOD:REQUEST'];
const dirt = breaks.map(
  (sign, index) =>
    `a${sign}${smuggled[index % smuggled.length]}${sign}${smuggled[(index + 2) % smuggled.length]}`,
);

/** What an event of ours may consist of. */
const known =
  /^(?:BEGIN|END|VERSION|PRODID|CALSCALE|UID|DTSTAMP|CREATED|LAST-MODIFIED|SEQUENCE|DTSTART|DTEND|DURATION|SUMMARY|LOCATION|DESCRIPTION|URL|TRANSP|CLASS|STATUS|RRULE|ACTION|TRIGGER|TZID|TZOFFSETFROM|TZOFFSETTO|TZNAME|X-LIC-LOCATION|RDATE|ORGANIZER|ATTENDEE)[;:]/u;

const textFields = ['title', 'location', 'description', 'url'] as const;
const exactFields = ['start', 'end', 'timezone', 'recurrence'] as const;

describe.each(sandboxes)('control characters in arguments on $name', ({ open }) => {
  let rig: CalendarRig;

  beforeAll(async () => {
    rig = await openRig({ open });
  });
  afterAll(() => rig?.close());

  /** As the tool takes it: whatever its schema refuses does not reach the service. */
  const request = (calendar: string, fields: object) => ({
    ...{ title: 'Rein', start: `${day(0)}T10:00`, end: `${day(0)}T11:00`, calendar },
    ...fields,
  });

  /** Runs them all; those that are not refused are stored. How many were? */
  async function storedOf(changes: readonly (() => Promise<unknown>)[]): Promise<number> {
    const done = await Promise.allSettled(changes.map((change) => change()));
    for (const result of done) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'invalid_input' });
    }
    return done.filter(({ status }) => status === 'fulfilled').length;
  }

  function expectOnlyMeant(ics: string, attendees: RegExp = /mailto:(?:alice|bob)@rig\.test$/u): void {
    const lines = linesOf(ics);
    expect(lines.filter((line) => !known.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('BEGIN:VEVENT'))).toHaveLength(1);
    expect(lines.filter((line) => /^(?:ATTENDEE|ORGANIZER)/u.test(line) && !attendees.test(line))).toEqual(
      [],
    );
    expect(lines.filter((line) => /^METHOD|^X-EVIL/u.test(line))).toEqual([]);
    expect(ics.replace(/\r\n/gu, '')).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  }

  test.each(textFields)(
    '%s: no line that was not meant, in a new event and in a changed one',
    async (field) => {
      const { schedule } = await rig.session();
      const [made, changed] = [await rig.emptyCalendar(), await rig.emptyCalendar()];
      const created = await storedOf(
        dirt.map((value) => () => schedule.createEvent(request(made, { [field]: value }), asked())),
      );
      const texts = await rig.office.held('alice', made);
      expect(texts).toHaveLength(created);
      for (const { ics } of texts) expectOnlyMeant(ics);

      await rig.office.put('alice', changed, { name: 'e.ics', ics: single(`u-${field}-${changed}`, 0) });
      for (const value of dirt) {
        await storedOf([() => schedule.updateEvent({ id: `${changed}/e`, [field]: value }, asked())]);
        expectOnlyMeant((await rig.onlyHeld(changed)).ics);
      }
    },
  );

  test.each(exactFields)('%s with anything but itself in it is refused', async (field) => {
    const { schedule } = await rig.session();
    const place = await rig.emptyCalendar();
    const genuine = { timezone: 'Europe/Berlin', recurrence: 'FREQ=DAILY;COUNT=2', end: `${day(0)}T11:00` };
    const base = field === 'start' ? `${day(0)}T10:00` : genuine[field];
    const changes = dirt.map((value) => async () => {
      const fields: EventFields = { [field]: `${base}${value.slice(1)}` };
      await schedule.createEvent(request(place, fields), asked());
    });
    expect(await storedOf(changes)).toBe(0);
    expect(await rig.office.held('alice', place)).toEqual([]);
  });

  test('attendees with anything but one address are refused; nothing is stored and nobody invited', async () => {
    const { schedule } = await rig.session();
    const place = await rig.emptyCalendar();
    const { caldav, smtp } = rig.office.sandbox;
    const before = caldav.scheduled.length + smtp.accepted.length;
    const bad = [
      ...dirt
        .filter((text) => /\p{Cc}/u.test(text))
        .flatMap((text) => [`bob@rig.test${text.slice(1)}`, `${text} <bob@rig.test>`]),
      ...['bob@rig.test, eve@evil.test', 'bob@rig.test;eve@evil.test', 'Bob', '@rig.test', 'bob@', '', ' '],
      ...['mailto:bob@rig.test?cc=eve@evil.test', 'bob@rig.test?cc=eve@evil.test'],
      ...['bob@rig.test:ATTENDEE:mailto:eve@evil.test', '<bob@rig.test> <eve@evil.test>'],
      ...['bob@rig.test\u2028ATTENDEE:mailto:eve@evil.test', 'a\u2028END:VEVENT <bob@rig.test>'],
      ...['g: bob@rig.test, eve@evil.test;', '"a@b" <bob@rig.test>, eve@evil.test'],
    ];
    const taken: string[] = [];
    for (const attendee of bad) {
      const change = () => schedule.createEvent(request(place, { attendees: [attendee] }), asked());
      if ((await storedOf([change])) > 0) taken.push(attendee);
    }
    expect(taken).toEqual([]);
    expect(await rig.office.held('alice', place)).toEqual([]);
    expect(caldav.scheduled.length + smtp.accepted.length).toBe(before);
  });

  test('names of attendees cannot leave their quotes', async () => {
    const { schedule } = await rig.session();
    const place = await rig.emptyCalendar();
    const names = [
      'B";ROLE=CHAIR;X="',
      'B:mailto:eve@evil.test',
      "B^n^'",
      'B\\',
      'Müller, Böb; "x"',
      '\u202EboB',
    ];
    for (const name of names) {
      const attendees = [`"${name.replace(/["\\]/gu, '\\$&')}" <bob@rig.test>`];
      await storedOf([() => schedule.createEvent(request(place, { attendees }), asked())]);
    }
    const texts = await rig.office.held('alice', place);
    expect(texts.length).toBeGreaterThan(0);
    for (const { ics } of texts) {
      expectOnlyMeant(ics);
      const people = linesOf(ics).filter((line) => line.startsWith('ATTENDEE'));
      expect(people.map((line) => line.replace(/"[^"]*"/gu, ''))).toEqual([
        expect.not.stringMatching(/ROLE|X=|evil/u),
      ]);
    }
  });
});

test('the schema takes no more than a person would say', () => {
  const base = { title: 'x', start: '2027-01-01' };
  const tooMuch = [
    ...[{ title: 'x'.repeat(501) }, { location: 'x'.repeat(1_001) }, { description: 'x'.repeat(50_001) }],
    ...[
      { attendees: Array(101).fill('a@b.test') },
      { attendees: ['x'.repeat(401)] },
      { url: 'x'.repeat(2_001) },
    ],
    ...[
      { reminders: Array(11).fill(1) },
      { duration: -1 },
      { duration: 1.5 },
      { nonsense: 1 },
      { start: '' },
    ],
  ];
  for (const fields of tooMuch)
    expect(createEvent.input.safeParse({ ...base, ...fields }).success).toBe(false);
  expect(createEvent.input.safeParse(base).success).toBe(true);
});
