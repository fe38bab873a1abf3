import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { calendarOffices } from '../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig, refusal } from '../support/calendar-rig.ts';
import { at, day, single } from '../support/calendar-texts.ts';

const sandboxes = calendarOffices.filter(({ sandboxed }) => sandboxed);

/** The server says it stored what it was sent, and shows something else in which a line of its own is new. */
describe.each(sandboxes)('what a server keeps in its own way, on $name', ({ open, schedules }) => {
  let rig: CalendarRig;

  beforeAll(async () => {
    rig = await openRig({ open });
  });
  afterEach(() => rig.office.sandbox.caldav.faults.clear());
  afterAll(() => rig?.close());

  const left = () => rig.office.sandbox.caldav.scheduled.length + rig.office.sandbox.smtp.accepted.length;
  const address = (user: 'alice' | 'bob') => `mailto:${rig.office.address(user)}`;

  async function meeting(host: 'alice' | 'bob', ...more: string[]) {
    const calendar = await rig.emptyCalendar();
    const guests = (['alice', 'bob'] as const).map((user) => `ATTENDEE:${address(user)}`);
    const about = ['SUMMARY:Alt', `ORGANIZER:${address(host)}`, ...guests, ...more];
    rig.office.plant?.('alice', calendar, { name: 'e.ics', ics: single(calendar, 0, '09:30', ...about) });
    const { schedule } = await rig.session();
    const { ics } = await rig.onlyHeld(calendar);
    const own = ics.replaceAll('END:VEVENT', 'X-OX-LAST-SEEN:1\r\nEND:VEVENT');
    return { calendar, own, schedule, id: `${calendar}/e`, before: left() };
  }

  /** Nothing is stored, and every look from the PUT on is answered with that text. */
  async function answeredWith<T>(body: string, change: () => Promise<T>): Promise<T> {
    const { faults, requests } = rig.office.sandbox.caldav;
    faults.plan({ method: 'PUT', path: /\.ics$/u, times: 1 }, { status: 204, headers: { ETag: '"other"' } });
    const puts = () => requests.filter(({ method }) => method === 'PUT').length;
    const earlier = puts();
    const running = change();
    running.catch(() => undefined);
    while (puts() === earlier) await new Promise((resolve) => setTimeout(resolve, 1));
    const headers = { 'Content-Type': 'text/calendar', ETag: '"other"' };
    faults.plan({ method: 'GET', path: /\.ics$/u, times: 9 }, { status: 200, headers, body });
    return await running;
  }

  test('the old text with a new line is no change: nobody hears of one', async () => {
    const { own, schedule, id, before } = await meeting('alice');
    const fields = { id, title: 'Neu', start: `${day(0)}T15:00` };
    const error = await refusal(answeredWith(own, () => schedule.updateEvent(fields, asked())));
    expect(error).toMatchObject({ code: 'unknown_outcome' });
    expect(left()).toBe(before);
  });

  test('an occurrence that stands there still is not deleted: nobody hears of it', async () => {
    const { calendar, own, schedule, before } = await meeting('alice', 'RRULE:FREQ=DAILY;COUNT=4');
    const id = idAt(await rig.seen(calendar), at(1, '09:30'));
    const change = answeredWith(own, () => schedule.deleteEvent({ id, scope: 'this' }, asked()));
    expect(await refusal(change)).toMatchObject({ code: 'unknown_outcome' });
    expect(left()).toBe(before);
  });

  test('an answer that the server keeps as none is not sent', async () => {
    const { own, schedule, id, before } = await meeting('bob');
    const change = answeredWith(own, () => schedule.respond({ id, response: 'accepted' }, asked()));
    expect(await refusal(change)).toMatchObject({ code: 'unknown_outcome' });
    expect(left()).toBe(before);
  });

  test('what is kept in part is done, and says what is not', async () => {
    const { own, schedule, id, before } = await meeting('alice');
    const fields = { id, title: 'Neu', location: 'Saal' };
    const held = own.replace('SUMMARY:Alt', 'SUMMARY:Neu');
    const done = await answeredWith(held, () => schedule.updateEvent(fields, asked()));
    expect(done).toMatchObject({ title: 'Neu', changed: ['title'] });
    expect(done).not.toHaveProperty('location');
    const detail = expect.stringContaining('location (as before)');
    expect(done.warnings).toContainEqual({ code: 'stored_otherwise', detail });
    if (schedules) return;
    expect(left()).toBe(before + 1);
    expect(rig.office.sandbox.smtp.accepted.at(-1)?.raw.toString()).not.toContain('Saal');
  });
});
