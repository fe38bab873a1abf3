import { expect, test } from 'vitest';
import type { Target } from '../../../src/calendar/edit/edit.ts';
import { edits } from '../../../src/calendar/edit/edits.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { calendar, lineDiff, lived, me, withoutStamps } from './line-diff.ts';

const monday30 = { scope: 'this', occurrence: { instant: Date.parse('2026-03-30T08:00:00Z') } } as const;

function diff(events: readonly (readonly string[])[], target: Target, fields: EventFields): string[] {
  const ics = calendar(events);
  return withoutStamps(lineDiff(ics, edits.edit(ics, target, fields, me).ics ?? ''));
}

/** Removed lines, then added ones: the order between them says nothing. */
function sorted(lines: readonly string[]): string[] {
  return [...lines.filter((line) => line.startsWith('-')), ...lines.filter((line) => line.startsWith('+'))];
}

test('one occurrence becomes a copy of the master with what was asked for, every other line byte for byte', () => {
  const ics = calendar([lived]);
  const { ics: edited = '', changed } = edits.edit(ics, monday30, { start: '2026-03-30T12:00' }, me);
  expect(changed).toEqual(['start', 'end']);
  const added = lineDiff(ics, edited);
  expect(added.every((line) => line.startsWith('+'))).toBe(true);
  expect(added.map((line) => line.slice(1)).join('\n')).toContain(
    [
      'UID:lived',
      'RECURRENCE-ID;TZID=Europe/Berlin:20260330T100000',
      'DTSTAMP:20260301T090000Z',
      'X-MOZ-GENERATION:4',
      'SUMMARY;LANGUAGE=de:Jour',
      '  fixe',
      'DTSTART;TZID=Europe/Berlin;X-KEEP="a;b":20260330T120000',
      'DTEND;TZID=Europe/Berlin:20260330T130000',
      'ORGANIZER;CN="Mia, me":MAILTO:Me@rig.test',
      'ATTENDEE;PARTSTAT=NEEDS-ACTION;CN=Bob;X-NUM-GUESTS=0;RSVP=TRUE:mailto:bob@r',
      ' ig.test',
      'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:Carol@rig.test',
      'SEQUENCE:4',
      ...lived.slice(12, 13).join('\n').split('\n'),
      'LAST-MODIFIED:20260301T090000Z',
      ...lived.slice(13),
    ].join('\n'),
  );
});

test('an occurrence that was changed before is changed in place', () => {
  const override = [
    'UID:lived',
    'RECURRENCE-ID:20260330T080000Z',
    'DTSTART:20260330T120000Z',
    'SUMMARY:Moved',
  ];
  expect(diff([lived, override], monday30, { title: 'Again' })).toEqual(['-SUMMARY:Moved', '+SUMMARY:Again']);
});

test('an override that says nothing new is not made', () => {
  const ics = calendar([lived]);
  expect(edits.edit(ics, monday30, { title: 'Jour fixe', start: '2026-03-30T10:00' }, me)).toEqual({
    ics,
    changed: [],
  });
});

test.each(['2026-03-31T08:00:00Z', '2026-04-06T08:00:00Z', '2026-03-16T09:00:00Z'])(
  'an occurrence that is not there is not found: %s',
  (time) => {
    for (const scope of ['this', 'all'] as const) {
      const target = { scope, occurrence: { instant: Date.parse(time) } };
      expect(() => edits.edit(calendar([lived]), target, { title: 'x' }, me)).toThrow(
        expect.objectContaining({ code: 'not_found' }),
      );
    }
  },
);

test('an occurrence of days has a RECURRENCE-ID that is a day', () => {
  const days = ['UID:d', 'DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=MONTHLY', 'SUMMARY:Rent'];
  const target = { scope: 'this', occurrence: { date: '2026-02-01' } } as const;
  expect(diff([days], target, { title: 'Paid' })).toEqual(
    expect.arrayContaining([
      '+RECURRENCE-ID;VALUE=DATE:20260201',
      '+DTSTART;VALUE=DATE:20260201',
      '+SUMMARY:Paid',
    ]),
  );
});

