import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnsweredInvitation } from '../../../src/domain/calendar.ts';
import { invited, Meetings, stranger } from '../../support/calendar-meetings.ts';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig, refusal } from '../../support/calendar-rig.ts';
import { at, calendar, lines, local } from '../../support/calendar-texts.ts';

const people = [`ORGANIZER:mailto:${stranger}`, invited];

describe.each(calendarOffices)('mails about what was deleted on $name', ({ open, schedules, sandboxed }) => {
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
  const series = (title: string, sequence: number) =>
    lines(
      ...[`uid-${title}`, `DTSTART${local(0, '09:30')}`, 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=5'],
      ...[`SEQUENCE:${sequence}`, `SUMMARY:${title}`, ...people],
    );
  /** One of them, a day later at four. */
  const moved = (title: string, number: number, sequence = 1) =>
    lines(
      ...[`uid-${title}`, `RECURRENCE-ID${local(number, '09:30')}`, `DTSTART${local(number + 1, '16:00')}`],
      ...['DURATION:PT1H', `SEQUENCE:${sequence}`, `SUMMARY:${title}`, ...people],
    );

  async function answered(subject: string, response: 'accepted' | 'tentative', ...events: string[][]) {
    const { schedule } = await rig.session('bob');
    const emailId = await meetings.mailed(calendar(...events), subject);
    return await schedule.respond({ emailId, response }, asked());
  }
  /** Accepted, and the third one deleted. */
  async function withoutThird(title: string) {
    await answered(title, 'accepted', series(title, 0));
    const { schedule } = await rig.session('bob');
    const id = idAt(await meetings.inInbox(title), at(14, '09:30'));
    await schedule.deleteEvent({ id, scope: 'this' }, asked());
  }
  const codes = ({ warnings = [] }: AnsweredInvitation) => warnings.map(({ code }) => code);
  const seen = async (title: string) =>
    (await meetings.inInbox(title)).map(({ start, myStatus }) => [start, myStatus]);
  const copy = async (title: string) =>
    await meetings.copy({ title, uid: `uid-${title}`, calendar: '', id: '' });

  test('the organizer moves one that was deleted: it is back, moved and answered', async () => {
    const title = 'Zurück';
    await withoutThird(title);
    const sent = rig.office.sandbox.smtp.accepted.length;
    const told = await answered(`${title}!`, 'tentative', moved(title, 14));
    expect(told).toMatchObject({ start: at(15, '16:00'), myStatus: 'tentative' });
    expect(codes(told)).toEqual(['occurrences_restored']);
    expect(told.warnings?.[0]?.detail).toContain(at(14, '09:30'));
    expect((await copy(title)).filter((line) => line.startsWith('EXDATE'))).toEqual([]);
    expect(await seen(title)).toEqual([
      [at(0, '09:30'), 'accepted'],
      [at(7, '09:30'), 'accepted'],
      [at(15, '16:00'), 'tentative'],
      [at(21, '09:30'), 'accepted'],
      [at(28, '09:30'), 'accepted'],
    ]);
    expect(rig.office.sandbox.smtp.accepted.length - sent).toBe(schedules ? 0 : 1);
  });

  test('of two in one mail the deleted one is back, and both are answered', async () => {
    const title = 'Beide';
    await withoutThird(title);
    const told = await answered(`${title}!`, 'tentative', moved(title, 14), moved(title, 21));
    const taken = [14, 21].map((number) => [at(number + 1, '16:00'), 'tentative']);
    expect(codes(told)).toEqual(['several_occurrences', 'occurrences_restored']);
    expect((await seen(title)).slice(2)).toEqual([...taken, [at(28, '09:30'), 'accepted']]);
  });

  test('a mail that its series has left behind brings nothing back', async () => {
    const title = 'Überholt';
    await withoutThird(title);
    await answered(`${title} 5`, 'accepted', series(title, 5));
    const before = await seen(title);
    expect(await refusal(answered(`${title} 1`, 'accepted', moved(title, 14)))).toMatchObject({
      code: 'not_found',
    });
    expect(await seen(title)).toEqual(before);
    expect(before).toHaveLength(4);
  });

  test('a newer series that moves what was declined and what was deleted says that both take place', async () => {
    const title = 'Doch';
    await withoutThird(title);
    const { schedule } = await rig.session('bob');
    const id = idAt(await meetings.inInbox(title), at(7, '09:30'));
    await schedule.respond({ id, scope: 'this', response: 'declined' }, asked());
    const told = await answered(`${title}!`, 'accepted', series(title, 1), moved(title, 7), moved(title, 14));
    if (keepsTimes) {
      expect(codes(told)).toContain('version_kept');
      return;
    }
    expect(codes(told)).toEqual(['occurrences_restored', 'answers_replaced']);
    const [back, again] = told.warnings ?? [];
    expect([back?.detail, again?.detail]).toEqual([
      expect.stringContaining(at(14, '09:30')),
      expect.stringContaining(at(7, '09:30')),
    ]);
    expect((await seen(title)).slice(1, 3)).toEqual([
      [at(8, '16:00'), 'accepted'],
      [at(15, '16:00'), 'accepted'],
    ]);
  });
});
