import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answersOf, invited, Meetings, stranger } from '../../support/calendar-meetings.ts';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, openRig, refusal } from '../../support/calendar-rig.ts';
import { at, single } from '../../support/calendar-texts.ts';

const bob = 'bob@rig.test';
const assistant = 'desk@outside.example';

describe.each(calendarOffices)(
  'who invites, and whom, by mail on $name',
  ({ open, schedules, sandboxed }) => {
    // Open-Xchange, and the sandbox like it, lets nobody but the organizer change the time.
    const keepsTimes = sandboxed;
    const teller = schedules ? 'server' : 'mail';
    let rig: CalendarRig;
    let meetings: Meetings;

    beforeAll(async () => {
      rig = await openRig({ open });
      meetings = new Meetings(rig, schedules);
    });
    afterAll(() => rig?.close());

    const copyOf = (uid: string) => meetings.copy({ title: '', uid, calendar: '', id: '' });

    test('what stands in a calendar one may only look into is answered in the own one', async () => {
      const [title, uid] = ['Geteilt', 'people-1'];
      // A colleague's, say, who shows when they are busy.
      const holding = { name: `${uid}.ics`, ics: single(uid, 2, '09:30', `SUMMARY:${title}`) };
      const shared = await rig.office.makeCalendar('bob', 'geteilt', { readOnly: true, holding });
      const text = single(uid, 2, '09:30', `SUMMARY:${title}`, `ORGANIZER:mailto:${stranger}`, invited);
      const { schedule } = await rig.session('bob');
      const sent = rig.office.sandbox.smtp.accepted.length;
      const emailId = await meetings.mailed(text, title);
      const answered = (response: 'accepted' | 'declined') =>
        schedule.respond({ emailId, response }, asked());
      if (schedules) {
        // These take no UID twice, in whatever calendars of one person.
        const hint = expect.stringContaining('send_email');
        expect(await refusal(answered('accepted'))).toMatchObject({ code: 'conflict', hint });
        expect(await copyOf(uid)).toEqual([]);
        expect(rig.office.sandbox.smtp.accepted).toHaveLength(sent);
        return;
      }
      const first = { calendar: rig.office.inbox, myStatus: 'accepted', replySent: teller };
      expect(await answered('accepted')).toMatchObject(first);
      expect(answersOf(await copyOf(uid), bob)).toEqual(['ACCEPTED']);
      expect(await rig.textOf(shared, uid, 'bob')).not.toContain('ATTENDEE');
      expect(rig.office.sandbox.smtp.accepted).toHaveLength(sent + 1);
      expect(await answered('declined')).toMatchObject({ ...first, myStatus: 'declined' });
      expect(answersOf(await copyOf(uid), bob)).toEqual(['DECLINED']);
    });

    test('an assistant named by SENT-BY speaks for the organizer, anybody else does not', async () => {
      const [title, uid] = ['Vorzimmer', 'people-2'];
      const { schedule } = await rig.session('bob');
      const answered = async (time: string, sequence: number, sentBy: string, from = sentBy) => {
        const organizer = `ORGANIZER;SENT-BY="mailto:${sentBy}":mailto:${stranger}`;
        const text = single(uid, 2, time, `SEQUENCE:${sequence}`, `SUMMARY:${title}`, organizer, invited);
        const emailId = await meetings.mailed(text, `${title} ${sequence}`, from);
        const { start, warnings = [] } = await schedule.respond({ emailId, response: 'accepted' }, asked());
        return [start, ...warnings.map(({ code }) => code)];
      };
      expect(await answered('09:30', 0, assistant)).toEqual([at(2, '09:30')]);
      const kept = [at(2, '09:30'), 'version_kept'];
      expect(await answered('10:30', 1, assistant)).toEqual(keepsTimes ? kept : [at(2, '10:30')]);
      const stands = keepsTimes ? at(2, '09:30') : at(2, '10:30');
      // Anybody can name themselves in a mail.
      const [, ...forged] = await answered('15:00', 9, 'mallory@evil.example');
      expect(forged).toContain('sender_not_organizer');
      const [, ...other] = await answered('15:00', 10, assistant, 'mallory@evil.example');
      expect(other).toContain('sender_not_organizer');
      expect(await meetings.inInbox(title)).toMatchObject([{ start: stands }]);
    });

    test('who is invited by a list answers under the own address, and is told so', async () => {
      const [title, uid] = ['An alle', 'people-3'];
      const list = 'ATTENDEE;CUTYPE=GROUP;RSVP=TRUE:mailto:all@outside.example';
      const text = single(uid, 2, '09:30', `SUMMARY:${title}`, `ORGANIZER:mailto:${stranger}`, list);
      const { schedule } = await rig.session('bob');
      const { accepted } = rig.office.sandbox.smtp;
      const sent = accepted.length;
      const emailId = await meetings.mailed(text, title);
      const answer = await schedule.respond({ emailId, response: 'accepted' }, asked());
      expect(answer).toMatchObject({ myStatus: 'accepted', replySent: teller });
      expect(answer.warnings?.map(({ code }) => code)).toEqual(['not_invited_directly']);
      const copy = await copyOf(uid);
      expect([answersOf(copy, bob), answersOf(copy, 'all@outside.example')]).toEqual([
        ['ACCEPTED'],
        ['NEEDS-ACTION'],
      ]);
      const mails = accepted.slice(sent).map(({ from, recipients }) => [from, ...recipients]);
      expect(mails).toEqual(schedules ? [] : [[bob, stranger]]);
      if (schedules) expect(copy.join('\n')).toMatch(/ORGANIZER[^\n]*SCHEDULE-STATUS="?1\.1/u);
      const again = await schedule.respond({ emailId, response: 'accepted' }, asked());
      expect(again).toMatchObject({ replySent: 'none', warnings: [{ code: 'already_answered' }] });
    });
  },
);
