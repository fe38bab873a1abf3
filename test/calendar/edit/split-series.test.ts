import { expect, test } from 'vitest';
import { splitSeries } from '../../../src/calendar/edit/split-series.ts';
import type { OccurrenceKey } from '../../../src/calendar/event.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { calendar, codeOf, context, diff, linesOf, starts } from './split-series-support.ts';

const start = 'DTSTART;TZID=Europe/Berlin:20260316T093000';
const kept = ['DTEND;TZID=Europe/Berlin:20260316T103000', 'SUMMARY:Plan', 'X-KEPT;X-P="a:b":c'];
const alarm = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT5M', 'DESCRIPTION:x', 'END:VALARM'];
const weekly = [start, 'RRULE:FREQ=WEEKLY;COUNT=5', ...kept, ...alarm];
const third = '2026-03-30T07:30:00Z';

const at = (iso: string): OccurrenceKey => (iso.length === 10 ? { date: iso } : { instant: Date.parse(iso) });

function split(ics: string, occurrence = third, fields: EventFields = { title: 'New' }) {
  const { ics: old, changed, following } = splitSeries(ics, at(occurrence), fields, context);
  return { old: old ?? '', changed, fresh: following?.ics ?? '', following };
}

test('the old series keeps its lines but for the rule, and names the new one', () => {
  const ics = calendar(weekly);
  expect(diff(ics, split(ics).old)).toEqual([
    '-RRULE:FREQ=WEEKLY;COUNT=5',
    '+RRULE:FREQ=WEEKLY;COUNT=2',
    '+RELATED-TO;RELTYPE=SIBLING:new-uid',
    '+SEQUENCE:1',
  ]);
});

test('the new series has the rest of the COUNT, its own UID, and every other line as it was', () => {
  const ics = calendar(weekly);
  const { fresh, following, changed } = split(ics);
  expect(following?.uid).toBe('new-uid');
  expect(changed).toEqual(['title']);
  expect(diff(ics, fresh)).toEqual([
    '-UID:old-uid',
    '-DTSTART;TZID=Europe/Berlin:20260316T093000',
    '-RRULE:FREQ=WEEKLY;COUNT=5',
    '-DTEND;TZID=Europe/Berlin:20260316T103000',
    '-SUMMARY:Plan',
    '+UID:new-uid',
    '+DTSTART;TZID=Europe/Berlin:20260330T093000',
    '+RRULE:FREQ=WEEKLY;COUNT=3',
    '+DTEND;TZID=Europe/Berlin:20260330T103000',
    '+SUMMARY:New',
    '+RELATED-TO;RELTYPE=SIBLING:old-uid',
  ]);
});

test.each([
  [start, third, 'UNTIL=20260323T083000Z'],
  ['DTSTART:20260316T093000Z', '2026-03-30T09:30:00Z', 'UNTIL=20260323T093000Z'],
  ['DTSTART:20260316T093000', third, 'UNTIL=20260323T093000'],
  ['DTSTART;VALUE=DATE:20260316', '2026-03-30', 'UNTIL=20260323'],
])(
  '%s without COUNT: the old ends with its last occurrence, the new keeps the rule as it was',
  (dtstart, occurrence, until) => {
    const rule = 'RRULE:FREQ=WEEKLY;WKST=SU';
    const { old, fresh } = split(calendar([dtstart, rule]), occurrence);
    expect(linesOf(old)).toContain(`${rule};${until}`);
    expect(linesOf(fresh)).toContain(rule);
  },
);

test('EXDATEs, RDATEs and overrides go with the side they belong to', () => {
  const dates = [
    'EXDATE;TZID=Europe/Berlin:20260323T093000,20260406T093000',
    'RDATE:20260318T080000Z',
    'RDATE:20260401T080000Z',
  ];
  const early = ['RECURRENCE-ID:20260316T083000Z', 'DTSTART:20260316T120000Z', 'SUMMARY:Early'];
  const late = ['RECURRENCE-ID:20260413T073000Z', 'DTSTART:20260310T120000Z', 'SUMMARY:Late'];
  const { old, fresh } = split(calendar([...weekly, ...dates], early, late));
  const own = (ics: string) =>
    linesOf(ics).filter((line) => /^(?:EXDATE|RDATE|RECURRENCE-ID|SUMMARY)/u.test(line));
  expect(own(old)).toEqual([
    kept[1],
    'EXDATE;TZID=Europe/Berlin:20260323T093000',
    dates[1],
    early[0],
    early[2],
  ]);
  expect(own(fresh)).toEqual([
    'SUMMARY:New',
    'EXDATE;TZID=Europe/Berlin:20260406T093000',
    dates[2],
    late[0],
    late[2],
  ]);
  expect(linesOf(fresh).filter((line) => line.startsWith('UID'))).toEqual(['UID:new-uid', 'UID:new-uid']);
});

test('a new time moves what follows by the same wall clock, and nothing before', () => {
  const ics = calendar([...weekly, 'EXDATE;TZID=Europe/Berlin:20260413T093000']);
  const { old, fresh } = split(ics, third, { start: '2026-03-31T14:00' });
  expect(starts(old)).toEqual(['2026-03-16T08:30', '2026-03-23T08:30']);
  expect(starts(fresh)).toEqual(['2026-03-31T12:00', '2026-04-07T12:00']);
  expect(linesOf(fresh)).toContain('EXDATE;TZID=Europe/Berlin:20260414T140000');
});

test('a new rule is that of the new series', () => {
  const { old, fresh } = split(calendar(weekly), third, { recurrence: 'FREQ=DAILY;COUNT=2' });
  expect(starts(old)).toHaveLength(2);
  expect(starts(fresh)).toEqual(['2026-03-30T07:30', '2026-03-31T07:30']);
});

