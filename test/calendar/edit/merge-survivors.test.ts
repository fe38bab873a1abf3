import { expect, test } from 'vitest';
import type { Merged } from '../../../src/calendar/edit/edit.ts';
import { mergeInvitation } from '../../../src/calendar/edit/merge-invitation.ts';
import { linesOf } from '../../support/calendar-texts.ts';
import { calendar } from './line-diff.ts';

const organizer = 'ORGANIZER:mailto:boss@example.org';
const mine = (status: string) => `ATTENDEE;PARTSTAT=${status}:mailto:me@rig.test`;
const on = (day: string, time = '1000') => `;TZID=Europe/Berlin:202603${day}T${time}00`;
const instant = (day: string) => ({ instant: Date.parse(`2026-03-${day}T09:00:00Z`) });

/** Every Monday from 2 March, 10:00 to 11:00. */
const master = [
  ...[
    'UID:x',
    'DTSTAMP:20260101T000000Z',
    `DTSTART${on('02')}`,
    'DURATION:PT1H',
    'RRULE:FREQ=WEEKLY;COUNT=4',
  ],
  ...['SEQUENCE:1', 'SUMMARY:Plan', organizer, mine('ACCEPTED')],
];
/** As the mail brings it. */
const series = changed(master, {
  'SEQUENCE:1': ['SEQUENCE:2'],
  'SUMMARY:Plan': ['SUMMARY:Plan B'],
  [mine('ACCEPTED')]: [mine('NEEDS-ACTION')],
});

function part(day: string, status: string, ...more: string[]): string[] {
  const own = { [mine('ACCEPTED')]: [mine(status), ...more], 'RRULE:FREQ=WEEKLY;COUNT=4': [] };
  return changed(master, {
    ...own,
    [`DTSTART${on('02')}`]: [`RECURRENCE-ID${on(day)}`, `DTSTART${on(day)}`],
  });
}

function moved(day: string, status: string): string[] {
  return changed(part(day, status), { [`DTSTART${on(day)}`]: [`DTSTART${on(day, '1600')}`] });
}

function changed(lines: readonly string[], replace: Record<string, readonly string[]>): string[] {
  return lines.flatMap((line) => replace[line] ?? [line]);
}

function merged(held: readonly (readonly string[])[], mailed: readonly string[] = series): Merged {
  const context = { zone: 'Europe/Berlin', ownAddresses: ['me@rig.test'] };
  return mergeInvitation(calendar(held), calendar([mailed]), context);
}

/** Of each VEVENT the lines of these names. */
function said({ ics }: Merged, names = /^(?:RECURRENCE-ID|DTSTART|SUMMARY|ATTENDEE)/u): string[][] {
  const events = ics.split('BEGIN:VEVENT').slice(1);
  return events.map((event) => linesOf(event).filter((line) => names.test(line)));
}

test('a declined occurrence stays declined, and follows the words of the newer series', () => {
  const result = merged([master, part('09', 'DECLINED')]);
  const [whole, declined] = said(result);
  expect(whole).toContain(mine('NEEDS-ACTION'));
  expect(declined?.sort()).toEqual(
    [`RECURRENCE-ID${on('09')}`, `DTSTART${on('09')}`, 'SUMMARY:Plan B', mine('DECLINED')].sort(),
  );
  expect(result).toMatchObject({ kept: [instant('09')], dropped: [] });
});

test('an occurrence that was declined with its series is asked about anew with it', () => {
  const all = changed(master, { [mine('ACCEPTED')]: [mine('DECLINED')] });
  expect(said(merged([all, part('09', 'DECLINED')]), /^ATTENDEE/u)).toEqual([
    [mine('NEEDS-ACTION')],
    [mine('NEEDS-ACTION')],
  ]);
});

test('an occurrence the organizer moved stays moved; what was answered to it as to the series is open again', () => {
  const result = merged([master, moved('09', 'ACCEPTED'), moved('16', 'TENTATIVE')]);
  expect(said(result).slice(1)).toEqual([
    expect.arrayContaining([`DTSTART${on('09', '1600')}`, 'SUMMARY:Plan', mine('NEEDS-ACTION')]),
    expect.arrayContaining([`DTSTART${on('16', '1600')}`, 'SUMMARY:Plan', mine('TENTATIVE')]),
  ]);
  expect(result.kept).toEqual([instant('09'), instant('16')]);
});

test('another length, place or order of lines is no other time', () => {
  const longer = changed(series, {
    'DURATION:PT1H': [],
    [organizer]: ['LOCATION:Room 2', `DTEND${on('02', '1200')}`, organizer],
  });
  expect(merged([master, moved('09', 'ACCEPTED')], longer).kept).toEqual([instant('09')]);
  const sorted = part('09', 'DECLINED').sort();
  expect(said(merged([master, sorted], longer), /^LOCATION/u)).toEqual([
    ['LOCATION:Room 2'],
    ['LOCATION:Room 2'],
  ]);
});

test('an occurrence that was deleted stays so, and no date is taken out twice', () => {
  const held = [...master, `EXDATE${on('09')},20260316T100000`];
  const result = merged([held], [...series, `EXDATE${on('16')}`]);
  expect(said(result, /^EXDATE/u)).toEqual([[`EXDATE${on('16')}`, `EXDATE${on('09')}`]]);
  expect(result).toMatchObject({ kept: [instant('09')], dropped: [] });
  // By its day alone, as some programs write it.
  expect(said(merged([[...master, 'EXDATE;VALUE=DATE:20260309']]), /^EXDATE/u)).toEqual([
    [`EXDATE${on('09')}`],
  ]);
});

