import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answersOf, Meetings } from '../../support/calendar-meetings.ts';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig, refusal } from '../../support/calendar-rig.ts';
import { at, day, stamp } from '../../support/calendar-texts.ts';

const [alice, bob, carol] = ['alice@rig.test', 'bob@rig.test', 'carol@rig.test'] as const;

describe.each(calendarOffices)('invitations on $name', ({ open, schedules, sandboxed }) => {
  let rig: CalendarRig;
  let meetings: Meetings;
  const teller = schedules ? 'server' : 'mail';

  beforeAll(async () => {
    rig = await openRig({ open });
    meetings = new Meetings(rig, schedules);
  });
  afterAll(() => rig?.close());

  test('each person is invited once: by the server, or by one REQUEST mail', async () => {
    const meeting = await meetings.called('Kickoff', { attendees: [`Bob <${bob}>`, carol] });
    const own = await meetings.own(meeting);
    expect(own.filter((line) => line.startsWith('ORGANIZER'))).toHaveLength(1);
    expect(own.find((line) => line.startsWith('ORGANIZER'))).toMatch(/:mailto:alice@rig\.test$/iu);
    expect(answersOf(own, bob)).toEqual(['NEEDS-ACTION']);
    for (const person of ['bob', 'carol'] as const) {
      const mails = await meetings.mails(meeting, person);
      expect(mails.map(({ method, from }) => [method, from])).toEqual(schedules ? [] : [['REQUEST', alice]]);
      for (const { lines } of mails) {
        expect(lines).toContain(`UID:${meeting.uid}`);
        expect(answersOf(lines, carol)).toEqual(['NEEDS-ACTION']);
      }
      const copy = await meetings.copy(meeting, person);
      expect(copy.length > 0).toBe(schedules);
      expect(copy.filter((line) => line.startsWith('METHOD'))).toEqual([]);
    }
    expect(await meetings.mails(meeting, 'alice')).toEqual([]);
  });

  test('accepting is stored by whom was invited, reaches the organizer once, and says how', async () => {
    const meeting = await meetings.called('Abnahme');
    const answer = await meetings.answered(meeting, { response: 'accepted' });
    expect(answer).toMatchObject({
      ...{ replySent: teller, myStatus: 'accepted', title: 'Abnahme', start: at(0, '09:30') },
      organizer: expect.stringContaining(alice),
    });
    const copy = await meetings.copy(meeting);
    expect(answersOf(copy, bob)).toEqual(['ACCEPTED']);
    expect(copy.filter((line) => /^METHOD|RSVP=TRUE.*bob@/u.test(line))).toEqual([]);
    const replies = await meetings.mails(meeting, 'alice');
    if (schedules) {
      expect(replies).toEqual([]);
      expect(answersOf(await meetings.own(meeting), bob)).toEqual(['ACCEPTED']);
      const { calendar } = await rig.session();
      const { attendees } = await calendar.getEvent({ id: meeting.id }, asked());
      expect(attendees).toEqual(
        expect.arrayContaining([expect.objectContaining({ email: bob, status: 'accepted' })]),
      );
    } else {
      expect(replies.map(({ method, from, subject }) => [method, from, subject])).toEqual([
        ['REPLY', bob, 'Accepted: Abnahme'],
      ]);
      expect(replies[0]?.lines).toContain(`UID:${meeting.uid}`);
      expect(replies[0]?.lines.filter((line) => line.startsWith('ATTENDEE'))).toHaveLength(1);
      expect(answersOf(replies[0]?.lines ?? [], bob)).toEqual(['ACCEPTED']);
    }
  });

  test('the same answer again tells nobody, another one does', async () => {
    const meeting = await meetings.called('Zweimal');
    await meetings.answered(meeting, { response: 'tentative' });
    const again = await meetings.answered(meeting, { response: 'tentative' });
    expect(again).toMatchObject({ replySent: 'none', myStatus: 'tentative' });
    const other = await meetings.answered(meeting, { response: 'declined', comment: 'Krank; leider' });
    expect(other).toMatchObject({ replySent: teller, myStatus: 'declined' });
    const replies = await meetings.mails(meeting, 'alice');
    if (schedules) expect(answersOf(await meetings.own(meeting), bob)).toEqual(['DECLINED']);
    else {
      expect(replies.map(({ lines }) => answersOf(lines, bob)[0])).toEqual(['DECLINED', 'TENTATIVE']);
      expect(replies[0]?.lines).toContain('COMMENT:Krank\\; leider');
    }
    expect(answersOf(await meetings.copy(meeting), bob)).toEqual(['DECLINED']);
  });

  test('an invitation from another server is stored from its mail, and answered once', async () => {
    const title = 'Von draußen';
    const meeting = { title, uid: 'stranger-1', calendar: rig.office.inbox, id: '' };
    const emailId = await meetings.mailedByStranger(title, meeting.uid);
    const { schedule } = await rig.session('bob');
    const { accepted } = rig.office.sandbox.smtp;
    const sent = accepted.length;
    const answer = await schedule.respond({ emailId, response: 'accepted' }, asked());
    expect(answer).toMatchObject({ replySent: teller, myStatus: 'accepted', start: at(2, '09:30') });
    const copy = await meetings.copy(meeting);
    expect(answersOf(copy, bob)).toEqual(['ACCEPTED']);
    expect(copy.filter((line) => line.startsWith('METHOD'))).toEqual([]);
    const mails = accepted.slice(sent).map(({ from, recipients }) => [from, ...recipients]);
    expect(mails).toEqual(schedules ? [] : [[bob, 'eve@outside.example']]);
    if (schedules) expect(copy.join('\n')).toMatch(/ORGANIZER[^\n]*SCHEDULE-STATUS="?1\.1/u);
    expect(await meetings.inInbox(title)).toMatchObject([{ myStatus: 'accepted' }]);
  });

  test('one occurrence is answered by itself', async () => {
    const meeting = await meetings.called('Wöchentlich', { recurrence: 'FREQ=WEEKLY;COUNT=4' });
    await meetings.answered(meeting, { response: 'accepted' });
    if (schedules && !sandboxed) {
      // Cyrus 3.6 writes an answer only into an occurrence that the organizer's copy tells apart.
      const id = idAt(await rig.seen(meeting.calendar), at(7, '09:30'));
      const { schedule } = await rig.session();
      await schedule.updateEvent({ id, scope: 'this', location: 'Raum 3' }, asked());
    }
    const second = (await meetings.inInbox('Wöchentlich'))[1];
    expect(second?.start).toBe(at(7, '09:30'));
    const { schedule } = await rig.session('bob');
    const no = { id: second?.id, response: 'declined', scope: 'this' } as const;
    expect(await schedule.respond(no, asked())).toMatchObject({ replySent: teller, myStatus: 'declined' });
    const status = (await meetings.inInbox('Wöchentlich')).map(({ start, myStatus }) => [start, myStatus]);
    expect(status).toEqual(
      [0, 7, 14, 21].map((number) => [at(number, '09:30'), number === 7 ? 'declined' : 'accepted']),
    );
    if (schedules) {
      const own = await meetings.own(meeting);
      expect(answersOf(own, bob).sort()).toEqual(['ACCEPTED', 'DECLINED']);
      expect(own.filter((line) => line.startsWith('RECURRENCE-ID')).join()).toContain(stamp(7));
    } else {
      const [declined, ...others] = await meetings.mails(meeting, 'alice');
      expect([declined?.subject, ...others.map(({ subject }) => subject)].sort()).toEqual([
        'Accepted: Wöchentlich',
        'Declined: Wöchentlich',
      ]);
      const about = [declined, ...others].find((mail) => mail?.subject.startsWith('Declined'));
      expect(about?.lines.filter((line) => line.startsWith('RECURRENCE-ID')).join()).toContain(stamp(7));
      expect(about?.lines.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1);
    }
  });

  test('a change of the organizer reaches those invited, a private one does not', async () => {
    const meeting = await meetings.called('Verschoben', { reminders: [10] });
    const { schedule } = await rig.session();
    await schedule.updateEvent({ id: meeting.id, reminders: [20] }, asked());
    expect(await meetings.mails(meeting, 'bob')).toHaveLength(schedules ? 0 : 1);
    await schedule.updateEvent({ id: meeting.id, start: `${day(1)}T14:00`, duration: 30 }, asked());
    if (schedules) {
      expect((await meetings.inInbox('Verschoben')).map(({ start }) => start)).toEqual([at(1, '14:00')]);
      expect(await meetings.copy(meeting)).not.toContain('TRIGGER:-PT20M');
    } else {
      const mails = await meetings.mails(meeting, 'bob');
      expect(mails.map(({ method }) => method)).toEqual(['REQUEST', 'REQUEST']);
      const sequences = mails.map(
        ({ lines }) => lines.find((line) => line.startsWith('SEQUENCE:')) ?? 'SEQUENCE:0',
      );
      expect(new Set(sequences).size).toBe(2);
    }
    const { schedule: bobs } = await rig.session('bob');
    if (!schedules) await meetings.answered(meeting, { response: 'accepted' });
    const [mine] = await meetings.inInbox('Verschoben');
    const refused = bobs.updateEvent({ id: mine?.id ?? '', title: 'Meins' }, asked());
    expect(await refusal(refused)).toMatchObject({ code: 'forbidden' });
    expect((await bobs.updateEvent({ id: mine?.id ?? '', reminders: [5] }, asked())).changed).toEqual([
      'reminders',
    ]);
    expect(await meetings.copy(meeting)).toContain('TRIGGER:-PT5M');
  });

  test('who is no longer invited is told, who is new is invited', async () => {
    const meeting = await meetings.called('Wechsel');
    const { schedule } = await rig.session();
    await schedule.updateEvent({ id: meeting.id, attendees: [carol] }, asked());
    expect(answersOf(await meetings.own(meeting), bob)).toEqual([]);
    if (schedules) {
      const left = await meetings.copy(meeting);
      expect(left.length === 0 || left.includes('STATUS:CANCELLED')).toBe(true);
      expect(answersOf(await meetings.copy(meeting, 'carol'), carol)).toEqual(['NEEDS-ACTION']);
    } else {
      expect((await meetings.mails(meeting, 'bob')).map(({ method }) => method)).toEqual([
        'REQUEST',
        'CANCEL',
      ]);
      expect((await meetings.mails(meeting, 'carol')).map(({ method }) => method)).toEqual(['REQUEST']);
    }
  });

  test('the organizer’s deletion cancels it for those invited', async () => {
    const meeting = await meetings.called('Abgesagt');
    const { schedule } = await rig.session();
    const gone = await schedule.deleteEvent({ id: meeting.id }, asked());
    expect(gone).toMatchObject({ deleted: { id: meeting.id }, replySent: teller });
    expect(gone.declined).toBeUndefined();
    expect(await rig.office.held('alice', meeting.calendar)).toEqual([]);
    const left = await meetings.copy(meeting);
    if (schedules) expect(left.length === 0 || left.includes('STATUS:CANCELLED')).toBe(true);
    else {
      const mails = await meetings.mails(meeting, 'bob');
      expect(mails.map(({ method, subject }) => [method, subject])).toEqual([
        ['REQUEST', 'Abgesagt'],
        ['CANCEL', 'Cancelled: Abgesagt'],
      ]);
      expect(mails[1]?.lines).toEqual(expect.arrayContaining([`UID:${meeting.uid}`, 'STATUS:CANCELLED']));
    }
  });

  test('an attendee’s deletion declines', async () => {
    const meeting = await meetings.called('Ohne mich');
    await meetings.answered(meeting, { response: 'accepted' });
    const [mine] = await meetings.inInbox('Ohne mich');
    const { schedule } = await rig.session('bob');
    const gone = await schedule.deleteEvent({ id: mine?.id ?? '' }, asked());
    expect(gone).toMatchObject({ declined: true, replySent: teller });
    expect(await meetings.copy(meeting)).toEqual([]);
    if (schedules) expect(answersOf(await meetings.own(meeting), bob)).toEqual(['DECLINED']);
    else {
      const subjects = (await meetings.mails(meeting, 'alice')).map(({ subject }) => subject);
      expect(subjects).toEqual(['Accepted: Ohne mich', 'Declined: Ohne mich']);
    }
  });

  test('what may not leave is refused before anything is stored', async () => {
    const calendar = await rig.emptyCalendar();
    const request = { title: 'Nie', start: `${day(3)}T09:00`, attendees: [bob], calendar };
    const { schedule: limited } = await rig.session('alice', { MAILBOX_ALLOWED_RECIPIENTS: carol });
    expect(await refusal(limited.createEvent(request, asked()))).toMatchObject({ code: 'forbidden' });
    const { schedule: asking } = await rig.session('alice', { MAILBOX_SEND: 'confirm' });
    const questions: string[] = [];
    const confirm = async (question: string) => {
      questions.push(question);
      return false;
    };
    const refused = asking.createEvent(request, { ...asked(), confirm });
    expect(await refusal(refused)).toMatchObject({ code: 'forbidden' });
    expect(questions.join()).toContain(bob);
    expect(await rig.office.held('alice', calendar)).toEqual([]);
    expect(rig.office.mails('bob', 'Nie')).toEqual([]);
    expect(await meetings.inInbox('Nie')).toEqual([]);
  });
});