test('no rule ends the repetition: one event is left of what follows', () => {
  const { fresh } = split(calendar(weekly), third, { recurrence: '' });
  expect(starts(fresh)).toEqual(['2026-03-30T07:30']);
  expect(fresh).not.toContain('RRULE:FREQ=WEEKLY');
});

test('the occurrence that was asked for changes even where it had changes of its own', () => {
  const override = [
    'RECURRENCE-ID:20260330T073000Z',
    'DTSTART:20260330T120000Z',
    'SUMMARY:Special',
    'LOCATION:Attic',
  ];
  const { fresh } = split(calendar(weekly, override));
  expect(fresh.match(/SUMMARY:New/gu)).toHaveLength(2);
  expect(fresh).toContain('LOCATION:Attic');
});

test('from the first occurrence on it is the whole series under its old name', () => {
  const { old, following } = split(calendar(weekly), '2026-03-16T08:30:00Z');
  expect(following).toBeUndefined();
  expect(starts(old)).toHaveLength(5);
  expect(old).toContain('SUMMARY:New');
});

test('an old series of which nothing is left is given up', () => {
  const gone = 'EXDATE;TZID=Europe/Berlin:20260316T093000,20260323T093000';
  expect(splitSeries(calendar([...weekly, gone]), at(third), { title: 'New' }, context)).toMatchObject({
    ics: undefined,
    following: { uid: 'new-uid' },
  });
});

test('where everything is so already nothing is cut', () => {
  const ics = calendar(weekly);
  expect(splitSeries(ics, at(third), { title: 'Plan' }, context)).toEqual({ ics, changed: [] });
});

test('siblings are named once, others stay named', () => {
  const ics = calendar([...weekly, 'RELATED-TO;RELTYPE=SIBLING:older', 'RELATED-TO:parent']);
  const related = (text: string) => linesOf(text).filter((line) => line.startsWith('RELATED-TO'));
  const { old, fresh } = split(ics);
  expect(related(old)).toEqual([
    'RELATED-TO;RELTYPE=SIBLING:older',
    'RELATED-TO:parent',
    'RELATED-TO;RELTYPE=SIBLING:new-uid',
  ]);
  expect(related(fresh)).toEqual([
    'RELATED-TO;RELTYPE=SIBLING:older',
    'RELATED-TO:parent',
    'RELATED-TO;RELTYPE=SIBLING:old-uid',
  ]);
});

const people = [
  'SEQUENCE:4',
  'ORGANIZER:mailto:me@mailbox.org',
  'ATTENDEE;PARTSTAT=ACCEPTED:mailto:me@mailbox.org',
];
const bob = 'ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@example.org';

test('the new series is a new invitation: SEQUENCE begins anew, the old one is numbered on', () => {
  const { old, fresh } = split(calendar([...weekly, ...people, bob]), third, { start: '2026-03-30T11:00' });
  expect(linesOf(old)).toContain('SEQUENCE:5');
  expect(linesOf(fresh)).toContain('SEQUENCE:0');
});

test('an answer holds for the times it was given for: new times are asked anew, a new title is not', () => {
  const ics = calendar([...weekly, ...people, bob]);
  expect(linesOf(split(ics).fresh)).toContain(bob);
  const moved = linesOf(split(ics, third, { start: '2026-03-30T11:00' }).fresh);
  expect(moved).toContain('ATTENDEE;CN=Bob;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.org');
  expect(moved).toContain(people[2]);
});

test('who is only invited does not cut the series', () => {
  const ics = calendar([...weekly, 'ORGANIZER:mailto:ann@example.org', 'ATTENDEE:mailto:me@mailbox.org']);
  expect(codeOf(() => split(ics))).toBe('forbidden');
});

test.each([
  ['not_found', 'no occurrence', weekly, '2026-03-31T07:30:00Z'],
  ['not_found', 'an excluded one', [...weekly, 'EXDATE:20260330T073000Z'], third],
  ['not_found', 'a day of a series of times', weekly, '2026-03-30'],
  ['unsupported', 'two rules', [...weekly, 'RRULE:FREQ=MONTHLY'], third],
  ['unsupported', 'a rule nobody can read', [start, 'RRULE:FREQ=WEEKLY;BYDAY=XX'], '2026-03-16T08:30:00Z'],
  [
    'unsupported',
    'an off-rule date in a counted series',
    [...weekly, 'RDATE:20260401T080000Z'],
    '2026-04-01T08:00:00Z',
  ],
  [
    'unsupported',
    'a date with a length of its own',
    [start, 'RRULE:FREQ=WEEKLY', 'RDATE;VALUE=PERIOD:20260401T080000Z/PT9H'],
    '2026-04-01T08:00:00Z',
  ],
])('%s: %s', (code, _, event, occurrence) => {
  expect(codeOf(() => split(calendar([...event]), occurrence))).toBe(code);
});

test('an override for this and the future is not cut by guess', () => {
  const future = ['RECURRENCE-ID;RANGE=THISANDFUTURE:20260323T083000Z', 'DTSTART:20260323T120000Z'];
  expect(codeOf(() => split(calendar(weekly, future)))).toBe('unsupported');
});

test('fields at fault are named before anything is made of them', () => {
  expect(codeOf(() => split(calendar(weekly), third, { start: 'soon' }))).toBe('invalid_input');
  expect(codeOf(() => split(calendar(weekly), third, { recurrence: 'FREQ=NEVER' }))).toBe('invalid_input');
});