const exceptional = [
  [
    'UID:e',
    'DTSTART;TZID=Europe/Berlin:20260302T100000',
    'DTEND;TZID=Europe/Berlin:20260302T110000',
    'RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=MO;UNTIL=20260525T080000Z',
    'EXDATE;TZID=Europe/Berlin:20260309T100000,20260316T100000',
    'EXDATE:20260406T080000Z',
    'RDATE;TZID=Europe/Berlin:20260304T100000',
    'SUMMARY:Team',
    'LOCATION:A',
    'SEQUENCE:2',
  ],
  [
    'UID:e',
    'RECURRENCE-ID;TZID=Europe/Berlin:20260413T100000',
    'DTSTART;TZID=Europe/Berlin:20260414T100000',
    'DTEND;TZID=Europe/Berlin:20260414T110000',
    'SUMMARY:Team',
    'LOCATION:B',
  ],
  [
    'UID:e',
    'RECURRENCE-ID:20260420T080000Z',
    'DTSTART;TZID=Europe/Berlin:20260420T150000',
    'DTEND;TZID=Europe/Berlin:20260420T170000',
    'SUMMARY:Special',
    'LOCATION:A',
  ],
];

test('a moved series takes its end, exceptions and dates along, and overrides that kept the time of day', () => {
  expect(sorted(diff(exceptional, { scope: 'all' }, { start: '2026-03-03T11:30' }))).toEqual([
    '-DTSTART;TZID=Europe/Berlin:20260302T100000',
    '-DTEND;TZID=Europe/Berlin:20260302T110000',
    '-RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=MO;UNTIL=20260525T080000Z',
    '-EXDATE;TZID=Europe/Berlin:20260309T100000,20260316T100000',
    '-EXDATE:20260406T080000Z',
    '-RDATE;TZID=Europe/Berlin:20260304T100000',
    '-RECURRENCE-ID;TZID=Europe/Berlin:20260413T100000',
    '-DTSTART;TZID=Europe/Berlin:20260414T100000',
    '-DTEND;TZID=Europe/Berlin:20260414T110000',
    '-RECURRENCE-ID:20260420T080000Z',
    '+DTSTART;TZID=Europe/Berlin:20260303T113000',
    '+DTEND;TZID=Europe/Berlin:20260303T123000',
    '+RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=TU;UNTIL=20260526T093000Z',
    '+EXDATE;TZID=Europe/Berlin:20260310T113000,20260317T113000',
    '+EXDATE:20260407T093000Z',
    '+RDATE;TZID=Europe/Berlin:20260305T113000',
    '+RECURRENCE-ID;TZID=Europe/Berlin:20260414T113000',
    '+DTSTART;TZID=Europe/Berlin:20260415T113000',
    '+DTEND;TZID=Europe/Berlin:20260415T123000',
    '+RECURRENCE-ID:20260421T093000Z',
  ]);
});

test('a new start given for an occurrence moves the series by the same wall-clock delta', () => {
  const target = { scope: 'all', occurrence: { instant: Date.parse('2026-05-04T08:00:00Z') } } as const;
  expect(diff(exceptional, target, { start: '2026-05-05T11:30' })).toEqual(
    diff(exceptional, { scope: 'all' }, { start: '2026-03-03T11:30' }),
  );
});

test('SEQUENCE rises above the greatest of the resource in every VEVENT whose times changed', () => {
  const ics = edits.edit(calendar(exceptional), { scope: 'all' }, { start: '2026-03-02T09:00' }, me).ics;
  expect(ics?.match(/SEQUENCE:\d+/gu)).toEqual(['SEQUENCE:3', 'SEQUENCE:3', 'SEQUENCE:3']);
});

