import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, openRig, refusal } from '../../support/calendar-rig.ts';
import { at, day, single } from '../../support/calendar-texts.ts';

const sandboxes = calendarOffices.filter(({ sandboxed }) => sandboxed);

describe.each(sandboxes)('cutting a series in two on $name', ({ open }) => {
  let rig: CalendarRig;

  beforeAll(async () => {
    rig = await openRig({ open });
  });
  afterEach(() => rig.office.sandbox.caldav.faults.clear());
  afterAll(() => rig?.close());

  /** A daily series of which the third occurrence and the following are to move, by a session that has read it. */
  async function series() {
    const calendar = await rig.emptyCalendar();
    const ics = single(`s-${calendar}`, 0, '09:30', 'SUMMARY:Reihe', 'RRULE:FREQ=DAILY;COUNT=5');
    await rig.office.put('alice', calendar, { name: 's.ics', ics });
    const { ics: before } = await rig.onlyHeld(calendar);
    const session = await rig.session('alice', { MAILBOX_CALENDARS: calendar });
    await session.calendar.getEvents({ start: day(0), end: day(1) }, asked());
    const change = {
      id: `${calendar}/s@${at(2, '09:30')}`,
      scope: 'following',
      start: `${day(2)}T14:00`,
    } as const;
    const move = () => session.schedule.updateEvent(change, asked());
    return { calendar, before, move };
  }
  const faults = () => rig.office.sandbox.caldav.faults;

  test('the answer is the later half as the server holds it, and both halves are known afterwards', async () => {
    const { calendar, move } = await series();
    const moved = await move();
    expect(moved).toMatchObject({ start: at(2, '14:00'), recurring: true, changed: ['start', 'end'] });
    expect(moved.conflicts ?? []).toEqual([]);
    const { requests } = rig.office.sandbox.caldav;
    const before = requests.length;
    const { calendar: reading } = await rig.session('alice', { MAILBOX_CALENDARS: calendar });
    const { events } = await reading.getEvents({ start: day(0), end: day(9) }, asked());
    expect(events.map(({ start }) => start)).toEqual([
      ...[0, 1].map((number) => at(number, '09:30')),
      ...[2, 3, 4].map((number) => at(number, '14:00')),
    ]);
    expect(
      requests
        .slice(before)
        .map(({ method }) => method)
        .sort(),
    ).toEqual(['PROPFIND', 'REPORT']);
  });

  test('changed meanwhile: nothing of the later half stays', async () => {
    const { calendar, before, move } = await series();
    faults().plan({ method: 'PUT', path: /\/s\.ics$/u, times: 9 }, { status: 412 });
    expect(await refusal(move())).toMatchObject({ code: 'conflict' });
    expect((await rig.onlyHeld(calendar)).ics).toBe(before);
  });

  test('refused, and the later half cannot be taken out again: said so, and not called refused', async () => {
    const { calendar, move } = await series();
    faults().plan({ method: 'PUT', path: /\/s\.ics$/u }, { status: 403 });
    faults().plan({ method: 'DELETE' }, { status: 403 });
    const error = await refusal(move());
    expect(error).toMatchObject({ code: 'unknown_outcome' });
    expect(`${error.message} ${error.hint}`).toMatch(/both may be shown/iu);
    expect(await rig.office.held('alice', calendar)).toHaveLength(2);
  });

  test('both stored, but they cannot be read back: the answer is what was stored', async () => {
    const { calendar, move } = await series();
    faults().plan({ method: 'GET', path: /(?<!\/s)\.ics$/u, times: 9 }, { status: 503 });
    expect(await move()).toMatchObject({ start: at(2, '14:00'), changed: ['start', 'end'] });
    faults().clear();
    expect(await rig.office.held('alice', calendar)).toHaveLength(2);
  });
});
