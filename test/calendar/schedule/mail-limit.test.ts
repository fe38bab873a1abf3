import { afterAll, beforeAll, expect, test } from 'vitest';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig, refusal } from '../../support/calendar-rig.ts';
import { at, calendar, day, lines, linesOf, local } from '../../support/calendar-texts.ts';

const [kind] = calendarOffices.filter(({ sandboxed, schedules }) => sandboxed && !schedules);
const [bob, carol] = ['bob@rig.test', 'carol@rig.test'];

let rig: CalendarRig;

beforeAll(async () => {
  if (kind) rig = await openRig(kind);
});
afterAll(() => rig?.close());

const sent = () => rig.office.sandbox.smtp.accepted.map(({ recipients }) => [...recipients]);

/** Alice organises it, with bob and carol; and a session of hers from which so many mails may leave. */
async function meeting(limit: string, recurrence?: string) {
  const calendar = await rig.emptyCalendar();
  const fields = { title: 'Runde', start: `${day(0)}T09:30`, attendees: [bob, carol], recurrence, calendar };
  const { schedule: free } = await rig.session();
  const { id } = await free.createEvent(fields, asked());
  const { ics } = await rig.onlyHeld(calendar);
  const { schedule } = await rig.session('alice', {
    MAILBOX_SEND_LIMIT: limit,
    MAILBOX_CALENDARS: calendar,
  });
  const occurrence = async () => idAt(await rig.seen(calendar), at(7, '09:30'));
  return { id, ics, calendar, schedule, occurrence, before: sent().length };
}

test('who stays is written to and who is taken off: with room for one mail only, nothing is changed at all', async () => {
  const { id, ics, calendar, schedule, before } = await meeting('1');
  const change = { id, attendees: [bob] };
  const error = await refusal(schedule.updateEvent(change, asked()));
  expect(error).toMatchObject({ code: 'rate_limited', hint: expect.stringContaining('Nothing was changed') });
  expect(sent().slice(before)).toEqual([]);
  expect((await rig.onlyHeld(calendar)).ics).toBe(ics);
  // The refused mails have taken no room.
  await schedule.updateEvent({ id, title: 'Anders' }, asked());
  expect(sent().slice(before)).toEqual([[bob, carol]]);
});

test('with room for both, both leave', async () => {
  const { id, calendar, schedule, before } = await meeting('2');
  await schedule.updateEvent({ id, attendees: [bob] }, asked());
  expect(sent().slice(before)).toEqual([[bob], [carol]]);
  expect(linesOf((await rig.onlyHeld(calendar)).ics).filter((line) => line.includes(carol))).toEqual([]);
});

test('a series cut in two is told in two mails: with room for one it stays whole', async () => {
  const { ics, calendar, schedule, occurrence, before } = await meeting('1', 'FREQ=WEEKLY;COUNT=4');
  const id = await occurrence();
  const cut = schedule.updateEvent({ id, scope: 'following', title: 'Neu' }, asked());
  expect(await refusal(cut)).toMatchObject({ code: 'rate_limited' });
  expect(sent().slice(before)).toEqual([]);
  expect((await rig.onlyHeld(calendar)).ics).toBe(ics);
});

test('a series that ends earlier is told in two mails, to who stays and who does not: with room for one nothing is taken out', async () => {
  const name = await rig.emptyCalendar();
  const people = ['ORGANIZER:mailto:alice@rig.test', `ATTENDEE:mailto:${bob}`];
  const rule = [`DTSTART${local(0, '09:30')}`, 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=4'];
  const third = [`RECURRENCE-ID${local(14, '09:30')}`, `DTSTART${local(14, '11:30')}`, 'DURATION:PT1H'];
  const ics = calendar(
    lines(name, ...rule, 'SUMMARY:S', ...people),
    lines(name, ...third, 'SUMMARY:S', ...people, `ATTENDEE:mailto:${carol}`),
  );
  await rig.office.put('alice', name, { name: 's.ics', ics });
  const id = idAt(await rig.seen(name), at(14, '11:30'));
  const before = sent().length;
  const deleted = async (limit: string) => {
    const { schedule } = await rig.session('alice', { MAILBOX_SEND_LIMIT: limit, MAILBOX_CALENDARS: name });
    return await schedule.deleteEvent({ id, scope: 'following' }, asked());
  };
  expect(await refusal(deleted('1'))).toMatchObject({ code: 'rate_limited' });
  expect(sent().slice(before)).toEqual([]);
  expect((await rig.onlyHeld(name)).ics).toBe(ics);
  expect(await deleted('2')).toMatchObject({ replySent: 'mail', warnings: [] });
  expect(sent().slice(before)).toEqual([[bob], [carol]]);
  expect((await rig.seen(name)).map(({ start }) => start)).toEqual([at(0, '09:30'), at(7, '09:30')]);
});
