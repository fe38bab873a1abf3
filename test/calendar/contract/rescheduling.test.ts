import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answersOf, Meetings } from '../../support/calendar-meetings.ts';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig, refusal } from '../../support/calendar-rig.ts';
import { at, calendar, day, difference, lines, linesOf, local, stamp } from '../../support/calendar-texts.ts';

const [bob, carol] = ['bob@rig.test', 'carol@rig.test'] as const;

describe.each(calendarOffices)('times that change on $name', ({ open, schedules }) => {
  let rig: CalendarRig;
  let meetings: Meetings;

  beforeAll(async () => {
    rig = await openRig({ open });
    meetings = new Meetings(rig, schedules);
  });
  afterAll(() => rig?.close());

  /** Four weeks, of which the third occurrence was moved by itself to the day after. */
  async function moved() {
    const name = await rig.emptyCalendar();
    const series = [`DTSTART${local(0, '10:00')}`, `DTEND${local(0, '11:00')}`, 'RRULE:FREQ=WEEKLY;COUNT=4'];
    const override = [
      `RECURRENCE-ID${local(14, '10:00')}`,
      `DTSTART${local(15, '15:00')}`,
      `DTEND${local(15, '16:00')}`,
    ];
    const ics = calendar(lines(name, ...series, 'SUMMARY:S'), lines(name, ...override, 'SUMMARY:S'));
    await rig.office.put('alice', name, { name: 'one.ics', ics });
    const { ics: before } = await rig.onlyHeld(name);
    return { name, before, id: idAt(await rig.seen(name), at(15, '15:00')) };
  }

  test('all: what was moved by itself keeps its time, and times as they are shown move nothing', async () => {
    const { name, before, id } = await moved();
    const { schedule } = await rig.session();
    for (const scope of ['all', 'following'] as const) {
      const later = schedule.updateEvent({ id, scope, end: `${day(15)}T16:30` }, asked());
      const error = await refusal(later);
      expect(error).toMatchObject({ code: 'invalid_input' });
      expect(error.hint).toContain(`@${at(21, '10:00')}`);
    }
    expect((await rig.onlyHeld(name)).ics).toBe(before);
    const shown = { start: at(15, '15:00'), end: at(15, '16:00'), title: 'T' };
    const { changed } = await schedule.updateEvent({ id, scope: 'all', ...shown }, asked());
    expect(changed).toEqual(['title']);
    const { ics } = await rig.onlyHeld(name);
    expect(difference(before, ics)).toEqual(['+SUMMARY:T', '+SUMMARY:T', '-SUMMARY:S', '-SUMMARY:S']);
    expect((await rig.seen(name)).map(({ start, end }) => [start, end])).toEqual([
      [at(0, '10:00'), at(0, '11:00')],
      [at(7, '10:00'), at(7, '11:00')],
      [at(15, '15:00'), at(15, '16:00')],
      [at(21, '10:00'), at(21, '11:00')],
    ]);
  });

  /** Bob has accepted, in the organizer's copy, too. */
  async function accepted(title: string, recurrence?: string) {
    const meeting = await meetings.called(title, { recurrence, attendees: [bob, carol] });
    await meetings.answered(meeting, { response: 'accepted' });
    if (!schedules) {
      // Nobody but the organizer's own program reads the reply.
      const { name, ics } = await rig.onlyHeld(meeting.calendar);
      const answered = ics
        .replaceAll('\r\n ', '')
        .replaceAll(
          /ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE(?=:mailto:bob)/gu,
          'ATTENDEE;PARTSTAT=ACCEPTED',
        );
      await rig.office.put('alice', meeting.calendar, { name, ics: answered });
    }
    expect(answersOf(await meetings.own(meeting), bob)).toEqual(['ACCEPTED']);
    return meeting;
  }

  test('a new title leaves the answers, a new time asks everybody anew', async () => {
    const meeting = await accepted('Neue Zeit');
    const { schedule } = await rig.session();
    await schedule.updateEvent({ id: meeting.id, location: 'Raum 2' }, asked());
    expect(answersOf(await meetings.own(meeting), bob)).toEqual(['ACCEPTED']);
    const updated = await schedule.updateEvent({ id: meeting.id, start: `${day(1)}T14:00` }, asked());
    expect(updated.attendees).toEqual(
      expect.arrayContaining([expect.objectContaining({ email: bob, status: 'needs-action' })]),
    );
    expect(answersOf(await meetings.own(meeting), bob)).toEqual(['NEEDS-ACTION']);
    if (schedules) expect(answersOf(await meetings.copy(meeting), bob)).toEqual(['NEEDS-ACTION']);
    else {
      const mails = await meetings.mails(meeting, 'bob');
      expect(mails.map(({ lines: of }) => answersOf(of, bob)[0])).toContain('ACCEPTED');
      expect(mails.map(({ lines: of }) => answersOf(of, bob)[0])).toContain('NEEDS-ACTION');
    }
  });

  test('one occurrence at a new time is asked about by itself, a new time of the series for all', async () => {
    const meeting = await accepted('Neue Zeiten', 'FREQ=WEEKLY;COUNT=4');
    const { schedule } = await rig.session();
    const id = idAt(await rig.seen(meeting.calendar), at(7, '09:30'));
    await schedule.updateEvent({ id, scope: 'this', start: `${day(8)}T14:00` }, asked());
    expect(answersOf(await meetings.own(meeting), bob)).toEqual(['ACCEPTED', 'NEEDS-ACTION']);
    await schedule.updateEvent({ id: meeting.id, scope: 'all', start: `${day(0)}T08:00` }, asked());
    expect(answersOf(await meetings.own(meeting), bob)).toEqual(['NEEDS-ACTION', 'NEEDS-ACTION']);
  });

  test('who is taken off and invited again gets an invitation newer than the cancellation', async () => {
    const meeting = await meetings.called('Doch wieder', { attendees: [bob, carol] });
    const { schedule } = await rig.session();
    const sequence = (of: readonly string[]) =>
      Number(of.find((line) => line.startsWith('SEQUENCE:'))?.slice(9) ?? 0);
    const before = sequence(await meetings.own(meeting));
    await schedule.updateEvent({ id: meeting.id, attendees: [bob] }, asked());
    const removed = sequence(await meetings.own(meeting));
    expect(removed).toBeGreaterThan(before);
    await schedule.updateEvent({ id: meeting.id, attendees: [bob, carol] }, asked());
    expect(sequence(await meetings.own(meeting))).toBeGreaterThanOrEqual(removed);
    if (schedules) return;
    const mails = await meetings.mails(meeting, 'carol');
    const numbers = mails.map(({ method, lines: of }) => [method, sequence(of)]);
    expect(numbers.sort()).toEqual([
      ['CANCEL', removed],
      ['REQUEST', before],
      ['REQUEST', removed],
    ]);
  });

  test('an event in UTC that becomes a series says that its times stay in UTC; with the zone it has nothing to say', async () => {
    const name = await rig.emptyCalendar();
    const utc = (uid: string) =>
      calendar(lines(uid, `DTSTART:${stamp(0, '07:30')}Z`, 'DURATION:PT1H', 'SUMMARY:U'));
    const { schedule } = await rig.session();
    const change = async (uid: string, timezone?: string) => {
      await rig.office.put('alice', name, { name: `${uid}.ics`, ics: utc(uid) });
      const id = (await rig.seen(name)).find((event) => event.id.includes(uid))?.id ?? '';
      const fields = { recurrence: 'FREQ=WEEKLY;COUNT=40', ...(timezone && { timezone }) };
      const { warnings = [] } = await schedule.updateEvent({ id, ...fields }, asked());
      const start = linesOf((await rig.textOf(name, uid)) ?? '').find(
        (line) => /^DTSTART.*2\d{7}T/u.test(line) && line.includes(stamp(0)),
      );
      return [start?.endsWith('Z'), ...warnings.map(({ code }) => code)];
    };
    expect(await change(`${name}-a`)).toEqual([true, 'times_in_utc']);
    expect(await change(`${name}-b`, 'Europe/Berlin')).toEqual([false]);
  });
});
