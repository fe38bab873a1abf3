import { expect, test } from 'vitest';
import { answer } from '../../../src/calendar/edit/answer.ts';
import type { Target } from '../../../src/calendar/edit/edit.ts';
import { calendar, codeOf, context, diff, linesOf } from './split-series-support.ts';

const organizer = 'ORGANIZER;CN=Ann:mailto:ann@example.org';
const other = 'ATTENDEE;CN=Bob;PARTSTAT=TENTATIVE;RSVP=TRUE:mailto:bob@example.org';
const mine = 'ATTENDEE;CN="Me: at work";RSVP=TRUE;X-NUM-GUESTS=0;ROLE=OPT-PARTICIPANT:MAILTO:Me@Mailbox.org';
const single = ['DTSTART:20260316T093000Z', 'SEQUENCE:3', organizer, other, mine];
const series = [
  'DTSTART;TZID=Europe/Berlin:20260316T093000',
  'DURATION:PT1H',
  'RRULE:FREQ=WEEKLY;COUNT=4',
  'EXDATE;TZID=Europe/Berlin:20260330T093000',
  organizer,
  mine,
];
const override = [
  'RECURRENCE-ID;TZID=Europe/Berlin:20260323T093000',
  'DTSTART;TZID=Europe/Berlin:20260323T110000',
  organizer,
  other,
  mine,
];

const all: Target = { scope: 'all' };
const on = (instant: string): Target => ({ scope: 'this', occurrence: { instant: Date.parse(instant) } });
const accepted = { response: 'accepted' } as const;

function changes(
  ics: string,
  target: Target = all,
  given: Parameters<typeof answer>[2] = accepted,
): string[] {
  return diff(ics, answer(ics, target, given, context).ics ?? '');
}

test('only PARTSTAT and RSVP of the own line change, every other character stays, SEQUENCE too', () => {
  expect(changes(calendar(single))).toEqual([
    `-${mine}`,
    '+ATTENDEE;CN="Me: at work";X-NUM-GUESTS=0;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED:MAILTO:Me@Mailbox.org',
  ]);
});

test('the order of the lines stays', () => {
  const answered = answer(calendar(single), all, accepted, context).ics ?? '';
  const names = (ics: string) => linesOf(ics).map((line) => line.split(/[;:]/u)[0]);
  expect(names(answered).filter((name) => name !== 'LAST-MODIFIED')).toEqual(names(calendar(single)));
});

test.each(['accepted', 'declined', 'tentative'] as const)('%s is written', (response) => {
  const ics = calendar([
    'DTSTART:20260316T093000Z',
    organizer,
    'ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:me@mailbox.org',
  ]);
  expect(changes(ics, all, { response })[1]).toBe(
    `+ATTENDEE;PARTSTAT=${response.toUpperCase()}:mailto:me@mailbox.org`,
  );
});

test('all own addresses are answered for, whichever way they are written', () => {
  const lines = ['ATTENDEE:mailto:ALIAS@mailbox.org', 'ATTENDEE;EMAIL=Me@mailbox.org:urn:uuid:7'];
  expect(changes(calendar(['DTSTART:20260316T093000Z', organizer, ...lines])).slice(2)).toEqual([
    '+ATTENDEE;PARTSTAT=ACCEPTED:mailto:ALIAS@mailbox.org',
    '+ATTENDEE;EMAIL=Me@mailbox.org;PARTSTAT=ACCEPTED:urn:uuid:7',
  ]);
});

test('the same answer again changes nothing', () => {
  const once = answer(calendar(single), all, accepted, context).ics ?? '';
  expect(answer(once, all, accepted, context)).toEqual({ ics: once, changed: [] });
});

test('a comment is kept where servers look for it, and no property of the organizer is touched', () => {
  const given = { ...accepted, comment: 'Late, 5 min;\r\nsorry' };
  expect(changes(calendar([...single, 'COMMENT:Bring tea']), all, given)).toContain(
    '+X-CALENDARSERVER-PRIVATE-COMMENT:Late\\, 5 min\\;\\nsorry',
  );
  const once = answer(calendar(single), all, given, context).ics ?? '';
  expect(answer(once, all, given, context).changed).toEqual([]);
  expect(answer(once, all, { ...accepted, comment: 'In time' }, context).changed).toEqual(['comment']);
  expect(changes(once, all, { ...accepted, comment: 'In time' })).toHaveLength(2);
});

test('one occurrence is answered with an override, and the master stays byte for byte', () => {
  const ics = calendar(series);
  const answered = answer(ics, on('2026-04-06T07:30:00Z'), { response: 'declined' }, context);
  expect(answered.changed).toEqual(['myStatus']);
  expect(answered.ics).toContain(series.join('\r\n'));
  expect(diff(ics, answered.ics ?? '').filter((line) => line.startsWith('-'))).toEqual([]);
  expect(diff(ics, answered.ics ?? '')).toEqual(
    expect.arrayContaining([
      '+RECURRENCE-ID;TZID=Europe/Berlin:20260406T093000',
      '+DTSTART;TZID=Europe/Berlin:20260406T093000',
      '+ATTENDEE;CN="Me: at work";X-NUM-GUESTS=0;ROLE=OPT-PARTICIPANT;PARTSTAT=DECLINED:MAILTO:Me@Mailbox.org',
    ]),
  );
});

test('a changed occurrence is answered in place', () => {
  expect(changes(calendar(series, override), on('2026-03-23T08:30:00Z'))).toHaveLength(2);
});

