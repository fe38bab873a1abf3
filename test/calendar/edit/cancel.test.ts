import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cancel } from '../../../src/calendar/edit/cancel.ts';
import type { OccurrenceKey } from '../../../src/calendar/event.ts';
import { anySeries } from './split-series-arbitrary.ts';
import {
  calendar,
  codeOf,
  context,
  diff,
  face,
  keyOf,
  linesOf,
  shown,
  starts,
} from './split-series-support.ts';

const weekly = ['DTSTART;TZID=Europe/Berlin:20260316T093000', 'RRULE:FREQ=WEEKLY;COUNT=4', 'SUMMARY:Plan'];
const override = [
  'RECURRENCE-ID;TZID=Europe/Berlin:20260323T093000',
  'DTSTART;TZID=Europe/Berlin:20260324T110000',
  'SUMMARY:Moved',
];

const at = (iso: string): OccurrenceKey => (iso.length === 10 ? { date: iso } : { instant: Date.parse(iso) });

function without(ics: string, occurrence: string, scope: 'this' | 'following' = 'this'): string | undefined {
  return cancel(ics, { scope, occurrence: at(occurrence) }, context).ics;
}

function changes(ics: string, occurrence: string, scope: 'this' | 'following' = 'this'): string[] {
  return diff(ics, without(ics, occurrence, scope) ?? '');
}

test('one occurrence is taken out with an EXDATE in the zone of the series', () => {
  expect(changes(calendar(weekly), '2026-03-23T08:30:00Z')).toEqual([
    '+EXDATE;TZID=Europe/Berlin:20260323T093000',
    '+SEQUENCE:1',
  ]);
});

test('behind the change of clocks it is the same time of day', () => {
  expect(changes(calendar(weekly), '2026-03-30T07:30:00Z')).toContain(
    '+EXDATE;TZID=Europe/Berlin:20260330T093000',
  );
});

test.each([
  ['all-day', 'DTSTART;VALUE=DATE:20260316', '2026-03-23', '+EXDATE;VALUE=DATE:20260323'],
  ['all-day without VALUE', 'DTSTART:20260316', '2026-03-23', '+EXDATE;VALUE=DATE:20260323'],
  ['UTC', 'DTSTART:20260316T093000Z', '2026-03-23T09:30:00Z', '+EXDATE:20260323T093000Z'],
  ['floating', 'DTSTART:20260316T093000', '2026-03-23T08:30:00Z', '+EXDATE:20260323T093000'],
])('%s series: EXDATE has the form of DTSTART', (_, dtstart, occurrence, expected) => {
  expect(changes(calendar([dtstart, 'RRULE:FREQ=WEEKLY;COUNT=4']), occurrence)).toEqual([
    expected,
    '+SEQUENCE:1',
  ]);
});

test('a zone that the file names without saying what it is gets its definition with the EXDATE that names it', () => {
  const dtstart = 'DTSTART;TZID=America/New_York:20260316T093000';
  const added = changes(calendar([dtstart, 'RRULE:FREQ=WEEKLY;COUNT=4']), '2026-03-23T13:30:00Z');
  expect(added).toContain('+EXDATE;TZID=America/New_York:20260323T093000');
  expect(added.filter((line) => line === '+TZID:America/New_York')).toHaveLength(1);
  expect(added.filter((line) => line.startsWith('-'))).toEqual([]);
});

test('its override goes with it, those of others stay', () => {
  const other = override.map((line) => line.replace('20260323', '20260330'));
  const ics = calendar(weekly, override, other);
  const left = without(ics, '2026-03-23T08:30:00Z') ?? '';
  expect(left).not.toContain('RECURRENCE-ID;TZID=Europe/Berlin:20260323T093000');
  expect(left).toContain(other.join('\r\n'));
});

test('an override named in another zone is found', () => {
  const utc = ['RECURRENCE-ID:20260323T083000Z', ...override.slice(1)];
  expect(without(calendar(weekly, utc), '2026-03-23T08:30:00Z')).not.toContain('RECURRENCE-ID');
});