test('a deletion does not hide what the organizer says of that very occurrence', () => {
  const context = { zone: 'Europe/Berlin', ownAddresses: ['me@rig.test'] };
  const held = calendar([[...master, `EXDATE${on('09')}`]]);
  const result = mergeInvitation(held, calendar([series, moved('09', 'NEEDS-ACTION')]), context);
  expect(said(result, /^EXDATE/u).flat()).toEqual([]);
  expect(result.kept).toEqual([]);
});

test('of another rule only what was declined or deleted stays, where that very occurrence does', () => {
  const longer = changed(series, { 'RRULE:FREQ=WEEKLY;COUNT=4': ['RRULE:FREQ=WEEKLY;COUNT=8'] });
  const held = [[...master, `EXDATE${on('23')}`], moved('09', 'DECLINED'), moved('16', 'ACCEPTED')];
  const result = merged(held, longer);
  expect(said(result)).toHaveLength(2);
  expect(said(result)[1]).toEqual(
    expect.arrayContaining([`DTSTART${on('09')}`, 'SUMMARY:Plan B', mine('DECLINED')]),
  );
  expect(said(result, /^EXDATE/u).flat()).toEqual([`EXDATE${on('23')}`]);
  expect(result.kept).toEqual([instant('23'), instant('09')]);
  expect(result.dropped).toEqual([instant('16')]);
});

test('at another time nothing of it stays, and what is there again is told', () => {
  const later = changed(series, { [`DTSTART${on('02')}`]: [`DTSTART${on('02', '1400')}`] });
  const held = [[...master, `EXDATE${on('23')}`], part('09', 'DECLINED'), moved('16', 'ACCEPTED')];
  const result = merged(held, [...later, `EXDATE${on('16', '1400')}`]);
  expect(said(result)).toHaveLength(1);
  expect(said(result, /^EXDATE/u).flat()).toEqual([`EXDATE${on('16', '1400')}`]);
  expect(result).toMatchObject({ kept: [], dropped: [instant('23'), instant('09')] });
});

test('own alarms of an occurrence stay, a comment on the series is not one on the occurrence', () => {
  const alarm = (minutes: number) => [
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `TRIGGER:-PT${minutes}M`,
    'END:VALARM',
  ];
  const held = [...master, 'X-CALENDARSERVER-PRIVATE-COMMENT:Gladly', ...alarm(15)];
  const own = part('09', 'DECLINED', ...alarm(40));
  expect(said(merged([held, own]), /^(?:TRIGGER|X-CAL)/u)).toEqual([
    ['X-CALENDARSERVER-PRIVATE-COMMENT:Gladly', 'TRIGGER:-PT15M'],
    ['TRIGGER:-PT40M'],
  ]);
  const commented = part('09', 'DECLINED', 'X-CALENDARSERVER-PRIVATE-COMMENT:Away');
  expect(said(merged([held, commented]), /^X-CAL/u)[1]).toEqual(['X-CALENDARSERVER-PRIVATE-COMMENT:Away']);
});

test('a mail that moves one occurrence brings no comment on the series into it', () => {
  const held = [...master, 'X-CALENDARSERVER-PRIVATE-COMMENT:Gladly'];
  const result = merged([held], moved('09', 'NEEDS-ACTION'));
  expect(said(result, /^X-CAL/u)).toEqual([['X-CALENDARSERVER-PRIVATE-COMMENT:Gladly'], []]);
});

test('an own answer outlives a mail that says the same of its occurrence, not one that moves it', () => {
  const context = { zone: 'Europe/Berlin', ownAddresses: ['me@rig.test'] };
  const held = calendar([master, moved('09', 'DECLINED')]);
  const answerIn = (brought: string[]) =>
    said(mergeInvitation(held, calendar([series, brought]), context), /^ATTENDEE/u)[1];
  expect(answerIn(moved('09', 'NEEDS-ACTION'))).toEqual([mine('DECLINED')]);
  expect(answerIn(part('09', 'NEEDS-ACTION'))).toEqual([mine('NEEDS-ACTION')]);
});

test('a series is not left without any occurrence', () => {
  const once = changed(series, { 'RRULE:FREQ=WEEKLY;COUNT=4': ['RRULE:FREQ=WEEKLY;COUNT=1'] });
  const result = merged([[...master, `EXDATE${on('02')}`]], once);
  expect(said(result, /^EXDATE/u).flat()).toEqual([]);
  expect(result).toMatchObject({ kept: [], dropped: [instant('02')] });
});

test('a zone that only the stored file explains goes along with what is kept', () => {
  const named = (lines: string[]) => lines.map((line) => line.replace('Europe/Berlin', 'Own Time'));
  const zone = ['BEGIN:VTIMEZONE', 'TZID:Own Time', 'BEGIN:STANDARD', 'DTSTART:19700101T000000'];
  const offsets = ['TZOFFSETFROM:+0100', 'TZOFFSETTO:+0100', 'END:STANDARD', 'END:VTIMEZONE'];
  const held = calendar([named(master), named(moved('09', 'DECLINED'))]).replace(
    'BEGIN:VTIMEZONE',
    [...zone, ...offsets, 'BEGIN:VTIMEZONE'].join('\r\n'),
  );
  const context = { zone: 'Europe/Berlin', ownAddresses: ['me@rig.test'] };
  const { ics } = mergeInvitation(held, calendar([series]), context);
  expect(ics).toContain('DTSTART;TZID=Own Time:20260309T160000');
  expect(ics.match(/TZID:Own Time\r\n/gu)).toHaveLength(1);
});