test('a new length reaches overrides that kept the old one', () => {
  expect(sorted(diff(exceptional, { scope: 'all' }, { duration: 90 }))).toEqual([
    '-DTEND;TZID=Europe/Berlin:20260302T110000',
    '-DTEND;TZID=Europe/Berlin:20260414T110000',
    '+DTEND;TZID=Europe/Berlin:20260302T113000',
    '+DTEND;TZID=Europe/Berlin:20260414T113000',
  ]);
});

test('other fields reach overrides that said the same, never those that differ', () => {
  expect(sorted(diff(exceptional, { scope: 'all' }, { title: 'Crew', location: 'C' }))).toEqual([
    '-SUMMARY:Team',
    '-LOCATION:A',
    '-SUMMARY:Team',
    '-LOCATION:A',
    '+SUMMARY:Crew',
    '+LOCATION:C',
    '+SUMMARY:Crew',
    '+LOCATION:C',
  ]);
});

test('a series that becomes all-day has days for exceptions and end', () => {
  const added = diff(exceptional, { scope: 'all' }, { allDay: true }).filter((line) => line.startsWith('+'));
  expect(added).toEqual([
    '+DTSTART;VALUE=DATE:20260302',
    '+DTEND;VALUE=DATE:20260303',
    '+RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=MO;UNTIL=20260525',
    '+EXDATE;VALUE=DATE:20260309,20260316',
    '+EXDATE;VALUE=DATE:20260406',
    '+RDATE;VALUE=DATE:20260304',
    '+RECURRENCE-ID;VALUE=DATE:20260413',
    '+DTSTART;VALUE=DATE:20260414',
    '+DTEND;VALUE=DATE:20260415',
    '+RECURRENCE-ID;VALUE=DATE:20260420',
  ]);
});

test('an all-day series that gets a time has times for exceptions and end', () => {
  const days = [
    'UID:d',
    'DTSTART;VALUE=DATE:20260302',
    'DTEND;VALUE=DATE:20260303',
    'RRULE:FREQ=DAILY;UNTIL=20260410',
    'EXDATE;VALUE=DATE:20260304',
  ];
  expect(diff([days], { scope: 'all' }, { start: '2026-03-02T10:00' })).toEqual(
    expect.arrayContaining([
      '+DTSTART;TZID=Europe/Berlin:20260302T100000',
      '+DTEND;TZID=Europe/Berlin:20260302T110000',
      '+RRULE:FREQ=DAILY;UNTIL=20260410T080000Z',
      '+EXDATE;TZID=Europe/Berlin:20260304T100000',
    ]),
  );
});

test.each([
  ['FREQ=WEEKLY;BYDAY=MO,WE;BYMONTH=3,4', '2026-03-03T10:00'],
  ['FREQ=MONTHLY;BYDAY=1MO', '2026-03-03T10:00'],
  ['FREQ=MONTHLY', '2026-03-31T10:00'],
  ['FREQ=YEARLY;BYDAY=20MO', '2026-03-03T10:00'],
  ['FREQ=DAILY;BYHOUR=10', '2026-03-02T11:00'],
])('%s does not follow a move on its own, and says so', (rule, start) => {
  const event = ['UID:x', 'DTSTART;TZID=Europe/Berlin:20260302T100000', `RRULE:${rule}`];
  const ics = calendar([event]);
  expect(() => edits.edit(ics, { scope: 'all' }, { start }, me)).toThrow(
    expect.objectContaining({ code: 'unsupported', hint: expect.stringContaining('recurrence') }),
  );
  const given = edits.edit(ics, { scope: 'all' }, { start, recurrence: 'FREQ=DAILY;COUNT=3' }, me);
  expect(given.ics).toContain('RRULE:FREQ=DAILY;COUNT=3\r\n');
});

