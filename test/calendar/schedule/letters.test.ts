import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig } from '../../support/calendar-rig.ts';
import { at, day, linesOf } from '../../support/calendar-texts.ts';

const [kind] = calendarOffices.filter(({ sandboxed, schedules }) => sandboxed && !schedules);
const [bob, carol, dave] = ['bob@rig.test', 'carol@rig.test', 'dave@outside.example'] as const;

let rig: CalendarRig;

beforeAll(async () => {
  if (kind) rig = await openRig(kind);
});
afterAll(() => rig?.close());

/** Alice organises it, with bob and carol. */
async function meeting(fields: Omit<EventFields, 'title' | 'start'> = {}) {
  const calendar = await rig.emptyCalendar();
  const { schedule } = await rig.session();
  const people = { attendees: [bob, carol] };
  const start = `${day(0)}T09:30`;
  const { id } = await schedule.createEvent({ title: 'Alt', start, ...people, ...fields, calendar }, asked());
  const before = rig.office.sandbox.smtp.accepted.length;
  const third = async () => idAt(await rig.seen(calendar), at(14, '09:30'));
  const letters = async () => {
    const mails = rig.office.sandbox.smtp.accepted.slice(before);
    return await Promise.all(mails.map(({ recipients, raw }) => read([...recipients], raw)));
  };
  return { id, schedule, third, letters };
}

/** Whom it went to, what it says, and the title of the event in it. */
async function read(to: string[], raw: Buffer) {
  const { subject, text = '', attachments } = await simpleParser(raw);
  const ics = attachments.find(({ contentType }) => contentType === 'text/calendar')?.content.toString();
  const lines = linesOf(ics ?? '');
  const said = (name: string) => lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1);
  return { to, subject, text, title: said('SUMMARY'), method: said('METHOD') };
}

test('of a series cut in two each half is told by its own title and times, and who was taken off hears of the old one only', async () => {
  const { schedule, third, letters } = await meeting({ recurrence: 'FREQ=WEEKLY;COUNT=4' });
  const later = { title: 'Neu', start: `${day(14)}T16:00`, attendees: [bob, dave] };
  await schedule.updateEvent({ id: await third(), scope: 'following', ...later }, asked());
  const [made, left, ...more] = await letters();
  expect(more).toEqual([]);
  expect(made).toMatchObject({ to: [bob, dave], subject: 'Neu', title: 'Neu', method: 'REQUEST' });
  expect(made?.text).toContain(`Neu\n${at(14, '16:00')}`);
  expect(left).toMatchObject({ to: [bob, carol], subject: 'Alt', title: 'Alt', method: 'REQUEST' });
  expect(left?.text).toContain(`Alt\n${at(0, '09:30')}`);
  // What is left of it.
  expect(left?.text).toMatch(/, 2 times/u);
});

test('who is taken off a renamed event hears that the one they know is cancelled', async () => {
  const { id, schedule, letters } = await meeting();
  await schedule.updateEvent({ id, title: 'Neu', start: `${day(1)}T10:00`, attendees: [bob] }, asked());
  expect(await letters()).toMatchObject([
    { to: [bob], subject: 'Neu', title: 'Neu' },
    { to: [carol], subject: 'Cancelled: Alt', text: expect.not.stringContaining('Neu'), title: 'Alt' },
  ]);
});

test('a series that ends earlier is told by what is left of it', async () => {
  const { schedule, third, letters } = await meeting({ recurrence: 'FREQ=WEEKLY;COUNT=4' });
  await schedule.deleteEvent({ id: await third(), scope: 'following' }, asked());
  const [left, ...more] = await letters();
  expect(more).toEqual([]);
  expect(left).toMatchObject({ to: [bob, carol], subject: 'Alt', method: 'REQUEST' });
  expect(left?.text).toMatch(/Alt\n.*09:30.*\n.*, 2 times/u);
});