test('all answers the series and each change of it', () => {
  expect(changes(calendar(series, override))).toHaveLength(4);
});

test('an invitation to one occurrence alone is answered', () => {
  expect(changes(calendar(override))).toHaveLength(2);
  expect(changes(calendar(override), on('2026-03-23T08:30:00Z'))).toHaveLength(2);
});

test('only those parts the account is invited to are touched', () => {
  const without = override.filter((line) => line !== mine);
  expect(changes(calendar(series, without))).toHaveLength(2);
  expect(codeOf(() => changes(calendar(series, without), on('2026-03-23T08:30:00Z')))).toBe('not_found');
});

test('who is not invited has nothing to answer', () => {
  expect(codeOf(() => changes(calendar(['DTSTART:20260316T093000Z', organizer, other])))).toBe('not_found');
});

test('an occurrence that is none is not answered', () => {
  expect(codeOf(() => changes(calendar(series), on('2026-03-30T07:30:00Z')))).toBe('not_found');
});

test('nobody answers from one occurrence on', () => {
  const target: Target = { scope: 'following', occurrence: { instant: Date.parse('2026-03-23T08:30:00Z') } };
  expect(codeOf(() => changes(calendar(series), target))).toBe('unsupported');
});

test('the answer renews LAST-MODIFIED; DTSTAMP says which version of the organizer it is, and stays', () => {
  const answered = linesOf(
    answer(calendar(series, override), on('2026-03-23T08:30:00Z'), accepted, context).ics ?? '',
  );
  const stamps = answered.filter((line) => /^(?:DTSTAMP|LAST-MODIFIED)/u.test(line));
  expect(stamps).toEqual([
    'DTSTAMP:20260101T000000Z',
    'DTSTAMP:20260101T000000Z',
    'LAST-MODIFIED:20260301T080000Z',
  ]);
});

test('an answer without a comment takes the former one back', () => {
  const once = answer(calendar(single), all, { ...accepted, comment: 'Late' }, context).ics ?? '';
  const silent = answer(once, all, { response: 'declined' }, context);
  expect(silent.changed).toEqual(['myStatus', 'comment']);
  expect(silent.ics).not.toContain('COMMENT');
});

test('a comment on the series is not copied into the answer to one occurrence', () => {
  const once = answer(calendar(series), all, { ...accepted, comment: 'Gladly' }, context).ics ?? '';
  const declined = answer(once, on('2026-04-06T07:30:00Z'), { response: 'declined' }, context);
  expect(declined.changed).toEqual(['myStatus']);
  expect(declined.ics?.match(/PRIVATE-COMMENT:Gladly/gu)).toHaveLength(1);
  expect(answer(once, on('2026-04-06T07:30:00Z'), accepted, context)).toEqual({ ics: once, changed: [] });
});

test('a comment on the series stands in the series, not in the occurrences that are answered with it', () => {
  const { ics = '' } = answer(calendar(series, override), all, { ...accepted, comment: 'Gladly' }, context);
  const [whole = [], part = []] = ics.split('BEGIN:VEVENT').slice(1).map(linesOf);
  const said = (lines: string[]) => lines.filter((line) => /PARTSTAT=ACCEPTED:MAILTO|PRIVATE/u.test(line));
  expect([said(whole).length, said(part).length]).toEqual([2, 1]);
});

test('several occurrences are answered at once, each by itself', () => {
  const days = ['2026-03-23T08:30:00Z', '2026-04-06T07:30:00Z'];
  const occurrences = days.map((day) => ({ instant: Date.parse(day) }));
  const { ics = '' } = answer(calendar(series, override), { scope: 'these', occurrences }, accepted, context);
  const events = ics.split('BEGIN:VEVENT').slice(1).map(linesOf);
  const answers = events.map((lines) => lines.find((line) => line.includes('Me@Mailbox.org')) ?? '');
  expect(answers.map((line) => line.includes('PARTSTAT=ACCEPTED'))).toEqual([false, true, true]);
});

test('an occurrence that was declined by itself stays so when its series is answered by mail', () => {
  const keeping = { ...accepted, keepsSingles: true };
  const declined = answer(calendar(series, override), all, { response: 'declined' }, context).ics ?? '';
  const alone =
    answer(calendar(series), on('2026-04-06T07:30:00Z'), { response: 'declined' }, context).ics ?? '';
  const statuses = (ics = '') =>
    linesOf(ics)
      .join('\n')
      .match(/PARTSTAT=[A-Z]+:MAILTO:Me/gu);
  expect(statuses(answer(alone, all, keeping, context).ics)).toEqual([
    'PARTSTAT=ACCEPTED:MAILTO:Me',
    'PARTSTAT=DECLINED:MAILTO:Me',
  ]);
  // Answered as its series was, it follows; and who declines declines all.
  expect(answer(declined, all, keeping, context).ics).not.toContain('DECLINED');
  const tentative = answer(alone, all, { response: 'tentative' }, context).ics ?? '';
  expect(answer(tentative, all, { ...keeping, response: 'declined' }, context).ics).not.toContain(
    'TENTATIVE',
  );
});

test('who was not asked is added only where that is meant', () => {
  const ics = calendar(['DTSTART:20260316T093000Z', organizer, other]);
  expect(changes(ics, all, { ...accepted, joins: true })).toEqual([
    '+ATTENDEE;CN=Me;PARTSTAT=ACCEPTED:mailto:me@mailbox.org',
  ]);
  expect(codeOf(() => changes(ics))).toBe('not_found');
});
