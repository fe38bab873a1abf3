import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DavFault } from '../../src/sandbox/caldav/dav-faults.ts';
import { calendarOffices } from '../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig, refusal } from '../support/calendar-rig.ts';
import { at, day, single } from '../support/calendar-texts.ts';

const sandboxes = calendarOffices.filter(({ sandboxed }) => sandboxed);

/** What a server says is one thing, and what it then shows another. */
describe.each(sandboxes)('successes that are none, on $name', ({ open }) => {
  let rig: CalendarRig;

  beforeAll(async () => {
    rig = await openRig({ open });
  });
  afterEach(() => rig.office.sandbox.caldav.faults.clear());
  afterAll(() => rig?.close());

  const plan = (method: string, fault: DavFault, path = /\.ics$/u, times = 1) =>
    rig.office.sandbox.caldav.faults.plan({ method, path, times }, fault);
  const left = () => {
    const { caldav, smtp } = rig.office.sandbox;
    return caldav.scheduled.length + smtp.accepted.length;
  };
  const address = (user: 'alice' | 'bob') => `mailto:${rig.office.address(user)}`;

  async function meeting(host: 'alice' | 'bob' = 'alice') {
    const calendar = await rig.emptyCalendar();
    const guests = (['alice', 'bob'] as const).map((user) => `ATTENDEE:${address(user)}`);
    const about = ['SUMMARY:Alt', `ORGANIZER:${address(host)}`, ...guests];
    rig.office.plant?.('alice', calendar, { name: 'e.ics', ics: single(calendar, 0, '09:30', ...about) });
    const { schedule } = await rig.session();
    const { ics } = await rig.onlyHeld(calendar);
    return { calendar, ics, schedule, id: `${calendar}/e`, before: left() };
  }
  const stored = { status: 201, headers: { ETag: '"other"' } };
  const changed = { status: 204, headers: { ETag: '"other"' } };

  test('PUT 201 and nothing stored: not known, and nobody is invited', async () => {
    const calendar = await rig.emptyCalendar();
    const { schedule } = await rig.session();
    const before = left();
    plan('PUT', stored);
    const fields = { title: 'Neu', start: `${day(1)}T08:00`, duration: 30, calendar };
    const attendees = [rig.office.address('bob')];
    const error = await refusal(schedule.createEvent({ ...fields, attendees }, asked()));
    expect(error).toMatchObject({ code: 'unknown_outcome', retryable: false });
    expect(error.message).toMatch(/does not show it/u);
    expect(left()).toBe(before);
    expect(await rig.office.held('alice', calendar)).toEqual([]);
  });

  test.each([
    ['204 with another ETag', changed],
    ['204 without one', { status: 204 }],
    ['200 with a login page', { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>' }],
  ])('PUT %s and nothing changed: not known, and nobody hears of it', async (_name, fault) => {
    const { calendar, ics, schedule, id, before } = await meeting();
    plan('PUT', fault);
    const error = await refusal(schedule.updateEvent({ id, title: 'Neu', location: 'Saal' }, asked()));
    expect(error).toMatchObject({ code: 'unknown_outcome' });
    expect(left()).toBe(before);
    expect((await rig.onlyHeld(calendar)).ics).toBe(ics);
    expect(await schedule.updateEvent({ id, title: 'Neu' }, asked())).toMatchObject({ title: 'Neu' });
  });

  test('an answer that was not stored is not sent', async () => {
    const { calendar, ics, schedule, id, before } = await meeting('bob');
    plan('PUT', changed);
    const error = await refusal(schedule.respond({ id, response: 'accepted' }, asked()));
    expect(error).toMatchObject({ code: 'unknown_outcome' });
    expect(left()).toBe(before);
    expect((await rig.onlyHeld(calendar)).ics).toBe(ics);
  });

  test.each([204, 404])(
    'DELETE %i and nothing deleted: not known, and nobody hears of it',
    async (status) => {
      const { calendar, ics, schedule, id, before } = await meeting();
      plan('DELETE', { status });
      expect(await refusal(schedule.deleteEvent({ id }, asked()))).toMatchObject({ code: 'unknown_outcome' });
      expect(left()).toBe(before);
      expect((await rig.onlyHeld(calendar)).ics).toBe(ics);
    },
  );

  test('a series is not cut before its new half is seen to stand there', async () => {
    const calendar = await rig.emptyCalendar();
    const text = single(calendar, 0, '09:30', 'SUMMARY:Reihe', 'RRULE:FREQ=DAILY;COUNT=4');
    await rig.office.put('alice', calendar, { name: 's.ics', ics: text });
    const { ics } = await rig.onlyHeld(calendar);
    const { schedule } = await rig.session();
    const id = idAt(await rig.seen(calendar), at(2, '09:30'));
    plan('PUT', stored, /(?<!\/s)\.ics$/u);
    const change = schedule.updateEvent({ id, scope: 'following', title: 'Neu' }, asked());
    expect(await refusal(change)).toMatchObject({ code: 'unknown_outcome' });
    expect((await rig.onlyHeld(calendar)).ics).toBe(ics);
  });

  /** A change during which the next look is answered by `fault`, once it is stored. */
  async function lookedAt(answers: (ics: string) => DavFault, times = 1) {
    const { calendar, schedule, id } = await meeting();
    const { requests } = rig.office.sandbox.caldav;
    const { ics } = await rig.onlyHeld(calendar);
    const puts = () => requests.filter(({ method }) => method === 'PUT').length;
    const earlier = puts();
    const change = schedule.updateEvent({ id, title: 'Neu' }, asked());
    while (puts() === earlier) await new Promise((resolve) => setTimeout(resolve, 1));
    plan('GET', answers(ics), undefined, times);
    return { change };
  }

  test('what is shown a second later counts as stored', async () => {
    const old = (body: string) => ({ status: 200, headers: { 'Content-Type': 'text/calendar' }, body });
    const { change } = await lookedAt(old);
    await expect(change).resolves.toMatchObject({ title: 'Neu', changed: ['title'] });
  });

  test('a change that is not found for a second counts as stored', async () => {
    const { change } = await lookedAt(() => ({ status: 404 }));
    await expect(change).resolves.toMatchObject({ title: 'Neu' });
  });

  test('what is gone after it was changed was deleted by somebody: said so', async () => {
    const { change } = await lookedAt(() => ({ status: 404 }), 9);
    const error = await refusal(change);
    expect(error).toMatchObject({ code: 'conflict' });
    expect(error.message).toMatch(/deleted/u);
  });
});
