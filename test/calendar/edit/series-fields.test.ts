import { describe, expect, test } from 'vitest';
import { edits } from '../../../src/calendar/edit/edits.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { MailboxError } from '../../../src/domain/errors.ts';
import { calendar, lineDiff, me, withoutStamps } from './line-diff.ts';

const master = [
  'UID:s',
  'DTSTART;TZID=Europe/Berlin:20270105T100000',
  'DTEND;TZID=Europe/Berlin:20270105T110000',
  'RRULE:FREQ=WEEKLY;COUNT=4',
  'SUMMARY:S',
];
const moved = [
  'UID:s',
  'RECURRENCE-ID;TZID=Europe/Berlin:20270119T100000',
  'DTSTART;TZID=Europe/Berlin:20270120T150000',
  'DTEND;TZID=Europe/Berlin:20270120T160000',
  'SUMMARY:S',
];
const series = calendar([master, moved]);
const occurrence = { instant: Date.parse('2027-01-19T09:00:00Z') };
const asShown = { start: '2027-01-20T15:00:00+01:00', end: '2027-01-20T16:00:00+01:00' };

function edited(scope: 'this' | 'following' | 'all', fields: EventFields, ics = series) {
  const { ics: left, following, changed } = edits.edit(ics, { scope, occurrence }, fields, me);
  return { changed, text: `${following?.ics ?? ''}${left ?? ''}` };
}

function times(text: string): string[] {
  const own = text.replace(/BEGIN:VTIMEZONE[\s\S]*?END:VTIMEZONE/gu, '');
  return own.match(/(?<=^(?:DTSTART|DTEND|DURATION)[^\r\n]*:)\w+/gmu) ?? [];
}

function refusalOf(action: () => unknown): MailboxError {
  try {
    action();
  } catch (error) {
    if (error instanceof MailboxError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe.each(['this', 'following', 'all'] as const)('%s, of an occurrence that was moved', (scope) => {
  test.each<[string, EventFields]>([
    ['start', { start: asShown.start }],
    ['end', { end: asShown.end }],
    ['start and end, local', { start: '2027-01-20T15:00', end: '2027-01-20T16:00' }],
    ['start and duration', { start: asShown.start, duration: 60 }],
    ['all of them', { ...asShown, allDay: false, timezone: 'Europe/Berlin' }],
  ])('%s as shown, with a new title, changes the title only', (_, fields) => {
    const { changed, text } = edited(scope, { ...fields, title: 'T' });
    expect(changed).toEqual(['title']);
    const alone = edited(scope, { title: 'T' });
    expect(times(text)).toEqual(times(alone.text));
    expect(edited(scope, fields)).toEqual({ changed: [], text: series });
  });
});

test.each(['following', 'all'] as const)(
  '%s: another time for what was moved by itself is refused',
  (scope) => {
    for (const fields of [
      { end: '2027-01-20T16:30' },
      { start: '2027-01-20T14:00' },
      { start: '2027-01-19T10:00' },
      { ...asShown, end: '2027-01-20T15:45' },
      { ...asShown, timezone: 'America/New_York' },
    ]) {
      const error = refusalOf(() => edited(scope, fields));
      expect(error).toMatchObject({ code: 'invalid_input' });
      expect(error.hint).toContain('@2027-01-26T10:00:00+01:00');
    }
  },
);

test('this: another end is that of the occurrence alone', () => {
  const { text } = edited('this', { end: '2027-01-20T16:30' });
  expect(withoutStamps(lineDiff(series, text))).toEqual([
    '-DTEND;TZID=Europe/Berlin:20270120T160000',
    '+DTEND;TZID=Europe/Berlin:20270120T163000',
  ]);
});

test('a duration is that of every occurrence, whichever it was given for', () => {
  const { text } = edited('all', { duration: 90 });
  expect(withoutStamps(lineDiff(series, text))).toEqual([
    '-DTEND;TZID=Europe/Berlin:20270105T110000',
    '+DTEND;TZID=Europe/Berlin:20270105T113000',
  ]);
  expect(edited('all', { duration: 60 })).toEqual({ changed: [], text: series });
  const longer = [...master.slice(0, 2), 'DURATION:PT90M', ...master.slice(3)];
  expect(edited('all', { duration: 60 }, calendar([longer, moved])).text).toContain('DURATION:PT1H\r\n');
});

test('an occurrence that only lasts longer moves its series, and its end is its own', () => {
  const longer = [...moved.slice(0, 2), 'DTSTART;TZID=Europe/Berlin:20270119T100000', 'DURATION:PT2H'];
  const ics = calendar([master, longer]);
  const { text } = edited('all', { start: '2027-01-19T12:00' }, ics);
  expect(times(text)).toEqual(['20270105T120000', '20270105T130000', '20270119T120000', 'PT2H']);
  expect(refusalOf(() => edited('all', { end: '2027-01-19T13:00' }, ics)).code).toBe('invalid_input');
});

test('occurrences that a change for this and the future moved have no time of the series either', () => {
  const future = ['UID:s', 'RECURRENCE-ID;RANGE=THISANDFUTURE:20270112T090000Z', 'DTSTART:20270112T130000Z'];
  const ics = calendar([master, [...future, 'DURATION:PT1H', 'SUMMARY:S']]);
  expect(refusalOf(() => edited('all', { start: '2027-01-19T15:00' }, ics)).code).toBe('invalid_input');
  expect(edited('all', { start: '2027-01-19T14:00' }, ics).changed).toEqual([]);
});

test('days: the date as shown changes nothing, another one is refused', () => {
  const days = ['UID:d', 'DTSTART;VALUE=DATE:20270104', 'RRULE:FREQ=WEEKLY;COUNT=3', 'SUMMARY:D'];
  const other = ['UID:d', 'RECURRENCE-ID;VALUE=DATE:20270111', 'DTSTART;VALUE=DATE:20270112', 'SUMMARY:D'];
  const ics = calendar([days, other]);
  const target = { scope: 'all', occurrence: { date: '2027-01-11' } } as const;
  const same = { start: '2027-01-12', end: '2027-01-12', allDay: true };
  expect(edits.edit(ics, target, same, me)).toEqual({ ics, changed: [] });
  const error = refusalOf(() => edits.edit(ics, target, { start: '2027-01-13' }, me));
  expect(error.hint).toContain('@2027-01-18');
});

test('a nominal day given back as its end stays a day', () => {
  const day = ['UID:d', 'DTSTART;TZID=Europe/Berlin:20270104T100000', 'DURATION:P1D', 'SUMMARY:D'];
  const ics = calendar([day]);
  const fields = { start: '2027-01-04T10:00', end: '2027-01-05T10:00', title: 'E' };
  const { ics: text } = edits.edit(ics, { scope: 'all' }, fields, me);
  expect(withoutStamps(lineDiff(ics, text ?? ''))).toEqual(['-SUMMARY:D', '+SUMMARY:E']);
});