test('an occurrence that an RDATE brought goes with that value, and its neighbours stay', () => {
  const dates = 'RDATE;X-A="b:c";TZID=Europe/Berlin:20260318T093000,20260319T093000,20260320T093000';
  const ics = calendar([...weekly, dates]);
  expect(changes(ics, '2026-03-19T08:30:00Z')).toEqual([
    `-${dates}`,
    `+${dates.replace(',20260319T093000', '')}`,
    '+SEQUENCE:1',
  ]);
});

test('an RDATE of one value goes as a line, a period by its start', () => {
  const period = 'RDATE;VALUE=PERIOD:20260319T083000Z/PT2H';
  expect(changes(calendar([...weekly, period]), '2026-03-19T08:30:00Z')).toEqual([
    `-${period}`,
    '+SEQUENCE:1',
  ]);
});

test('an RDATE that the rule has as well is excluded', () => {
  const ics = calendar([...weekly, 'RDATE;TZID=Europe/Berlin:20260323T093000']);
  expect(starts(without(ics, '2026-03-23T08:30:00Z'))).toHaveLength(3);
});

test('the last occurrence takes the resource with it', () => {
  const one = calendar([
    weekly[0] ?? '',
    'RRULE:FREQ=WEEKLY;COUNT=2',
    'EXDATE;TZID=Europe/Berlin:20260323T093000',
  ]);
  expect(without(one, '2026-03-16T08:30:00Z')).toBeUndefined();
  expect(without(calendar([weekly[0] ?? '']), '2026-03-16T08:30:00Z')).toBeUndefined();
  expect(without(calendar(override), '2026-03-23T08:30:00Z')).toBeUndefined();
});

test('all is the whole resource, even a damaged one', () => {
  expect(cancel('BEGIN:VCALENDAR', { scope: 'all' }, context).ics).toBeUndefined();
});

test.each([
  ['2026-03-17T08:30:00Z', 'this'],
  ['2026-03-23', 'this'],
  ['2026-04-13T07:30:00Z', 'following'],
] as const)('%s is no occurrence and nothing is taken out (%s)', (occurrence, scope) => {
  expect(codeOf(() => without(calendar(weekly), occurrence, scope))).toBe('not_found');
});

test('an excluded occurrence is not found again', () => {
  const ics = without(calendar(weekly, override), '2026-03-23T08:30:00Z') ?? '';
  expect(codeOf(() => without(ics, '2026-03-23T08:30:00Z'))).toBe('not_found');
});

test('following: a COUNT is shortened to what stays', () => {
  expect(changes(calendar(weekly), '2026-03-30T07:30:00Z', 'following')).toEqual([
    '-RRULE:FREQ=WEEKLY;COUNT=4',
    '+RRULE:FREQ=WEEKLY;COUNT=2',
    '+SEQUENCE:1',
  ]);
});

test.each([
  ['DTSTART;TZID=Europe/Berlin:20260316T093000', '2026-04-06T07:30:00Z', '20260330T073000Z'],
  ['DTSTART:20260316T093000Z', '2026-04-06T09:30:00Z', '20260330T093000Z'],
  ['DTSTART:20260316T093000', '2026-04-06T07:30:00Z', '20260330T093000'],
  ['DTSTART;VALUE=DATE:20260316', '2026-04-06', '20260330'],
])('following: %s ends with the last occurrence kept', (dtstart, occurrence, until) => {
  expect(
    changes(calendar([dtstart, 'RRULE:INTERVAL=1;FREQ=WEEKLY;WKST=SU']), occurrence, 'following'),
  ).toEqual([
    '-RRULE:INTERVAL=1;FREQ=WEEKLY;WKST=SU',
    `+RRULE:INTERVAL=1;FREQ=WEEKLY;WKST=SU;UNTIL=${until}`,
    '+SEQUENCE:1',
  ]);
});

test('following: an UNTIL is replaced where it stands', () => {
  const ics = calendar([weekly[0] ?? '', 'RRULE:FREQ=WEEKLY;until=20270101T000000Z;BYDAY=MO']);
  expect(changes(ics, '2026-03-23T08:30:00Z', 'following')).toContain(
    '+RRULE:FREQ=WEEKLY;until=20260316T083000Z;BYDAY=MO',
  );
});

