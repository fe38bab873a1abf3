import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DavFault } from '../../src/sandbox/caldav/dav-faults.ts';
import { calendarOffices } from '../support/calendar-offices.ts';
import { asked, type CalendarRig, openRig, refusal } from '../support/calendar-rig.ts';
import { at, day, linesOf, local, single } from '../support/calendar-texts.ts';

const sandboxes = calendarOffices.filter(({ sandboxed }) => sandboxed);

/** The server refused before it did anything. */
const refusals: [name: string, fault: DavFault, code: string][] = [
  ['403', { status: 403 }, 'forbidden'],
  ['413', { status: 413 }, 'invalid_input'],
  ['507', { status: 507 }, 'conflict'],
  ['a redirect', { status: 307, headers: { Location: 'http://127.0.0.1:9/x' } }, 'unavailable'],
];

/** The server refused, and wants to be left alone for a minute. */
const pauses: [name: string, fault: DavFault][] = [
  ['429', { status: 429, headers: { 'Retry-After': '60' } }],
  ['503 for a while', { status: 503, headers: { 'Retry-After': '60' } }],
];

/** Nobody can know by the answer alone. */
const doubts: [name: string, fault: DavFault][] = [
  ['drop', 'drop'],
  ['502', { status: 502 }],
];

describe.each(sandboxes)('writing to $name', ({ open, schedules }) => {
  let rig: CalendarRig;

  beforeAll(async () => {
    rig = await openRig({ open });
  });
  afterEach(() => rig.office.sandbox.caldav.faults.clear());
  afterAll(() => rig?.close());

  const plan = (method: string, fault: DavFault, times = 1) =>
    rig.office.sandbox.caldav.faults.plan({ method, times }, fault);
  const puts = () => rig.office.sandbox.caldav.requests.filter(({ method }) => method === 'PUT').length;
  const texts = async (calendar: string) => (await rig.office.held('alice', calendar)).map(({ ics }) => ics);
  const left = () => {
    const { caldav, smtp } = rig.office.sandbox;
    return caldav.scheduled.length + smtp.accepted.length;
  };
  const request = (calendar: string) => ({ title: 'Neu', start: `${day(1)}T08:00`, duration: 30, calendar });

  /** A calendar with one event, and the ways to change it. */
  const holding = async (settings: Record<string, string> = {}) => {
    const calendar = await rig.emptyCalendar();
    await rig.office.put('alice', calendar, {
      name: 'e.ics',
      ics: single(`u-${calendar}`, 0, '09:30', 'SUMMARY:Alt'),
    });
    const { schedule } = await rig.session('alice', settings);
    const id = `${calendar}/e`;
    return {
      calendar,
      ics: (await rig.onlyHeld(calendar)).ics,
      create: () => schedule.createEvent(request(calendar), asked()),
      update: () => schedule.updateEvent({ id, title: 'Geändert' }, asked()),
      remove: () => schedule.deleteEvent({ id }, asked()),
    };
  };

  test.each(refusals)(
    '%s: an error, nothing changed, asked once; the next call works',
    async (_name, fault, code) => {
      const { calendar, ics, create, update, remove } = await holding();
      const before = puts();
      for (const [method, change] of [
        ['PUT', create],
        ['PUT', update],
        ['DELETE', remove],
      ] as const) {
        plan(method, fault);
        expect(await refusal(change())).toMatchObject({ code });
        expect(await texts(calendar)).toEqual([ics]);
      }
      expect(puts() - before).toBe(2);
      expect(await update()).toMatchObject({ title: 'Geändert', changed: ['title'] });
      await create();
      await remove();
      expect(await texts(calendar)).toHaveLength(1);
    },
  );

  test.each(pauses)(
    '%s: an error, nothing changed, and until the pause is over nothing more is asked',
    async (name, fault) => {
      for (const kind of ['create', 'update', 'remove'] as const) {
        const held = await holding({ MAILBOX_NAME: `${kind} ${name}` });
        const { requests } = rig.office.sandbox.caldav;
        plan(kind === 'remove' ? 'DELETE' : 'PUT', fault);
        expect(await refusal(held[kind]())).toMatchObject({ code: 'rate_limited', retryable: true });
        const before = requests.length;
        for (const change of [held.create, held.update, held.remove]) {
          const error = await refusal(change());
          expect(error).toMatchObject({ code: 'rate_limited' });
          expect(error.hint).toMatch(/^Try again in (?:5\d|60) seconds\.$/u);
        }
        expect(requests.length).toBe(before);
        expect(await texts(held.calendar)).toEqual([held.ics]);
      }
    },
  );

  test.each(doubts)('%s: not known, said so, never tried again by itself', async (_name, fault) => {
    const { calendar, ics, create, update, remove } = await holding();
    const before = puts();
    const changes = [create, update, remove].map(async (change) => await refusal(change()));
    plan('PUT', fault, 2);
    plan('DELETE', fault);
    for (const error of await Promise.all(changes)) {
      expect(error).toMatchObject({ code: 'unknown_outcome', retryable: false });
      expect(error.hint).toMatch(/look at/iu);
    }
    expect(puts() - before).toBe(2);
    expect(await texts(calendar)).toEqual([ics]);
    expect(await update()).toMatchObject({ title: 'Geändert' });
  });

  test('500: the server says that it failed, and nothing has changed', async () => {
    const { calendar, ics, create, update, remove } = await holding();
    const changes = [create, update, remove].map(async (change) => await refusal(change()));
    plan('PUT', { status: 500 }, 2);
    plan('DELETE', { status: 500 });
    for (const error of await Promise.all(changes)) expect(error.code).toBe('unavailable');
    expect(await texts(calendar)).toEqual([ics]);
  });

  test('cut after PUT: exactly one event, and the answer is the event; the same for update and delete', async () => {
    const { calendar, create, update, remove } = await holding();
    plan('PUT', 'dropAfter');
    const created = await create();
    expect(created).toMatchObject({ title: 'Neu', start: at(1, '08:00') });
    expect(await rig.seen(calendar)).toMatchObject([{ title: 'Alt' }, { id: created.id, title: 'Neu' }]);
    plan('PUT', 'dropAfter');
    expect(await update()).toMatchObject({ title: 'Geändert', changed: ['title'] });
    expect(await rig.seen(calendar)).toMatchObject([{ title: 'Geändert' }, { title: 'Neu' }]);
    plan('DELETE', 'dropAfter');
    expect(await remove()).toMatchObject({ deleted: { id: `${calendar}/e` } });
    expect(await rig.seen(calendar)).toMatchObject([{ title: 'Neu' }]);
  });

  test('cut after PUT, then nobody answers: not known, one event, and people are not written to twice', async () => {
    const calendar = await rig.emptyCalendar();
    const { schedule } = await rig.session();
    const before = left();
    plan('PUT', 'dropAfter');
    plan('GET', 'drop', 99);
    const attendees = [rig.office.address('bob')];
    const error = await refusal(schedule.createEvent({ ...request(calendar), attendees }, asked()));
    expect(error).toMatchObject({ code: 'unknown_outcome' });
    rig.office.sandbox.caldav.faults.clear();
    expect(await texts(calendar)).toHaveLength(1);
    expect(left() - before).toBe(schedules ? 1 : 0);
  });

  test('cut after PUT with people: they hear of it once', async () => {
    const calendar = await rig.emptyCalendar();
    const { schedule } = await rig.session();
    const before = left();
    plan('PUT', 'dropAfter');
    const attendees = [rig.office.address('bob')];
    await schedule.createEvent({ ...request(calendar), attendees }, asked());
    expect(left() - before).toBe(1);
    expect(await texts(calendar)).toHaveLength(1);
  });

  test('refused by the server: nobody is written to', async () => {
    const calendar = await rig.emptyCalendar();
    const { schedule } = await rig.session();
    const before = left();
    for (const fault of [{ status: 403 }, { status: 500 }, 'drop'] satisfies DavFault[]) {
      plan('PUT', fault);
      const attendees = [rig.office.address('bob')];
      await refusal(schedule.createEvent({ ...request(calendar), attendees }, asked()));
    }
    expect(left()).toBe(before);
    expect(await texts(calendar)).toEqual([]);
  });

  test('stored, but it cannot be read back: the answer is what was stored', async () => {
    const { calendar, create } = await holding();
    plan('GET', { status: 500 }, 9);
    expect(await create()).toMatchObject({ title: 'Neu', start: at(1, '08:00') });
    rig.office.sandbox.caldav.faults.clear();
    expect(await texts(calendar)).toHaveLength(2);
  });

  test('the second half of "following" fails: the first is undone, the series is as it was', async () => {
    const calendar = await rig.emptyCalendar();
    const text = single(`s-${calendar}`, 0, '09:30', 'SUMMARY:Reihe', 'RRULE:FREQ=DAILY;COUNT=5');
    await rig.office.put('alice', calendar, { name: 's.ics', ics: text });
    const { ics } = await rig.onlyHeld(calendar);
    const { calendar: reading, schedule } = await rig.session();
    const { events } = await reading.getEvents({ start: day(0), end: day(9), calendar }, asked());
    const change = { id: events[2]?.id ?? '', scope: 'following', title: 'Anders' } as const;
    for (const [status, code] of [
      [403, 'forbidden'],
      [500, 'unavailable'],
    ] as const) {
      rig.office.sandbox.caldav.faults.plan({ method: 'PUT', path: /\/s\.ics$/u }, { status });
      expect(await refusal(schedule.updateEvent(change, asked()))).toMatchObject({ code });
      expect(await texts(calendar)).toEqual([ics]);
    }
    await schedule.updateEvent(change, asked());
    const halves = (await texts(calendar)).map(linesOf);
    expect(halves).toHaveLength(2);
    expect(
      halves
        .flat()
        .filter((line) => line.startsWith('DTSTART;TZID'))
        .sort(),
    ).toEqual([`DTSTART${local(0, '09:30')}`, `DTSTART${local(2, '09:30')}`]);
  });

  test('a PUT that hangs ends with the call; what came of it is not claimed', async () => {
    const { calendar, create, ics } = await holding();
    const { schedule } = await rig.session();
    plan('PUT', 'hang');
    const started = performance.now();
    const signal = AbortSignal.timeout(600);
    await refusal(schedule.createEvent(request(calendar), { signal, confirm: undefined }));
    expect(performance.now() - started).toBeLessThan(11_000);
    expect(await texts(calendar)).toEqual([ics]);
    await create();
    expect(await texts(calendar)).toHaveLength(2);
  });
});
