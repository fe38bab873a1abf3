import { describe, expect, test } from 'vitest';
import type { Target } from '../../../src/calendar/edit/edit.ts';
import { edits } from '../../../src/calendar/edit/edits.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { calendar, me } from './line-diff.ts';

const times = ['DTSTART;TZID=Europe/Berlin:20270105T100000', 'DTEND;TZID=Europe/Berlin:20270105T110000'];
const people = [
  'ORGANIZER:mailto:me@rig.test',
  'ATTENDEE;PARTSTAT=ACCEPTED:mailto:alias@rig.test',
  'ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED;X-NUM-GUESTS=0:mailto:bob@rig.test',
  'ATTENDEE;PARTSTAT="tentative";RSVP=FALSE:mailto:carol@rig.test',
  'ATTENDEE;CUTYPE=ROOM;SCHEDULE-AGENT=NONE;PARTSTAT=ACCEPTED:mailto:room@rig.test',
  'ATTENDEE:mailto:dora@rig.test',
];
const asked = [
  ...people.slice(1, 2),
  'ATTENDEE;CN=Bob;PARTSTAT=NEEDS-ACTION;X-NUM-GUESTS=0;RSVP=TRUE:mailto:bob@rig.test',
  'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:carol@rig.test',
  ...people.slice(4),
];
const weekly = ['UID:s', ...times, 'RRULE:FREQ=WEEKLY;COUNT=6', 'SUMMARY:S', 'SEQUENCE:3', ...people];
const second = { instant: Date.parse('2027-01-12T09:00:00Z') };
const third = { instant: Date.parse('2027-01-19T09:00:00Z') };

/** The ATTENDEE lines of each VEVENT. */
function invited(ics: string | undefined): string[][] {
  const events = (ics ?? '').replaceAll('\r\n ', '').split('BEGIN:VEVENT').slice(1);
  return events.map((event) => event.match(/^ATTENDEE.*(?=\r)/gmu) ?? []);
}

function changed(event: readonly string[], target: Target, fields: EventFields): string[][] {
  return invited(edits.edit(calendar([event]), target, fields, me).ics);
}

const moves: [string, EventFields][] = [
  ['another start', { start: '2027-01-12T14:00' }],
  ['another end', { end: '2027-01-12T10:45' }],
  ['another length', { duration: 30 }],
  ['another zone', { timezone: 'America/New_York' }],
  ['days', { allDay: true }],
];

describe('of what the user organises the others are asked anew', () => {
  test.each(moves)('%s of one occurrence, for that one', (_, fields) => {
    expect(changed(weekly, { scope: 'this', occurrence: second }, fields)).toEqual([people.slice(1), asked]);
  });

  test.each<[string, EventFields]>([...moves, ['another rule', { recurrence: 'FREQ=WEEKLY;COUNT=5' }]])(
    '%s of a series',
    (_, fields) => {
      expect(changed(weekly, { scope: 'all', occurrence: second }, fields)).toEqual([asked]);
    },
  );

  test.each<[string, EventFields]>(
    moves.map(([name, { start, end, ...fields }]) => [
      name,
      { ...fields, ...(start && { start: '2027-01-05T14:00' }), ...(end && { end: '2027-01-05T10:45' }) },
    ]),
  )('%s of a single event', (_, fields) => {
    const single = weekly.filter((line) => !line.startsWith('RRULE'));
    expect(changed(single, { scope: 'all' }, fields)).toEqual([asked]);
  });
});

test.each<[string, EventFields]>([
  ['a title', { title: 'T', location: 'L', description: 'D', busy: false, reminders: [5] }],
  ['the times as they are', { start: '2027-01-12T10:00', end: '2027-01-12T11:00', title: 'T' }],
])('%s leaves the answers', (_, fields) => {
  for (const scope of ['this', 'all'] as const) {
    const lists = changed(weekly, { scope, occurrence: second }, fields);
    expect(lists).toEqual(lists.map(() => people.slice(1)));
  }
});

test('an override that keeps its own time keeps the answers to it, one that moves along is asked anew', () => {
  const override = (id: string, start: string) => [
    'UID:s',
    `RECURRENCE-ID;TZID=Europe/Berlin:${id}`,
    `DTSTART;TZID=Europe/Berlin:${start}`,
    'DURATION:PT1H',
    'SUMMARY:Own',
    ...people,
  ];
  const own = override('20270112T100000', '20270113T150000');
  const along = override('20270119T100000', '20270120T100000');
  const ics = calendar([weekly, own, along]);
  const { ics: edited } = edits.edit(ics, { scope: 'all' }, { start: '2027-01-05T12:00' }, me);
  expect(invited(edited)).toEqual([asked, people.slice(1), asked]);
});

test('what somebody else organises, or nobody, keeps its answers: they are not ours to take back', () => {
  for (const organizer of ['ORGANIZER:mailto:boss@rig.test', 'X-NONE:1']) {
    const event = weekly.map((line) => (line === people[0] ? organizer : line));
    expect(changed(event, { scope: 'all' }, { start: '2027-01-05T12:00' })).toEqual([people.slice(1)]);
  }
});

test('an occurrence that is deleted, and a series that ends earlier, ask nobody', () => {
  const ics = calendar([weekly]);
  for (const scope of ['this', 'following'] as const) {
    const { ics: left } = edits.cancel(ics, { scope, occurrence: third }, me);
    expect(invited(left)).toEqual([people.slice(1)]);
  }
});

describe('who is taken off', () => {
  const sequenceOf = (text: string | undefined) => text?.match(/(?<=^SEQUENCE:)\d+/gmu)?.map(Number);
  const without = { attendees: ['bob@rig.test', 'dora@rig.test', 'room@rig.test'] };
  const override = ['UID:s', 'RECURRENCE-ID:20270119T090000Z', 'DTSTART:20270119T130000Z', 'SEQUENCE:7'];
  const ics = calendar([weekly, [...override, 'SUMMARY:Own', ...people]]);

  test.each<[string, Target, number[]]>([
    ['of all', { scope: 'all' }, [8, 8]],
    ['of one occurrence', { scope: 'this', occurrence: second }, [3, 7, 8]],
    ['of a changed one', { scope: 'this', occurrence: third }, [3, 8]],
  ])('%s gets a cancellation with the SEQUENCE that is stored', (_, target, sequences) => {
    const { ics: stored } = edits.edit(ics, target, without, me);
    expect(sequenceOf(stored)).toEqual(sequences);
    expect(sequenceOf(edits.itip(ics, 'CANCEL', target, me))).toEqual([8]);
    const again = edits.edit(
      stored ?? '',
      target,
      { attendees: ['carol@rig.test', ...without.attendees] },
      me,
    );
    expect(sequenceOf(edits.itip(again.ics ?? '', 'REQUEST', target, me))?.at(-1)).toBe(8);
  });

  test('no one goes: who is invited besides does not raise it', () => {
    const more = { attendees: ['eve@rig.test', 'carol@rig.test', ...without.attendees] };
    expect(sequenceOf(edits.edit(ics, { scope: 'all' }, more, me).ics)).toEqual([3, 7]);
  });
});
