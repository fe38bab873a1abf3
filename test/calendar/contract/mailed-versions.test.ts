import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answersOf, invited, Meetings, stranger } from '../../support/calendar-meetings.ts';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, openRig } from '../../support/calendar-rig.ts';
import { calendar, lines, local, single } from '../../support/calendar-texts.ts';

/** DTSTAMPs of the organizer, all of them before any answer of ours. */
const [first, second] = ['20260101T000000Z', '20260102T000000Z'];

interface Version {
  title: string;
  place: string;
  stamp?: string;
  sequence?: number;
  organizer?: string;
}

/** The rows of `ageOf` (RFC 5546 §2.1.5). */
describe.each(calendarOffices)('versions of a mailed invitation on $name', ({ name, open, schedules }) => {
  // Open-Xchange, and the sandbox like it, renews DTSTAMP itself with every answer.
  const keepsStamps = name !== 'sandbox as open-xchange';
  let rig: CalendarRig;
  let meetings: Meetings;

  beforeAll(async () => {
    rig = await openRig({ open });
    meetings = new Meetings(rig, schedules);
  });
  afterAll(() => rig?.close());

  async function mailed({ title, place, stamp = first, sequence = 0, organizer = stranger }: Version) {
    const more = [`SEQUENCE:${sequence}`, `SUMMARY:${title}`, `LOCATION:${place}`, invited];
    const text = single(`v-${title}`, 2, '09:30', ...more, `ORGANIZER:mailto:${organizer}`);
    const subject = `${title} ${place} ${stamp} ${sequence} ${organizer}`;
    return await meetings.mailed(text.replace(`DTSTAMP:${first}`, `DTSTAMP:${stamp}`), subject, organizer);
  }

  /** What stands on the server after that answer, and what was warned of. */
  async function answered(version: Version, response: 'accepted' | 'tentative' = 'accepted') {
    const { schedule } = await rig.session('bob');
    const { warnings = [] } = await schedule.respond({ emailId: await mailed(version), response }, asked());
    return { ...(await stored(version)), codes: warnings.map(({ code }) => code) };
  }

  async function stored({ title }: Version) {
    const held = await meetings.copy({ title, uid: `v-${title}`, calendar: '', id: '' });
    const place = held.find((line) => line.startsWith('LOCATION:'))?.slice(9);
    return { place, answer: answersOf(held, 'bob@rig.test'), held };
  }

  test('the same SEQUENCE and an earlier DTSTAMP: not taken over, and said', async () => {
    const title = 'Altes';
    await answered({ title, place: 'Raum 2', stamp: second });
    expect(await answered({ title, place: 'Raum 1' }, 'tentative')).toMatchObject({
      ...{ place: 'Raum 2', answer: ['TENTATIVE'], codes: ['outdated_invitation'] },
    });
  });

  test('the same mail again: the stored event is answered, without a warning', async () => {
    const title = 'Nochmals';
    await answered({ title, place: 'Raum 1' });
    const again = await answered({ title, place: 'Raum 1' }, 'tentative');
    expect(again).toMatchObject({ place: 'Raum 1', answer: ['TENTATIVE'], codes: [] });
  });

  test('a DTSTAMP that another program renewed in the calendar makes no mail old that says the same', async () => {
    const title = 'Gestempelt';
    await answered({ title, place: 'Raum 1' });
    const [held] = (await rig.office.held('bob', rig.office.inbox)).filter(({ ics }) => ics.includes(title));
    if (!held) throw new Error('It is not stored.');
    const ics = held.ics.replace(/DTSTAMP:\d{8}T\d{6}Z/u, 'DTSTAMP:20260201T000000Z');
    await rig.office.put('bob', rig.office.inbox, { ...held, ics });
    const again = await answered({ title, place: 'Raum 1' }, 'tentative');
    expect(again).toMatchObject({ place: 'Raum 1', answer: ['TENTATIVE'], codes: [] });
  });

  test('a lower SEQUENCE is old whatever its DTSTAMP, a higher one new', async () => {
    const title = 'Gezählt';
    await answered({ title, place: 'Raum 2', sequence: 1 });
    expect(await answered({ title, place: 'Raum 1', stamp: second }, 'tentative')).toMatchObject({
      ...{ place: 'Raum 2', answer: ['TENTATIVE'], codes: ['outdated_invitation'] },
    });
    const newest = await answered({ title, place: 'Raum 3', stamp: '20251231T000000Z', sequence: 2 });
    expect(newest).toMatchObject({ place: 'Raum 3', answer: ['ACCEPTED'], codes: [] });
  });

  test('a later DTSTAMP gives nobody but the organizer a say', async () => {
    const title = 'Fremd';
    await answered({ title, place: 'Raum 1' });
    const lie = { title, place: 'Raum 9', stamp: second, organizer: 'mallory@evil.example' };
    expect(await answered(lie, 'tentative')).toMatchObject({
      ...{ place: 'Raum 1', answer: ['TENTATIVE'], codes: ['sender_not_organizer'] },
    });
  });

  if (keepsStamps) {
    test('the same SEQUENCE and a later DTSTAMP: taken over, though the old one was answered since', async () => {
      const title = 'Raumwechsel';
      const { schedule } = await rig.session('bob');
      const before = await answered({ title, place: 'Raum 1' });
      expect(before).toMatchObject({ place: 'Raum 1', answer: ['ACCEPTED'], codes: [] });
      const [event] = await meetings.inInbox(title);
      await schedule.updateEvent({ id: event?.id ?? '', reminders: [25] }, asked());
      const after = await answered({ title, place: 'Raum 2', stamp: second }, 'tentative');
      expect(after).toMatchObject({ place: 'Raum 2', answer: ['TENTATIVE'], codes: [] });
      expect(after.held.join()).toMatch(/TRIGGER[^,]*:-PT25M/u);
      expect(after.held.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1);
    });

    test('of a series: what the organizer said of one occurrence outlives a newer version with the same SEQUENCE', async () => {
      const title = 'Reihe';
      const { schedule } = await rig.session('bob');
      const all = [
        `SUMMARY:${title}`,
        'SEQUENCE:0',
        'DURATION:PT1H',
        `ORGANIZER:mailto:${stranger}`,
        invited,
      ];
      const series = (place: string, stamp: string) =>
        calendar(
          lines(
            'v-Reihe',
            `DTSTART${local(0, '09:30')}`,
            'RRULE:FREQ=WEEKLY;COUNT=3',
            `LOCATION:${place}`,
            ...all,
          ),
        ).replace(`DTSTAMP:${first}`, `DTSTAMP:${stamp}`);
      const moved = calendar(
        lines('v-Reihe', `RECURRENCE-ID${local(7, '09:30')}`, `DTSTART${local(8, '16:00')}`, ...all),
      ).replace(`DTSTAMP:${first}`, `DTSTAMP:${second}`);
      for (const [subject, ics] of [
        ['Reihe', series('Raum 1', first)],
        ['Reihe, verlegt', moved],
        ['Reihe, neuer Raum', series('Raum 2', '20260103T000000Z')],
      ] as const) {
        const emailId = await meetings.mailed(ics, subject);
        await schedule.respond({ emailId, response: 'accepted' }, asked());
      }
      const { held } = await stored({ title, place: '' });
      expect(held.filter((line) => /^(?:LOCATION|RECURRENCE-ID)/u.test(line)).sort()).toEqual([
        'LOCATION:Raum 2',
        expect.stringMatching(/^RECURRENCE-ID/u),
      ]);
      expect(held).toContain(`DTSTART${local(8, '16:00')}`);
    });
  }
});
