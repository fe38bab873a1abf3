import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invited, Meetings, stranger } from '../../support/calendar-meetings.ts';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, openRig, refusal } from '../../support/calendar-rig.ts';
import { at, calendar, lines, local } from '../../support/calendar-texts.ts';
import { letter, mixed, part, parts } from '../../support/letters.ts';

const me = 'bob@rig.test';
const byStranger = [`ORGANIZER:mailto:${stranger}`, invited];

/** A file inside of the event, folded as programs do. */
const attached = (bytes: number) =>
  `ATTACH;FMTTYPE=application/pdf;ENCODING=BASE64;VALUE=BINARY:${'QUJD'.repeat(bytes / 4)}`.replace(
    /.{74}/gu,
    '$&\r\n ',
  );
const series = (uid: string, sequence: number, ...more: string[]) =>
  calendar(
    lines(
      ...[uid, `DTSTART${local(0, '09:30')}`, 'DURATION:PT1H', `SEQUENCE:${sequence}`, `SUMMARY:${uid}`],
      ...[...byStranger, ...more],
    ),
  );

describe.each(calendarOffices)('invitations that are not whole, on $name', ({ open, schedules }) => {
  let rig: CalendarRig;
  let meetings: Meetings;

  beforeAll(async () => {
    rig = await openRig({ open });
    meetings = new Meetings(rig, schedules);
  });
  afterAll(() => rig?.close());

  /** Into bob's INBOX, the file in base64 as most programs send it; resolves to the id of the mail. */
  async function mailed(subject: string, ics: string): Promise<string> {
    const file = Buffer.from(ics.replace('VERSION:2.0', 'VERSION:2.0\r\nMETHOD:REQUEST')).toString('base64');
    const type = 'Content-Type: text/calendar; charset=utf-8; method=REQUEST';
    const body = parts(
      'c1',
      part(['Content-Type: text/plain'], 'See you.'),
      part([type, 'Content-Transfer-Encoding: base64'], file.replace(/.{76}/gu, '$&\r\n')),
    );
    const mail = letter({ subject, from: stranger, headers: [mixed('c1')], body });
    rig.office.sandbox.deliver(me, 'INBOX', mail);
    const { account } = await rig.session('bob');
    const { emails } = await account.mail.search({ subject, folder: 'INBOX' }, asked());
    return emails.find((email) => email.subject === subject)?.id ?? '';
  }

  async function accepted(uid: string): Promise<string[]> {
    const { schedule } = await rig.session('bob');
    const emailId = await mailed(`${uid} first`, series(uid, 0, 'RRULE:FREQ=WEEKLY;COUNT=3'));
    await schedule.respond({ emailId, response: 'accepted' }, asked());
    return await stored(uid);
  }

  const stored = async (uid: string) => (await meetings.inInbox(uid, 'bob')).map(({ start }) => start);

  test('a series with a large file before its rule is stored as a series', async () => {
    const emailId = await mailed('large', series('large', 0, attached(900_000), 'RRULE:FREQ=WEEKLY;COUNT=3'));
    const { schedule } = await rig.session('bob');
    await schedule.respond({ emailId, response: 'accepted' }, asked());
    expect(await stored('large')).toEqual([0, 7, 14].map((number) => at(number, '09:30')));
  });

  test.each([
    ['larger than what is read', (ics: string) => ics, attached(4_200_000), 'unsupported'],
    [
      'cut on its way',
      (ics: string) => ics.slice(0, ics.indexOf('QUJD') + 5_000),
      attached(9_000),
      'invalid_input',
    ],
  ])('an update %s leaves the series as it is, and says why', async (what, made, file, code) => {
    const uid = `update ${what.length}`;
    const before = await accepted(uid);
    expect(before).toHaveLength(3);
    const changes = ['RRULE:FREQ=WEEKLY;COUNT=5', `RECURRENCE-ID${local(7, '09:30')}`];
    for (const [index, change] of changes.entries()) {
      const emailId = await mailed(`${uid} ${index}`, made(series(uid, 1, file, change)));
      const { schedule, account } = await rig.session('bob');
      const error = await refusal(schedule.respond({ emailId, response: 'declined' }, asked()));
      expect(error).toMatchObject({ code, message: expect.stringContaining('invitation') });
      expect(await stored(uid)).toEqual(before);
      const { warnings, ...email } = await account.mail.read({ id: emailId }, asked());
      expect(email).not.toHaveProperty('invitedTo');
      expect(email.invitation?.start).toBe(at(0, '09:30'));
      const detail = expect.stringContaining('invitation');
      expect(warnings).toContainEqual({ code: 'malformed', detail });
    }
  });
});
