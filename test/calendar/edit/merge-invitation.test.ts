import { expect, test } from 'vitest';
import { mergeInvitation } from '../../../src/calendar/edit/merge-invitation.ts';
import { linesOf } from '../../support/calendar-texts.ts';
import { calendar, lineDiff } from './line-diff.ts';

const context = { zone: 'Europe/Berlin', ownAddresses: ['me@rig.test'] };
const merge = (held: string, mailed: string) => mergeInvitation(held, mailed, context);
const alarm = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:Ding', 'TRIGGER:-PT15M', 'END:VALARM'];
const people = ['ORGANIZER:mailto:boss@example.org', 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:me@rig.test'];
const held = [
  ...['UID:x', 'DTSTAMP:20260101T000000Z', 'DTSTART;TZID=Europe/Berlin:20260302T100000', 'DURATION:PT1H'],
  ...['RRULE:FREQ=WEEKLY;COUNT=4', 'SEQUENCE:1', 'SUMMARY:Plan', 'CATEGORIES:Mine', 'X-SNOOZE:1'],
  ...[...people, ...alarm],
];

test('of a newer version from a mail everything is the organizer’s, but own alarms and lines stay', () => {
  const mailed = [
    ...['UID:x', 'DTSTAMP:20260201T000000Z', 'DTSTART;TZID=Europe/Berlin:20260302T140000', 'DURATION:PT2H'],
    ...['RRULE:FREQ=WEEKLY;COUNT=4', 'SEQUENCE:2', 'SUMMARY:Plan B', 'CATEGORIES:Theirs', ...people],
  ];
  const merged = merge(calendar([held]), calendar([mailed])).ics;
  expect(lineDiff(calendar([mailed]), merged)).toEqual(
    expect.arrayContaining(['-CATEGORIES:Theirs', '+CATEGORIES:Mine', '+X-SNOOZE:1', '+TRIGGER:-PT15M']),
  );
  expect(lineDiff(calendar([mailed]), merged)).toHaveLength(3 + alarm.length);
});

test('a mail about one occurrence changes that one, and no other line of the series', () => {
  const mailed = [
    ...['UID:x', 'DTSTAMP:20260201T000000Z', 'RECURRENCE-ID:20260309T090000Z', 'SEQUENCE:2', 'SUMMARY:Plan'],
    ...['DTSTART;TZID=Europe/Berlin:20260309T160000', 'DURATION:PT1H', ...people],
  ];
  const merged = merge(calendar([held]), calendar([mailed])).ics;
  const diff = lineDiff(calendar([held]), merged);
  expect(diff.filter((line) => line.startsWith('-'))).toEqual([]);
  expect(diff).toEqual(
    expect.arrayContaining([
      ...['+RECURRENCE-ID:20260309T090000Z', '+DTSTART;TZID=Europe/Berlin:20260309T160000', '+SEQUENCE:2'],
      ...['+CATEGORIES:Mine', '+TRIGGER:-PT15M', '+BEGIN:VEVENT'],
    ]),
  );
  const again = mailed.map((line) => line.replace('160000', '170000').replace('SEQUENCE:2', 'SEQUENCE:3'));
  const twice = merge(merged, calendar([again])).ics;
  expect(twice.match(/BEGIN:VEVENT/gu)).toHaveLength(2);
  expect(twice).toContain('DTSTART;TZID=Europe/Berlin:20260309T170000');
});

test('a mail about an occurrence that the series has not is refused', () => {
  const mailed = ['UID:x', 'RECURRENCE-ID:20260310T090000Z', 'DTSTART:20260310T150000Z', ...people];
  expect(() => merge(calendar([held]), calendar([mailed]))).toThrow(
    expect.objectContaining({ code: 'not_found' }),
  );
});

test('single occurrences that came before their series stay when it comes', () => {
  const lone = (day: string) => [
    ...['UID:x', 'DTSTAMP:20260201T000000Z', `RECURRENCE-ID;TZID=Europe/Berlin:202603${day}T100000`],
    ...[`DTSTART;TZID=Europe/Berlin:202603${day}T160000`, 'DURATION:PT1H', ...people, ...alarm],
  ];
  const two = merge(calendar([lone('09')]), calendar([lone('16').slice(0, 7)])).ics;
  expect(two.match(/BEGIN:VEVENT/gu)).toHaveLength(2);
  const series = held.slice(0, 11);
  const whole = merge(two, calendar([series])).ics;
  expect(whole.match(/RECURRENCE-ID[^\r]*/gu)).toEqual([
    'RECURRENCE-ID;TZID=Europe/Berlin:20260309T100000',
    'RECURRENCE-ID;TZID=Europe/Berlin:20260316T100000',
  ]);
  expect(whole.match(/RRULE:FREQ=WEEKLY/gu)).toHaveLength(1);
  expect(whole).toContain('TRIGGER:-PT15M');
});

test('a mail about a deleted occurrence takes its EXDATE away, whatever way it is written, and no other one', () => {
  const about = (start: string) => [
    ...['UID:x', 'DTSTAMP:20260201T000000Z', `RECURRENCE-ID:${start}`, 'SEQUENCE:2', 'SUMMARY:Plan'],
    ...['DTSTART;TZID=Europe/Berlin:20260309T160000', 'DURATION:PT1H', ...people],
  ];
  const exdates = (ics: string) => linesOf(ics).filter((line) => line.startsWith('EXDATE'));
  const instant = { instant: Date.parse('2026-03-09T09:00:00Z') };
  const restored = (lines: string[]) => {
    const merged = merge(calendar([lines]), calendar([about('20260309T090000Z')]));
    expect(merged.restored).toEqual([instant]);
    expect(linesOf(merged.ics)).toContain('DTSTART;TZID=Europe/Berlin:20260309T160000');
    return exdates(merged.ics);
  };
  const later = '20260316T090000Z';
  expect(restored([...held, `EXDATE:20260309T090000Z,${later}`])).toEqual([`EXDATE:${later}`]);
  expect(restored([...held, 'EXDATE;TZID=Europe/Berlin:20260309T100000', `EXDATE:${later}`])).toEqual([
    `EXDATE:${later}`,
  ]);
  expect(restored([...held, 'EXDATE;VALUE=DATE:20260309,20260316'])).toEqual(['EXDATE;VALUE=DATE:20260316']);
  // Of a day with two the other one stays out.
  const twice = held.map((line) => line.replace('FREQ=WEEKLY;COUNT=4', 'FREQ=WEEKLY;BYHOUR=10,15;COUNT=8'));
  expect(restored([...twice, 'EXDATE;VALUE=DATE:20260309'])).toEqual([
    'EXDATE;TZID=Europe/Berlin:20260309T150000',
  ]);
});
