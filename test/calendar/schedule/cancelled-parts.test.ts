import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig, refusal } from '../../support/calendar-rig.ts';
import { at, calendar, day, lines, local } from '../../support/calendar-texts.ts';

const cancelled = 'STATUS:CANCELLED';

type Host = 'alice' | 'bob';

/** The id of an occurrence may name a series: what holds for that one says nothing of the others. */
describe.each(calendarOffices)(
  'a series with a part that is off, on $name',
  ({ open, schedules, sandboxed }) => {
    let rig: CalendarRig;

    beforeAll(async () => {
      rig = await openRig({ open });
    });
    afterAll(() => rig?.close());

    const address = (user: Host) => `mailto:${rig.office.address(user)}`;

    const organizer = (host: Host) => `ORGANIZER:${address(host)}`;
    const people = (host: Host) => [
      organizer(host),
      ...(['alice', 'bob'] as const).map((user) => `ATTENDEE;PARTSTAT=ACCEPTED:${address(user)}`),
    ];

    /** Daily from day 0 on; day 1 has lines of its own. */
    async function series(everywhere: string[], single: string[], settings = {}) {
      const place = await rig.emptyCalendar();
      const head = ['DURATION:PT1H', `SUMMARY:${place}`];
      const master = [`DTSTART${local(0, '10:00')}`, 'RRULE:FREQ=DAILY;COUNT=3', ...head];
      const own = [`RECURRENCE-ID${local(1, '10:00')}`, `DTSTART${local(1, '10:00')}`, ...head];
      const ics = calendar(lines(place, ...master, ...everywhere), lines(place, ...own, ...single));
      await rig.office.put('alice', place, { name: 'one.ics', ics });
      const session = await rig.session('alice', settings);
      const window = { start: day(0), end: day(5), calendar: place };
      const { events } = await session.calendar.getEvents(window, asked());
      return { place, schedule: session.schedule, id: idAt(events, at(1, '10:00')) };
    }

    const toldBy = () => ({
      mails: rig.office.sandbox.smtp.accepted.length,
      server: rig.office.sandbox.caldav.scheduled.length,
    });

    test.each(['this', 'following', 'all'] as const)(
      'forbidden mail: delete_event %s changes nothing',
      async (scope) => {
        const settings = { MAILBOX_SEND: 'drafts-only' };
        // Of one occurrence that is off nobody need be told, and where we write the mails nobody is.
        if (scope === 'this' && !schedules) return;
        const { place, schedule, id } = await series(
          people('alice'),
          [...people('alice'), cancelled],
          settings,
        );
        const { ics } = await rig.onlyHeld(place);
        expect(await refusal(schedule.deleteEvent({ id, scope }, asked()))).toMatchObject({
          code: 'forbidden',
        });
        expect((await rig.onlyHeld(place)).ics).toBe(ics);
      },
    );

    test('forbidden mail: a series that is off as a whole stays, where its server would tell of it', async () => {
      const settings = { MAILBOX_SEND: 'drafts-only' };
      const off = [...people('alice'), cancelled];
      const { place, schedule, id } = await series(off, off, settings);
      const change = schedule.deleteEvent({ id, scope: 'all' }, asked());
      if (schedules) expect(await refusal(change)).toMatchObject({ code: 'forbidden' });
      else expect((await change).replySent).toBeUndefined();
      expect(await rig.office.held('alice', place)).toHaveLength(schedules ? 1 : 0);
    });

    test('the organizer cancels the whole series, and who is invited is told', async () => {
      const { place, schedule, id } = await series(people('alice'), [...people('alice'), cancelled]);
      const before = toldBy();
      const { replySent } = await schedule.deleteEvent({ id, scope: 'all' }, asked());
      expect(replySent).toBe(schedules ? 'server' : 'mail');
      expect(await rig.office.held('alice', place)).toEqual([]);
      expect(toldBy().mails - before.mails).toBe(schedules ? 0 : 1);
      if (schedules && sandboxed) expect(toldBy().server - before.server).toBe(1);
    });

    test.each([
      ['off', () => [...people('bob'), cancelled]],
      ['declined', () => [organizer('bob'), `ATTENDEE;PARTSTAT=DECLINED:${address('alice')}`]],
      ['without people', () => [organizer('bob')]],
    ])(
      'an invitation with one occurrence %s is declined as a whole, and the organizer told',
      async (_name, single) => {
        const { place, schedule, id } = await series(people('bob'), single());
        const before = toldBy();
        const answer = await schedule.deleteEvent({ id, scope: 'all' }, asked());
        expect(answer).toMatchObject({ declined: true, replySent: schedules ? 'server' : 'mail' });
        expect(await rig.office.held('alice', place)).toEqual([]);
        expect(toldBy().mails - before.mails).toBe(schedules ? 0 : 1);
        if (schedules && sandboxed) expect(toldBy().server - before.server).toBeGreaterThan(0);
      },
    );

    test("somebody else's series is not changed by way of an occurrence that nobody is invited to", async () => {
      const { place, schedule, id } = await series(people('bob'), [organizer('bob')]);
      const { ics } = await rig.onlyHeld(place);
      const change = schedule.updateEvent({ id, scope: 'all', title: 'Meins' }, asked());
      expect(await refusal(change)).toMatchObject({ code: 'forbidden' });
      expect((await rig.onlyHeld(place)).ics).toBe(ics);
    });
  },
);
