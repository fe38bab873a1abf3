import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DavFault } from '../../src/sandbox/caldav/dav-faults.ts';
import { calendarOffices } from '../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig, refusal } from '../support/calendar-rig.ts';
import { at, day, single } from '../support/calendar-texts.ts';

const sandboxes = calendarOffices.filter(({ sandboxed }) => sandboxed);
const wait = { 'Retry-After': '60' };

/** What is answered although it was done: by a gateway in front of the server, or to a request that came twice. */
const denials: [name: string, fault: { status: number; headers?: Record<string, string> }][] = [
  ['412', { status: 412 }],
  ['429 with a wait', { status: 429, headers: wait }],
  ['503 with a wait', { status: 503, headers: wait }],
  ['301', { status: 301, headers: { Location: '/x' } }],
  ['403', { status: 403 }],
];

describe.each(sandboxes)('refusals of what may have been done, on $name', ({ open }) => {
  let rig: CalendarRig;
  let settings: Record<string, string>;
  let sessions = 0;

  beforeAll(async () => {
    rig = await openRig({ open });
  });
  // A pause the server asks for ends with the session.
  beforeEach(() => {
    rig.office.sandbox.caldav.faults.clear();
    settings = { MAILBOX_NAME: `session ${++sessions}` };
  });
  afterAll(() => rig?.close());

  const plan = (method: string, fault: DavFault, path = /\.ics$/u, times = 1) =>
    rig.office.sandbox.caldav.faults.plan({ method, path, times }, fault);
  const titles = async (calendar: string) => (await rig.seen(calendar)).map(({ title }) => title).sort();

  test.each(denials)('done and answered %s: done', async (_name, fault) => {
    const calendar = await rig.emptyCalendar();
    const { schedule } = await rig.session('alice', settings);
    const request = { title: 'Neu', start: `${day(1)}T08:00`, duration: 30, calendar };
    plan('PUT', { ...fault, isDone: true });
    const { id } = await schedule.createEvent(request, asked());
    expect(await titles(calendar)).toEqual(['Neu']);
    if (fault.headers) return;
    plan('PUT', { ...fault, isDone: true });
    expect(await schedule.updateEvent({ id, title: 'Anders' }, asked())).toMatchObject({ title: 'Anders' });
    plan('DELETE', { ...fault, isDone: true });
    expect(await schedule.deleteEvent({ id }, asked())).toMatchObject({ deleted: { id } });
    expect(await titles(calendar)).toEqual([]);
  });

  test.each(denials.slice(0, 4))(
    'answered %s, and it cannot be looked after: not known',
    async (_name, fault) => {
      const calendar = await rig.emptyCalendar();
      const { schedule } = await rig.session('alice', settings);
      plan('PUT', { ...fault, isDone: true });
      plan('GET', { status: 500 }, /\.ics$/u, 9);
      const request = { title: 'Neu', start: `${day(1)}T08:00`, duration: 30, calendar };
      expect(await refusal(schedule.createEvent(request, asked()))).toMatchObject({
        ...{ code: 'unknown_outcome', retryable: false },
      });
      expect(await titles(calendar)).toEqual(['Neu']);
    },
  );

  async function series() {
    const calendar = await rig.emptyCalendar();
    const text = single(calendar, 0, '09:30', 'SUMMARY:Reihe', 'RRULE:FREQ=DAILY;COUNT=4');
    await rig.office.put('alice', calendar, { name: 's.ics', ics: text });
    const { ics } = await rig.onlyHeld(calendar);
    return { calendar, ics, id: idAt(await rig.seen(calendar), at(2, '09:30')) };
  }

  test.each([429, 503])(
    'the cut of a series answered %i with a wait: the new half is taken out again',
    async (status) => {
      const { calendar, ics, id } = await series();
      const { schedule } = await rig.session('alice', settings);
      plan('PUT', { status, headers: wait }, /\/s\.ics$/u);
      const change = schedule.updateEvent({ id, scope: 'following', title: 'Neu' }, asked());
      const error = await refusal(change);
      expect(error).toMatchObject({ code: 'rate_limited', hint: 'Try again in 60 seconds.' });
      expect((await rig.onlyHeld(calendar)).ics).toBe(ics);
    },
  );

  test('whatever our own limit leaves: a series is cut in two, or stays whole', async () => {
    const outcomes: string[] = [];
    for (const looks of [4, 5, 6, 7, 8]) {
      const { calendar, id } = await series();
      const own = { MAILBOX_NAME: `${settings.MAILBOX_NAME} ${looks}`, MAILBOX_RATE_LIMIT: '1' };
      const { calendar: reading, schedule } = await rig.session('alice', own);
      const window = { start: day(0), end: day(1), calendar };
      for (let look = 0; look < looks; look++)
        await reading.getEvents(window, asked()).catch(() => 'limited');
      const change = schedule.updateEvent({ id, scope: 'following', title: 'Neu' }, asked());
      const outcome = await change.then(
        () => 'cut',
        ({ code }) => code,
      );
      outcomes.push(outcome);
      const held = await titles(calendar);
      const both = ['Neu', 'Neu', 'Reihe', 'Reihe'];
      expect(held).toEqual(outcome === 'cut' ? both : ['Reihe', 'Reihe', 'Reihe', 'Reihe']);
    }
    expect(new Set(outcomes)).toEqual(new Set(['cut', 'rate_limited']));
  });
});
