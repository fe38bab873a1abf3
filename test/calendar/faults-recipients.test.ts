import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calendarOffices } from '../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig, refusal } from '../support/calendar-rig.ts';
import { at, calendar, day, lines, local } from '../support/calendar-texts.ts';

const sandboxes = calendarOffices.filter(({ sandboxed }) => sandboxed);

/** Carol is invited to one occurrence of a series, and to no other: she too is somebody who is written to. */
describe.each(sandboxes)(
  'who is invited to a part of a series counts as invited on $name',
  ({ open, schedules }) => {
    let rig: CalendarRig;

    beforeAll(async () => {
      rig = await openRig({ open });
    });
    afterAll(() => rig?.close());

    const series = async () => {
      const place = await rig.emptyCalendar();
      const address = (user: 'alice' | 'bob' | 'carol') => rig.office.address(user);
      const people = [`ORGANIZER:mailto:${address('alice')}`, `ATTENDEE:mailto:${address('bob')}`];
      const master = lines(
        place,
        `DTSTART${local(0, '10:00')}`,
        ...['DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=4', 'SUMMARY:Reihe', ...people],
      );
      const override = lines(
        place,
        `RECURRENCE-ID${local(1, '10:00')}`,
        ...[`DTSTART${local(1, '11:00')}`, 'DURATION:PT1H', 'SUMMARY:Reihe', ...people],
        `ATTENDEE:mailto:${address('carol')}`,
      );
      const ics = calendar(master, override);
      rig.office.plant?.('alice', place, { name: 'reihe.ics', ics });
      return { place, ics };
    };
    const left = () => [
      ...rig.office.sandbox.caldav.scheduled.map(({ to }) => to),
      ...rig.office.sandbox.smtp.accepted.flatMap(({ recipients }) => recipients),
    ];

    test.each([
      ['delete_event all', 0, { scope: 'all' }],
      ['delete_event following', 0, { scope: 'following' }],
      ['delete_event following, later', 1, { scope: 'following' }],
      ['update_event all', 0, { scope: 'all', title: 'Neu' }],
      ['update_event all, without people', 0, { scope: 'all', attendees: [] }],
      ['update_event following', 1, { scope: 'following', title: 'Neu' }],
      ['update_event this, without people', 1, { scope: 'this', attendees: [] }],
    ] as const)('%s is refused when she may not be written to', async (tool, number, args) => {
      const { place, ics } = await series();
      const session = await rig.session('alice', { MAILBOX_ALLOWED_RECIPIENTS: rig.office.address('bob') });
      const { events } = await session.calendar.getEvents(
        { start: day(0), end: day(9), calendar: place },
        asked(),
      );
      const id = idAt(events, at(number, number === 1 ? '11:00' : '10:00'));
      const before = left();
      const change = tool.startsWith('delete')
        ? session.schedule.deleteEvent({ id, scope: args.scope }, asked())
        : session.schedule.updateEvent({ id, ...args }, asked());
      expect(await refusal(change)).toMatchObject({ code: 'forbidden' });
      expect(left()).toEqual(before);
      expect((await rig.onlyHeld(place)).ics).toBe(ics);
    });

    test('whoever the rest of a series was cancelled for is told, and sees no more of it than was theirs', async () => {
      const { place } = await series();
      const { calendar: reading, schedule } = await rig.session();
      const { events } = await reading.getEvents({ start: day(0), end: day(9), calendar: place }, asked());
      const before = left().length;
      const id = idAt(events, at(1, '11:00'));
      const { replySent, warnings } = await schedule.deleteEvent({ id, scope: 'following' }, asked());
      expect(replySent).toBe(schedules ? 'server' : 'mail');
      expect(warnings ?? []).toEqual([]);
      expect(left().slice(before).sort()).toEqual([rig.office.address('bob'), rig.office.address('carol')]);
      if (schedules) return;
      const [toBob, toCarol] = rig.office.sandbox.smtp.accepted.slice(-2).map(({ raw }) => raw.toString());
      expect(toBob).toContain('method=REQUEST');
      expect(toCarol).toContain('method=CANCEL');
    });

    test('a mail about a whole series does not go to who may see one occurrence; the answer says who was not told', async () => {
      const { place } = await series();
      const { schedule } = await rig.session();
      const before = left().length;
      const request = { id: `${place}/reihe`, scope: 'all', location: 'Saal' } as const;
      const { warnings = [], changed } = await schedule.updateEvent(request, asked());
      expect(changed).toEqual(['location']);
      const [bob, carol] = [rig.office.address('bob'), rig.office.address('carol')];
      expect(left().slice(before).sort()).toEqual(schedules ? [bob, carol] : [bob]);
      const untold = { code: 'not_told', detail: expect.stringContaining(carol) };
      expect(warnings).toEqual(schedules ? [] : [untold]);
    });
  },
);
