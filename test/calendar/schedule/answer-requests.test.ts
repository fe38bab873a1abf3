import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InvitationAnswer } from '../../../src/domain/calendar-port.ts';
import { Meetings } from '../../support/calendar-meetings.ts';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, eventsOf, openRig } from '../../support/calendar-rig.ts';
import { day } from '../../support/calendar-texts.ts';

const sandboxes = calendarOffices.filter(({ sandboxed }) => sandboxed);

describe.each(sandboxes)('requests of an answer on $name', ({ open, schedules }) => {
  let rig: CalendarRig;
  let meetings: Meetings;
  let another: string;

  beforeAll(async () => {
    rig = await openRig({ open });
    meetings = new Meetings(rig, schedules);
    another = await rig.emptyCalendar('bob');
    await rig.emptyCalendar('bob');
  });
  afterAll(() => rig?.close());

  async function seen(wanted: string) {
    const { calendar } = await rig.session('bob');
    const events = eventsOf(await calendar.getEvents({ start: day(0), end: day(60) }, asked()));
    return events.filter(({ title }) => title === wanted);
  }

  async function methodsOf(request: InvitationAnswer): Promise<string> {
    const { schedule } = await rig.session('bob');
    const { requests } = rig.office.sandbox.caldav;
    const before = requests.length;
    await schedule.respond(request, asked());
    const methods = requests.slice(before).map(({ method }) => method);
    return methods.join(' ');
  }

  test('by the mail alone, by the mail once it is stored, by the event: four at most', async () => {
    const emailId = await meetings.mailedByStranger('Von draußen', 'stranger-1');
    await seen('Von draußen');
    const first = await methodsOf({ emailId, response: 'accepted' });
    expect(first).toMatch(/ PUT GET$/u);
    expect(first.split(' ').length, first).toBeLessThanOrEqual(4);
    const again = await methodsOf({ emailId, response: 'declined' });
    expect(again).toMatch(/ PUT GET$/u);
    expect(again.split(' ').length, again).toBeLessThanOrEqual(4);
    const [event] = await seen('Von draußen');
    expect(event).toMatchObject({ myStatus: 'declined' });
    expect(await methodsOf({ id: event?.id ?? '', response: 'accepted' })).toBe('GET PUT GET');
    expect(await methodsOf({ emailId, response: 'declined' })).toBe('GET PUT GET');
    expect(await seen('Von draußen')).toMatchObject([{ myStatus: 'declined' }]);
  });

  test('an event in another calendar than the default one is answered there', async () => {
    const emailId = await meetings.mailedByStranger('Anderswo', 'stranger-2');
    const { schedule } = await rig.session('bob');
    await schedule.respond({ emailId, response: 'tentative' }, asked());
    const [stored] = (await rig.office.held('bob', rig.office.inbox)).filter(({ ics }) =>
      ics.includes('UID:stranger-2'),
    );
    if (!stored) throw new Error('It is not stored.');
    await rig.office.remove('bob', rig.office.inbox, stored.name);
    await rig.office.put('bob', another, { ...stored, name: 'moved.ics' });
    const answer = await schedule.respond({ emailId, response: 'accepted' }, asked());
    expect(answer).toMatchObject({ calendar: another, myStatus: 'accepted' });
    expect(await rig.office.held('bob', another)).toHaveLength(1);
    expect(await seen('Anderswo')).toMatchObject([{ calendar: another, myStatus: 'accepted' }]);
  });

  test('another event under the name looked at first is left alone', async () => {
    const other = await meetings.mailedByStranger('Der andere', 'stranger-3');
    const { schedule } = await rig.session('bob');
    await schedule.respond({ emailId: other, response: 'accepted' }, asked());
    const [stored] = (await rig.office.held('bob', rig.office.inbox)).filter(({ ics }) =>
      ics.includes('UID:stranger-3'),
    );
    if (!stored) throw new Error('It is not stored.');
    await seen('Der andere');
    const foreign = stored.ics.replace('UID:stranger-3', 'UID:somebody').replace('Der andere', 'Ein fremder');
    await rig.office.remove('bob', rig.office.inbox, stored.name);
    await rig.office.put('bob', rig.office.inbox, { ...stored, ics: foreign });
    const answer = await schedule
      .respond({ emailId: other, response: 'declined' }, asked())
      .catch(() => undefined);
    expect(answer?.title).not.toBe('Ein fremder');
    expect(await seen('Ein fremder')).toMatchObject([{ myStatus: 'accepted' }]);
  });

  if (schedules) {
    test('an invitation the server stored a moment ago is found by one request', async () => {
      const meeting = await meetings.called('Frisch');
      const emailId = await meetings.mailedByStranger(meeting.title, meeting.uid);
      expect(await methodsOf({ emailId, response: 'accepted' })).toBe('GET PUT GET');
      expect(await seen('Frisch')).toMatchObject([{ myStatus: 'accepted' }]);
    });
  }
});
