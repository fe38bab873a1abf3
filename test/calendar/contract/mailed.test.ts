import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answersOf, invited, Meetings, stranger } from '../../support/calendar-meetings.ts';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, openRig, refusal } from '../../support/calendar-rig.ts';
import { at, calendar, lines, local, single } from '../../support/calendar-texts.ts';

const bob = 'bob@rig.test';
const byStranger = [`ORGANIZER:mailto:${stranger}`, invited];

describe.each(calendarOffices)('invitations by mail on $name', ({ open, schedules, sandboxed }) => {
  let rig: CalendarRig;
  let meetings: Meetings;
  const teller = schedules ? 'server' : 'mail';

  beforeAll(async () => {
    rig = await openRig({ open });
    meetings = new Meetings(rig, schedules);
  });
  afterAll(() => rig?.close());

  const meetingOf = (title: string, uid: string) => ({ title, uid, calendar: rig.office.inbox, id: '' });

  test('a newer version from the mail is taken over with the answer, and own reminders stay', async () => {
    const title = 'Verlegt';
    const meeting = meetingOf(title, 'stranger-2');
    const { schedule } = await rig.session('bob');
    const first = { emailId: await meetings.mailedByStranger(title, meeting.uid) };
    const { id } = await schedule.respond({ ...first, response: 'accepted' }, asked());
    await schedule.updateEvent({ id, reminders: [25] }, asked());
    const newer = { emailId: await meetings.mailedByStranger(title, meeting.uid, '14:00', 1) };
    const answer = await schedule.respond({ ...newer, response: 'tentative' }, asked());
    expect(answer).toMatchObject({ myStatus: 'tentative', reminders: [25], replySent: teller });
    const codes = answer.warnings?.map(({ code }) => code) ?? [];
    // Open-Xchange, and the sandbox like it, lets nobody but the organizer change the time.
    expect(answer.start).toBe(at(2, codes.includes('version_kept') ? '09:30' : '14:00'));
    expect(codes.includes('version_kept')).toBe(sandboxed);
    const older = { ...first, response: 'accepted' } as const;
    const late = await schedule.respond(older, asked());
    if (!codes.includes('version_kept')) {
      expect(late).toMatchObject({ start: at(2, '14:00'), myStatus: 'accepted' });
      expect(late.warnings?.map(({ code }) => code)).toContain('outdated_invitation');
    }
    expect(await meetings.inInbox(title)).toHaveLength(1);
  });

  test('an event taken from a mail has one id, whatever its UID is written with', async () => {
    const title = 'Ein Name';
    const { schedule } = await rig.session('bob');
    const emailId = await meetings.mailedByStranger(title, 'stranger+4 a@b&c=d');
    const { id } = await schedule.respond({ emailId, response: 'accepted' }, asked());
    expect((await meetings.inInbox(title)).map((event) => event.id)).toEqual([id]);
  });

  test('of a series one occurrence that the organizer moves by mail is moved, the others stay', async () => {
    const title = 'Reihe';
    const meeting = meetingOf(title, 'stranger-3');
    const series = lines(
      ...[meeting.uid, `DTSTART${local(0, '09:30')}`, 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=3'],
      ...['SEQUENCE:0', `SUMMARY:${title}`, ...byStranger],
    );
    const { schedule } = await rig.session('bob');
    const emailId = await meetings.mailed(calendar(series), title);
    await schedule.respond({ emailId, response: 'accepted' }, asked());
    const moved = lines(
      ...[meeting.uid, `RECURRENCE-ID${local(7, '09:30')}`, `DTSTART${local(8, '16:00')}`, 'DURATION:PT1H'],
      ...['SEQUENCE:1', `SUMMARY:${title}`, ...byStranger],
    );
    const change = { emailId: await meetings.mailed(calendar(moved), `${title}, verlegt`) };
    const answer = await schedule.respond({ ...change, response: 'tentative' }, asked());
    expect(answer).toMatchObject({ myStatus: 'tentative', replySent: teller });
    const seen = (await meetings.inInbox(title)).map(({ start, myStatus }) => [start, myStatus]);
    expect(seen).toEqual([
      [at(0, '09:30'), 'accepted'],
      [at(8, '16:00'), 'tentative'],
      [at(14, '09:30'), 'accepted'],
    ]);
  });

  test('nobody else changes by mail what the user or another organizer has put there', async () => {
    const own = await rig.emptyCalendar('bob');
    const text = single('own-1', 3, '10:00', 'SUMMARY:Mein Termin', 'DESCRIPTION:Privat');
    await rig.office.put('bob', own, { name: 'own-1.ics', ics: text });
    const before = await rig.textOf(own, 'own-1', 'bob');
    const forged = single('own-1', 5, '15:00', 'SEQUENCE:9', 'SUMMARY:Gekapert', ...byStranger);
    const { schedule } = await rig.session('bob');
    const emailId = await meetings.mailed(forged, 'Gekapert');
    await refusal(schedule.respond({ emailId, response: 'accepted' }, asked()));
    expect(await rig.textOf(own, 'own-1', 'bob')).toBe(before);

    const meeting = meetingOf('Echt', 'stranger-4');
    const first = { emailId: await meetings.mailedByStranger('Echt', meeting.uid) };
    await schedule.respond({ ...first, response: 'accepted' }, asked());
    const mallory = 'mallory@evil.example';
    const lie = single(
      meeting.uid,
      5,
      '15:00',
      'SEQUENCE:9',
      'SUMMARY:Echt',
      `ORGANIZER:mailto:${mallory}`,
      invited,
    );
    const second = { emailId: await meetings.mailed(lie, 'Echt?', mallory) };
    const answer = await schedule.respond({ ...second, response: 'declined' }, asked());
    expect(answer).toMatchObject({ start: at(2, '09:30'), organizer: stranger });
    expect(answer.warnings?.map(({ code }) => code)).toContain('sender_not_organizer');
    expect(answersOf(await meetings.copy(meeting), bob)).toEqual(['DECLINED']);
    expect((await meetings.copy(meeting)).join()).not.toContain(mallory);
  });

  test('an answer whose mail could not leave is not taken for told: it may be given again', async () => {
    const alias = 'bob.alias@rig.test';
    const { schedule } = await rig.session('bob', { MAILBOX_ALIASES: alias });
    const title = 'Unter anderem Namen';
    const line = invited.replace(bob, alias);
    const text = single('stranger-6', 4, '09:30', `SUMMARY:${title}`, `ORGANIZER:mailto:${stranger}`, line);
    const answer = { emailId: await meetings.mailed(text, title), response: 'accepted' } as const;
    for (let time = 0; time < 2; time += 1) {
      // No server speaks for an address it does not know, and this SMTP server lets nobody send from it.
      const { replySent, warnings } = await schedule.respond(answer, asked());
      expect([replySent, warnings?.map(({ code }) => code)]).toEqual(['none', ['not_told']]);
    }
  });

  test('of a version the server does not take the reply is about what stands there, and is sent once', async () => {
    const meeting = meetingOf('Behalten', 'stranger-7');
    const { schedule } = await rig.session('bob');
    const first = { emailId: await meetings.mailedByStranger(meeting.title, meeting.uid) };
    await schedule.respond({ ...first, response: 'accepted' }, asked());
    const newer = single(meeting.uid, 2, '14:00', 'SEQUENCE:1', 'SUMMARY:Umbenannt', ...byStranger);
    const answer = { emailId: await meetings.mailed(newer, 'Umbenannt'), response: 'tentative' } as const;
    const { accepted } = rig.office.sandbox.smtp;
    const before = accepted.length;
    const told = await schedule.respond(answer, asked());
    const isKept = sandboxed;
    const codes = isKept ? ['version_kept'] : [];
    expect([told.replySent, ...(told.warnings ?? []).map(({ code }) => code)]).toEqual([teller, ...codes]);
    const [title, start] = isKept ? ['Behalten', at(2, '09:30')] : ['Umbenannt', at(2, '14:00')];
    expect(told).toMatchObject({ title, start });
    const mails = await Promise.all(accepted.slice(before).map(({ raw }) => simpleParser(raw)));
    expect(mails.map(({ subject }) => subject)).toEqual(schedules ? [] : [`Tentative: ${title}`]);
    for (const { text } of mails) expect(text).toContain(start);
    const again = await schedule.respond(answer, asked());
    const codesAgain = (again.warnings ?? []).map(({ code }) => code);
    expect([again.replySent, ...codesAgain]).toEqual(['none', ...codes, 'already_answered']);
    expect(accepted.length - before).toBe(mails.length);
    expect(answersOf(await meetings.copy(meeting), bob)).toEqual(['TENTATIVE']);
  });
});