test.each([
  ['FREQ=WEEKLY;BYDAY=MO,WE', '2026-03-09T10:00', 'FREQ=WEEKLY;BYDAY=MO,WE'],
  ['FREQ=WEEKLY;BYDAY=MO,WE', '2026-03-03T10:00', 'FREQ=WEEKLY;BYDAY=TU,TH'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU', '2026-03-03T10:00', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,MO;WKST=TU'],
  ['FREQ=MONTHLY;BYMONTHDAY=2', '2026-03-05T10:00', 'FREQ=MONTHLY;BYMONTHDAY=5'],
  ['FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=2', '2026-04-05T10:00', 'FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=5'],
  ['FREQ=DAILY;INTERVAL=3', '2026-03-05T10:00', 'FREQ=DAILY;INTERVAL=3'],
])('%s follows a move to %s', (rule, start, followed) => {
  const event = ['UID:x', 'DTSTART;TZID=Europe/Berlin:20260302T100000', `RRULE:${rule}`];
  expect(edits.edit(calendar([event]), { scope: 'all' }, { start }, me).ics).toContain(
    `RRULE:${followed}\r\n`,
  );
});

test('a series that repeats by the hour, or at hours its rule names, does not become all-day by guess', () => {
  for (const rule of ['FREQ=HOURLY;COUNT=30', 'FREQ=DAILY;BYHOUR=0,12;COUNT=9']) {
    const ics = calendar([['UID:x', 'DTSTART;TZID=Europe/Berlin:20260302T000000', `RRULE:${rule}`]]);
    expect(() => edits.edit(ics, { scope: 'all' }, { allDay: true }, me)).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  }
});

test('a changed rule drops the exceptions it no longer has, and says so', () => {
  const { ics, changed } = edits.edit(
    calendar(exceptional),
    { scope: 'all' },
    { recurrence: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;UNTIL=20260630' },
    me,
  );
  expect(changed).toEqual(['recurrence', 'exceptions']);
  expect(ics).toContain('RRULE:FREQ=WEEKLY;UNTIL=20260630T215959Z;INTERVAL=2;BYDAY=MO\r\n');
  expect(ics).toContain('EXDATE;TZID=Europe/Berlin:20260316T100000\r\n');
  expect(ics?.match(/^(?:EXDATE|RECURRENCE-ID).*/gmu)).toEqual([
    'EXDATE;TZID=Europe/Berlin:20260316T100000\r'.trim(),
    'RECURRENCE-ID;TZID=Europe/Berlin:20260413T100000',
  ]);
});

test('an empty rule ends the series: exceptions, dates and overrides go', () => {
  const { ics } = edits.edit(calendar(exceptional), { scope: 'all' }, { recurrence: '' }, me);
  expect(ics).not.toMatch(/RRULE:FREQ=WEEKLY|EXDATE|RDATE|RECURRENCE-ID/u);
  expect(ics?.match(/BEGIN:VEVENT/gu)).toHaveLength(1);
});

test('a rule whose only instance is excluded leaves nothing to store', () => {
  const event = ['UID:x', 'DTSTART:20260302T100000Z', 'RRULE:FREQ=DAILY', 'EXDATE:20260302T100000Z'];
  const { ics } = edits.edit(calendar([event]), { scope: 'all' }, { recurrence: 'FREQ=DAILY;COUNT=1' }, me);
  expect(ics).toBeUndefined();
});

test('a single event may become a series, one occurrence may not', () => {
  const event = ['UID:x', 'DTSTART;TZID=Europe/Berlin:20260302T100000', 'SUMMARY:x'];
  const target = { scope: 'this', occurrence: { instant: 0 } } as const;
  expect(diff([event], target, { recurrence: 'RRULE:FREQ=DAILY;UNTIL=20260310T1000 00' })).toEqual([
    '+RRULE:FREQ=DAILY;UNTIL=20260310T090000Z',
  ]);
  expect(() => edits.edit(calendar([lived]), monday30, { recurrence: 'FREQ=DAILY' }, me)).toThrow(
    expect.objectContaining({ code: 'invalid_input' }),
  );
});
