import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { InvitationAnswer } from '../../../src/domain/calendar-port.ts';
import { Meetings } from '../../support/calendar-meetings.ts';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig, refusal } from '../../support/calendar-rig.ts';
import { at, single } from '../../support/calendar-texts.ts';

const sandboxes = calendarOffices.filter(({ sandboxed }) => sandboxed);

describe.each(sandboxes)('several changes at once on $name', ({ open, schedules }) => {
  let rig: CalendarRig;

  beforeAll(async () => {
    rig = await openRig({ open });
  });
  afterEach(() => rig.office.sandbox.caldav.faults.clear());
  afterAll(() => rig?.close());

  async function series() {
    const calendar = await rig.emptyCalendar();
    const ics = single(`s-${calendar}`, 0, '09:30', 'SUMMARY:Reihe', 'RRULE:FREQ=DAILY;COUNT=9');
    await rig.office.put('alice', calendar, { name: 's.ics', ics });
    const seen = await rig.seen(calendar);
    const { schedule } = await rig.session();
    return { calendar, schedule, id: (number: number) => idAt(seen, at(number, '09:30')) };
  }
  const faults = () => rig.office.sandbox.caldav.faults;

  test('those of one process do not get into each other’s way: each is made, and none made twice', async () => {
    const { calendar, schedule, id } = await series();
    const { requests } = rig.office.sandbox.caldav;
    const before = requests.length;
    const changes = [0, 1, 2, 3, 4, 5].map((number) =>
      schedule.updateEvent({ id: id(number), scope: 'this', title: `T${number}` }, asked()),
    );
    const gone = [6, 7].map((number) => schedule.deleteEvent({ id: id(number), scope: 'this' }, asked()));
    await Promise.all([...changes, ...gone]);
    const titles = (await rig.seen(calendar)).map(({ title }) => title);
    expect(titles).toEqual(['T0', 'T1', 'T2', 'T3', 'T4', 'T5', 'Reihe']);
    expect(requests.slice(before).filter(({ method }) => method === 'PUT')).toHaveLength(8);
  });

  test.each([
    ['a change', { title: 'Meins' }],
    ['a deletion', { deleted: 'this' }],
  ] as const)('%s that is overtaken a second time is a conflict with both versions', async (_, yours) => {
    const { schedule } = await rig.session('alice', { MAILBOX_SEND: 'confirm' });
    const calendar = await rig.emptyCalendar();
    const people = ['ORGANIZER:mailto:alice@rig.test', 'ATTENDEE:mailto:bob@rig.test'];
    const rule = ['SUMMARY:Reihe', 'LOCATION:Raum 1', 'RRULE:FREQ=DAILY;COUNT=9'];
    const ics = single(`s-${calendar}`, 0, '09:30', ...rule, ...people);
    await rig.office.put('alice', calendar, { name: 's.ics', ics });
    const id = idAt(await rig.seen(calendar), at(3, '09:30'));
    const confirm = async () => {
      const { ics: held } = await rig.onlyHeld(calendar);
      const changed = held.replace('SUMMARY:Reihe', 'SUMMARY:Reihe\r\nPRIORITY:3');
      await rig.office.put('alice', calendar, { name: 's.ics', ics: changed });
      faults().plan({ method: 'PUT', times: 2 }, { status: 412 });
      return true;
    };
    const request = { id, scope: 'this' } as const;
    const context = { ...asked(), confirm };
    const change =
      'title' in yours
        ? schedule.updateEvent({ ...request, ...yours }, context)
        : schedule.deleteEvent(request, context);
    const current = { title: 'Reihe', start: at(3, '09:30') };
    expect(await refusal(change)).toMatchObject({ code: 'conflict', versions: { yours, current } });
    expect((await rig.seen(calendar)).map(({ title }) => title)).toEqual(Array(9).fill('Reihe'));
  });

  test('the same answer twice at once, by mail or by id, is given once and told once', async () => {
    const meetings = new Meetings(rig, schedules);
    const { schedule } = await rig.session('bob');
    const title = 'Zugleich';
    const emailId = await meetings.mailedByStranger(title, `at-once-${schedules}`);
    const { accepted } = rig.office.sandbox.smtp;
    const answered = async (requests: Pick<InvitationAnswer, 'id' | 'emailId' | 'response'>[]) => {
      const before = accepted.length;
      const told = await Promise.all(requests.map((request) => schedule.respond(request, asked())));
      expect(accepted.length - before).toBe(schedules ? 0 : 1);
      return told.map(({ replySent, warnings = [] }) => [replySent, ...warnings.map(({ code }) => code)]);
    };
    const once = [[schedules ? 'server' : 'mail'], ['none', 'already_answered']];
    const byMail = { emailId, response: 'accepted' } as const;
    expect(await answered([byMail, byMail])).toEqual(once);
    const [event] = await meetings.inInbox(title);
    const response = 'tentative';
    expect(
      await answered([
        { id: event?.id, response },
        { emailId, response },
      ]),
    ).toEqual(once);
    expect(await meetings.inInbox(title)).toMatchObject([{ myStatus: 'tentative' }]);
  });
});