test('following: later EXDATEs, RDATEs and overrides go, earlier ones stay', () => {
  const dates = [
    'EXDATE;TZID=Europe/Berlin:20260316T093000,20260406T093000',
    'RDATE:20260410T080000Z',
    'RDATE:20260320T080000Z',
  ];
  const late = override.map((line) => line.replace('20260323', '20260406'));
  const left = linesOf(
    without(calendar([...weekly, ...dates], override, late), '2026-03-30T07:30:00Z', 'following') ?? '',
  );
  expect(left.filter((line) => /^(?:EXDATE|RDATE|RECURRENCE-ID)/u.test(line))).toEqual([
    'EXDATE;TZID=Europe/Berlin:20260316T093000',
    'RDATE:20260320T080000Z',
    override[0],
  ]);
});

test('following from the first occurrence on is all', () => {
  expect(without(calendar(weekly), '2026-03-16T08:30:00Z', 'following')).toBeUndefined();
});

test('a series with dates before its own start is not cut at its start, which would lose them', () => {
  const ics = calendar([...weekly, 'RDATE;TZID=Europe/Berlin:20260301T093000']);
  expect(codeOf(() => without(ics, '2026-03-16T08:30:00Z', 'following'))).toBe('unsupported');
});

test.each([
  ['an unknown rule', ['RRULE:FREQ=FORTNIGHTLY']],
  ['two rules', ['RRULE:FREQ=WEEKLY', 'RRULE:FREQ=MONTHLY']],
  ['an EXRULE', ['RRULE:FREQ=WEEKLY', 'EXRULE:FREQ=MONTHLY']],
])('%s is not cut by guess', (_, rules) => {
  const ics = calendar([weekly[0] ?? '', ...rules]);
  expect(codeOf(() => without(ics, '2026-03-16T08:30:00Z', 'following'))).toBe('unsupported');
});

test('an attendee takes single occurrences out without a new SEQUENCE, and does not cut the series', () => {
  const people = ['ORGANIZER:mailto:ann@example.org', 'ATTENDEE:mailto:me@mailbox.org', 'SEQUENCE:3'];
  const ics = calendar([...weekly, ...people]);
  expect(changes(ics, '2026-03-23T08:30:00Z')).toEqual(['+EXDATE;TZID=Europe/Berlin:20260323T093000']);
  expect(codeOf(() => without(ics, '2026-03-23T08:30:00Z', 'following'))).toBe('forbidden');
});

test('the organizer raises SEQUENCE above every one of the resource', () => {
  const ics = calendar(
    [...weekly, 'SEQUENCE:2', 'ORGANIZER:MAILTO:Me@mailbox.org'],
    [...override, 'SEQUENCE:5'],
  );
  expect(changes(ics, '2026-03-30T07:30:00Z')).toContain('+SEQUENCE:6');
});

test('DTSTAMP and LAST-MODIFIED are of now', () => {
  const left = without(calendar(weekly), '2026-03-23T08:30:00Z');
  expect(left).toContain('DTSTAMP:20260301T080000Z\r\nDTSTART');
  expect(left).toContain('LAST-MODIFIED:20260301T080000Z\r\n');
});

test('whichever occurrence is taken out, exactly the others are left, unchanged', () => {
  fc.assert(
    fc.property(anySeries, fc.nat(), (ics, nth) => {
      const all = shown(ics);
      const gone = all[nth % all.length];
      const left = cancel(ics, { scope: 'this', occurrence: keyOf(gone) }, context).ics;
      expect(shown(left).map(face)).toEqual(all.filter((occurrence) => occurrence !== gone).map(face));
    }),
    { numRuns: 150 },
  );
});

test('whichever following ones are taken out, exactly those before are left, unchanged', () => {
  fc.assert(
    fc.property(anySeries, fc.nat(), (ics, nth) => {
      const all = shown(ics);
      const key = keyOf(all[nth % all.length]);
      const left = cancel(ics, { scope: 'following', occurrence: key }, context).ics;
      const position = (other: OccurrenceKey) => ('date' in other ? Date.parse(other.date) : other.instant);
      const before = all.filter((occurrence) => position(keyOf(occurrence)) < position(key));
      expect(shown(left).map(face)).toEqual(before.map(face));
    }),
    { numRuns: 150 },
  );
});
