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

    test('who names themselves by SENT-BY is warned of, and believed where the stored event names them', async () => {
      const [title, uid] = ['Vorzimmer', 'people-2'];
      const { schedule } = await rig.session('bob');
      const answered = async (
        [time, sequence]: [string, number],
        { sentBy, from = sentBy ?? stranger, of = title }: { sentBy?: string; from?: string; of?: string },
      ) => {
        const organizer = `ORGANIZER${sentBy ? `;SENT-BY="mailto:${sentBy}"` : ''}:mailto:${stranger}`;
        const lines = [`SEQUENCE:${sequence}`, `SUMMARY:${of}`, organizer, invited];
        const text = single(`${uid}-${of}`, 2, time, ...lines);
        const emailId = await meetings.mailed(text, `${of} ${sequence}`, from);
        const { start, warnings = [] } = await schedule.respond({ emailId, response: 'accepted' }, asked());
        return [start, ...warnings.map(({ code }) => code)];
      };
      const warned = 'sender_not_organizer';
      expect(await answered(['09:30', 0], { sentBy: assistant })).toEqual([at(2, '09:30'), warned]);
      const kept = [at(2, '09:30'), warned, 'version_kept', 'already_answered'];
      expect(await answered(['10:30', 1], { sentBy: assistant })).toEqual(
        keepsTimes ? kept : [at(2, '10:30'), warned],
      );
      const stands = keepsTimes ? at(2, '09:30') : at(2, '10:30');
      const forged = { sentBy: 'mallory@evil.example' };
      expect(await answered(['15:00', 9], forged)).toEqual([stands, warned, 'already_answered']);
      const other = { sentBy: assistant, from: 'mallory@evil.example' };
      expect(await answered(['15:00', 10], other)).toEqual([stands, warned, 'already_answered']);
      expect(await meetings.inInbox(title)).toMatchObject([{ start: stands }]);

      // Of the organizer's own house anybody may have a mailbox.
      const of = 'Ohne Vorzimmer';
      expect(await answered(['11:30', 0], { of })).toEqual([at(2, '11:30')]);
      const neighbour = { sentBy: assistant, of };
      expect(await answered(['15:00', 1], neighbour)).toEqual([at(2, '11:30'), warned, 'already_answered']);
      expect(await meetings.inInbox(of)).toMatchObject([{ start: at(2, '11:30') }]);
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
