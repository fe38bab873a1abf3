import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnsweredInvitation } from '../../../src/domain/calendar.ts';
import type { InvitationAnswer } from '../../../src/domain/calendar-port.ts';
import { answersOf, invited, Meetings, stranger } from '../../support/calendar-meetings.ts';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig, refusal } from '../../support/calendar-rig.ts';
import { at, calendar, lines, linesOf, local } from '../../support/calendar-texts.ts';

const bob = 'bob@rig.test';
const people = [`ORGANIZER:mailto:${stranger}`, invited];

describe.each(calendarOffices)('series by mail on $name', ({ name, open, schedules, sandboxed }) => {
  // Open-Xchange, and the sandbox like it, lets nobody but the organizer change the time.
  const keepsTimes = sandboxed;
  let rig: CalendarRig;
  let meetings: Meetings;

  beforeAll(async () => {
    rig = await openRig({ open });
    meetings = new Meetings(rig, schedules);
  });
  afterAll(() => rig?.close());

  /** Five Mondays. */
  const series = (title: string, uid: string, sequence = 0, ...more: string[]) =>
    calendar(
      lines(
        ...[uid, `DTSTART${local(0, '09:30')}`, 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=5'],
        ...[`SEQUENCE:${sequence}`, `SUMMARY:${title}`, ...more, ...people],
      ),
    );
  /** One of them, a day later at four. */
  const moved = (title: string, uid: string, number: number) =>
    lines(
      ...[uid, `RECURRENCE-ID${local(number, '09:30')}`, `DTSTART${local(number + 1, '16:00')}`],
      ...['DURATION:PT1H', 'SEQUENCE:1', `SUMMARY:${title}`, ...people],
    );

  async function answered(
    ics: string,
    subject: string,
    answer: Omit<InvitationAnswer, 'emailId'>,
  ): Promise<AnsweredInvitation> {
    const { schedule } = await rig.session('bob');
    return await schedule.respond({ emailId: await meetings.mailed(ics, subject), ...answer }, asked());
  }

  const codes = ({ warnings = [] }: AnsweredInvitation) => warnings.map(({ code }) => code);

  /** The calendar objects that left by mail since. */
  async function sentSince(count: number): Promise<string[][]> {
    const left = rig.office.sandbox.smtp.accepted.slice(count);
    const mails = await Promise.all(left.map(({ raw }) => simpleParser(raw)));
    return mails.map(({ attachments }) =>
      linesOf(
        attachments.find(({ contentType }) => contentType === 'text/calendar')?.content.toString() ?? '',
      ),
    );
  }

  test('what was answered, deleted or moved alone outlives a mail with the series alone', async () => {
    const [title, uid] = ['Reihe', 'series-1'];
    const { schedule } = await rig.session('bob');
    await answered(series(title, uid), title, { response: 'accepted' });
    const before = await meetings.inInbox(title);
    await schedule.respond(
      { id: idAt(before, at(7, '09:30')), scope: 'this', response: 'declined' },
      asked(),
    );
    await schedule.deleteEvent({ id: idAt(before, at(14, '09:30')), scope: 'this' }, asked());
    await answered(calendar(moved(title, uid, 21)), `${title}, verlegt`, { response: 'accepted' });
    const newer = series(title, uid, 2, 'LOCATION:Raum 2');
    const told = await answered(newer, `${title}, Raum`, { response: 'tentative' });
    expect(codes(told)).toEqual(['occurrences_kept']);
    const seen = (await meetings.inInbox(title)).map(({ start, myStatus, location }) => [
      start,
      myStatus,
      location,
    ]);
    const room = 'Raum 2';
    expect(seen).toEqual([
      [at(0, '09:30'), 'tentative', room],
      [at(7, '09:30'), 'declined', room],
      [at(22, '16:00'), 'tentative', undefined],
      [at(28, '09:30'), 'tentative', room],
    ]);
    const again = await schedule.respond(
      { emailId: await meetings.mailed(newer, `${title}, noch einmal`), response: 'tentative' },
      asked(),
    );
    expect((await meetings.inInbox(title)).map(({ myStatus }) => myStatus)).toContain('declined');
    expect(again.replySent).toBe('none');
  });

  test('of another time nothing is left, and it is said which occurrences take place after all', async () => {
    const [title, uid] = ['Später', 'series-2'];
    const { schedule } = await rig.session('bob');
    await answered(series(title, uid), title, { response: 'accepted' });
    const before = await meetings.inInbox(title);
    await schedule.respond(
      { id: idAt(before, at(7, '09:30')), scope: 'this', response: 'declined' },
      asked(),
    );
    const later = series(title, uid, 2).replace(local(0, '09:30'), local(0, '14:00'));
    const told = await answered(later, `${title}!`, { response: 'accepted' });
    if (keepsTimes) expect(codes(told)).toEqual(['version_kept', 'already_answered']);
    else {
      expect(told.warnings).toMatchObject([{ code: 'occurrences_dropped' }]);
      expect(told.warnings?.[0]?.detail).toContain(at(7, '09:30'));
      const seen = (await meetings.inInbox(title)).map(({ start, myStatus }) => [start, myStatus]);
      expect(seen).toEqual([0, 7, 14, 21, 28].map((number) => [at(number, '14:00'), 'accepted']));
    }
  });

  test('a mail about several occurrences is answered for all of them', async () => {
    const [title, uid] = ['Zwei', 'series-3'];
    await answered(series(title, uid), title, { response: 'accepted' });
    const sent = rig.office.sandbox.smtp.accepted.length;
    const both = calendar(moved(title, uid, 7), moved(title, uid, 21));
    const told = await answered(both, `${title}, verlegt`, { response: 'tentative' });
    expect(codes(told)).toEqual(['several_occurrences']);
    const seen = (await meetings.inInbox(title)).map(({ start, myStatus }) => [start, myStatus]);
    expect(seen).toEqual([
      [at(0, '09:30'), 'accepted'],
      [at(8, '16:00'), 'tentative'],
      [at(14, '09:30'), 'accepted'],
      [at(22, '16:00'), 'tentative'],
      [at(28, '09:30'), 'accepted'],
    ]);
    const replies = await sentSince(sent);
    expect(replies).toHaveLength(schedules ? 0 : 1);
    for (const reply of replies) {
      expect(answersOf(reply, bob)).toEqual(['TENTATIVE', 'TENTATIVE']);
      const ids = reply.filter((line) => line.startsWith('RECURRENCE-ID'));
      expect(ids).toEqual([7, 21].map((number) => `RECURRENCE-ID${local(number, '09:30')}`));
    }
  });

  test('of lone occurrences those are answered that the server takes', async () => {
    const [title, uid] = ['Einzeln', 'series-6'];
    const first = answered(calendar(moved(title, uid, 7)), title, { response: 'accepted' });
    // Radicale stores no occurrence without its series.
    if (name === 'radicale') expect(await refusal(first)).toMatchObject({ code: 'invalid_input' });
    if (name === 'radicale') return;
    await first;
    const sent = rig.office.sandbox.smtp.accepted.length;
    const both = calendar(moved(title, uid, 7), moved(title, uid, 21))
      .replaceAll('SEQUENCE:1', 'SEQUENCE:2')
      .replace(`DTSTART${local(8, '16:00')}`, `DTSTART${local(8, '17:00')}`);
    const told = await answered(both, `${title} zwei`, { response: 'tentative' });
    expect(codes(told)).toEqual(['several_occurrences', ...(keepsTimes ? ['version_kept'] : [])]);
    const seen = (await meetings.inInbox(title)).map(({ start, myStatus }) => [start, myStatus]);
    const taken = keepsTimes ? [at(8, '16:00')] : [at(8, '17:00'), at(22, '16:00')];
    expect(seen).toEqual(taken.map((start) => [start, 'tentative']));
    for (const reply of await sentSince(sent))
      expect(answersOf(reply, bob)).toEqual(taken.map(() => 'TENTATIVE'));
  });

  test('a mail is about as much as it says: another scope is refused', async () => {
    const [title, uid] = ['Umfang', 'series-4'];
    const sent = rig.office.sandbox.smtp.accepted.length;
    for (const scope of ['this', 'following'] as const) {
      const refused = answered(series(title, uid), `${title} ${scope}`, { response: 'declined', scope });
      expect(await refusal(refused)).toMatchObject({
        ...{ code: 'invalid_input', hint: expect.stringContaining('id of the occurrence') },
      });
    }
    expect(await meetings.inInbox(title)).toEqual([]);
    const one = calendar(moved(title, uid, 7));
    const more = answered(one, `${title} alle`, { response: 'declined', scope: 'all' });
    expect(await refusal(more)).toMatchObject({ code: 'invalid_input' });
    expect(rig.office.sandbox.smtp.accepted).toHaveLength(sent);
    await answered(series(title, uid), title, { response: 'accepted' });
    await answered(one, `${title} eins`, { response: 'declined', scope: 'this' });
    const seen = (await meetings.inInbox(title)).map(({ myStatus }) => myStatus);
    expect(seen).toEqual(['accepted', 'declined', 'accepted', 'accepted', 'accepted']);
  });

  test('of somebody else’s series nobody is offered what cannot be done', async () => {
    const [title, uid] = ['Angebot', 'series-5'];
    const { schedule } = await rig.session('bob');
    await answered(series(title, uid), title, { response: 'accepted' });
    const id = idAt(await meetings.inInbox(title), at(7, '09:30'));
    for (const refused of [
      () => schedule.respond({ id, response: 'declined' }, asked()),
      () => schedule.updateEvent({ id, reminders: [10] }, asked()),
      () => schedule.deleteEvent({ id }, asked()),
    ]) {
      const { code, hint } = await refusal(refused());
      expect([code, hint]).toEqual(['invalid_input', expect.stringMatching(/scope: this .* or all/u)]);
      expect(hint).not.toContain('following');
    }
  });
});
