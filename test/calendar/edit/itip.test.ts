import { expect, test } from 'vitest';
import { answer } from '../../../src/calendar/edit/answer.ts';
import type { Target } from '../../../src/calendar/edit/edit.ts';
import { itip } from '../../../src/calendar/edit/itip.ts';
import { storable } from '../../../src/calendar/edit/storable.ts';
import { calendar, codeOf, context, linesOf } from './split-series-support.ts';

const organizer = 'ORGANIZER;CN=Ann;SCHEDULE-AGENT=CLIENT:mailto:ann@example.org';
const bob = 'ATTENDEE;CN=Bob;SCHEDULE-STATUS="1.2":mailto:bob@example.org';
const me = 'ATTENDEE;CN=Me;RSVP=TRUE;PARTSTAT=ACCEPTED:mailto:me@mailbox.org';
const details = ['SUMMARY:Plan', 'DESCRIPTION:Secret', 'X-MOZ-LASTACK:20260101T000000Z', 'COMMENT:Bring tea'];
const alarm = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT5M', 'END:VALARM'];
const series = [
  'DTSTART;TZID=Europe/Berlin:20260316T093000',
  'DTEND;TZID=Europe/Berlin:20260316T103000',
  'RRULE:FREQ=WEEKLY;COUNT=4',
  'SEQUENCE:2',
  ...[organizer, bob, me, ...details, ...alarm],
];
const override = [
  'RECURRENCE-ID;TZID=Europe/Berlin:20260323T093000',
  'DTSTART;TZID=Europe/Berlin:20260323T110000',
  'SEQUENCE:4',
  ...[organizer, me, 'ATTENDEE:mailto:guest@example.org'],
];

const all: Target = { scope: 'all' };
const on = (instant: string): Target => ({ scope: 'this', occurrence: { instant: Date.parse(instant) } });

type Method = Parameters<typeof itip>[1];

function message(method: Method, ics: string, target: Target = all, comment?: string): string[] {
  return linesOf(itip(ics, method, target, { ...context, comment }));
}

/** The lines of the VEVENTs. */
function eventLines(lines: readonly string[]): string[] {
  return lines.slice(lines.indexOf('BEGIN:VEVENT'), lines.lastIndexOf('END:VEVENT') + 1);
}

test('a REPLY holds the own answer and what names the event, and nothing else', () => {
  expect(eventLines(message('REPLY', calendar(series), all, 'Gladly;\nme'))).toEqual([
    'BEGIN:VEVENT',
    'DTSTAMP:20260301T080000Z',
    'UID:old-uid',
    'DTSTART;TZID=Europe/Berlin:20260316T093000',
    'DTEND;TZID=Europe/Berlin:20260316T103000',
    'SEQUENCE:2',
    'ORGANIZER;CN=Ann:mailto:ann@example.org',
    'SUMMARY:Plan',
    'ATTENDEE;CN=Me;PARTSTAT=ACCEPTED:mailto:me@mailbox.org',
    'COMMENT:Gladly\\;\\nme',
    'END:VEVENT',
  ]);
});

test('a comment on a series is said once, with the series; on one occurrence with that', () => {
  const ics = calendar(series, override);
  const [whole = '', part = ''] = message('REPLY', ics, all, 'Gladly').join('\n').split('RECURRENCE-ID');
  expect([whole.includes('COMMENT:Gladly'), part.includes('COMMENT')]).toEqual([true, false]);
  expect(message('REPLY', ics, on('2026-03-23T08:30:00Z'), 'Gladly')).toContain('COMMENT:Gladly');
});

test('every message says its METHOD once, and defines the zones it names', () => {
  for (const method of ['REQUEST', 'REPLY', 'CANCEL'] as const) {
    const lines = message(method, calendar(series));
    expect(lines.slice(0, 2)).toEqual(['BEGIN:VCALENDAR', 'VERSION:2.0']);
    expect(lines.filter((line) => line.startsWith('METHOD'))).toEqual([`METHOD:${method}`]);
    expect(lines.filter((line) => line === 'TZID:Europe/Berlin')).toHaveLength(1);
    expect(lines).not.toContain('BEGIN:VALARM');
  }
});

test('zones that are not named are not sent, and one the file does not define is', () => {
  const utc = calendar(['DTSTART:20260316T093000Z', organizer, me]);
  expect(message('REPLY', utc)).not.toContain('BEGIN:VTIMEZONE');
  const undefinedZone = calendar(['DTSTART;TZID=Asia/Tokyo:20260316T093000', organizer, me]);
  expect(message('REPLY', undefinedZone)).toContain('TZID:Asia/Tokyo');
});

test('a REPLY for one occurrence names it and is in nobody else’s words', () => {
  const target = on('2026-03-30T07:30:00Z');
  const answered = answer(calendar(series), target, { response: 'declined' }, context).ics ?? '';
  const lines = eventLines(message('REPLY', answered, target));
  expect(lines).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20260330T093000');
  expect(lines).toContain('ATTENDEE;CN=Me;PARTSTAT=DECLINED:mailto:me@mailbox.org');
  expect(lines.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1);
});

test('a REPLY for a series answers each part with the SEQUENCE of that part, for one own address', () => {
  const twice = [...series, 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:alias@mailbox.org'];
  const lines = message('REPLY', calendar(twice, override));
  expect(lines.filter((line) => line.startsWith('SEQUENCE'))).toEqual(['SEQUENCE:2', 'SEQUENCE:4']);
  expect(lines.filter((line) => line.startsWith('ATTENDEE'))).toEqual(
    Array(2).fill('ATTENDEE;CN=Me;PARTSTAT=ACCEPTED:mailto:me@mailbox.org'),
  );
});

test('a REQUEST holds all that concerns those invited', () => {
  const lines = eventLines(message('REQUEST', calendar(series, override)));
  for (const line of [
    'RRULE:FREQ=WEEKLY;COUNT=4',
    'DESCRIPTION:Secret',
    'COMMENT:Bring tea',
    ...override.slice(0, 3),
  ]) {
    expect(lines).toContain(line);
  }
  expect(lines).toContain('ATTENDEE;CN=Bob:mailto:bob@example.org');
  expect(lines.filter((line) => line.startsWith('X-MOZ'))).toEqual([]);
  expect(lines.filter((line) => line.startsWith('DTSTAMP'))).toEqual(
    Array(2).fill('DTSTAMP:20260301T080000Z'),
  );
});

test('a REQUEST for one occurrence is that occurrence alone', () => {
  const lines = eventLines(message('REQUEST', calendar(series, override), on('2026-03-23T08:30:00Z')));
  expect(lines.filter((line) => /^(?:UID|RECURRENCE-ID|RRULE)/u.test(line))).toEqual([
    'UID:old-uid',
    override[0],
  ]);
});

test('a CANCEL is numbered above the whole resource and names everybody invited to any part', () => {
  const lines = eventLines(message('CANCEL', calendar(series, override)));
  expect(lines.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1);
  expect(lines).toContain('STATUS:CANCELLED');
  expect(lines.filter((line) => line.startsWith('SEQUENCE'))).toEqual(['SEQUENCE:5']);
  const addresses = lines
    .filter((line) => line.startsWith('ATTENDEE'))
    .map((line) => line.split('mailto:')[1]);
  expect(addresses).toEqual(['bob@example.org', 'me@mailbox.org', 'guest@example.org']);
  expect(lines.filter((line) => /^(?:DESCRIPTION|COMMENT|RRULE)/u.test(line))).toEqual([]);
});

test('a CANCEL of one occurrence names it', () => {
  const lines = eventLines(message('CANCEL', calendar(series), on('2026-04-06T07:30:00Z')));
  expect(lines).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20260406T093000');
  expect(lines).toContain('DTSTART;TZID=Europe/Berlin:20260406T093000');
  expect(lines).toContain('SEQUENCE:3');
});

test('of a series with people in one occurrence only, that occurrence is written about', () => {
  const bare = series.filter((line) => !/^(?:ORGANIZER|ATTENDEE)/u.test(line));
  const events = message('CANCEL', calendar(bare, override)).filter((line) => line === 'BEGIN:VEVENT');
  expect(events).toHaveLength(1);
  expect(message('REQUEST', calendar(bare, override))).toEqual(
    expect.arrayContaining([override[0], 'ATTENDEE:mailto:guest@example.org']),
  );
});

test('what is sent is CRLF, folded, free of control characters, and could be stored by who gets it', () => {
  const long = `DESCRIPTION:${'Grüße 👋 '.repeat(40)}\u0000\u2028`;
  const ics = calendar([...series, long]).replaceAll('\r\n', '\n');
  const sent = itip(ics, 'REQUEST', all, context);
  expect(sent.replaceAll('\r\n', '')).not.toMatch(/[\p{Cc}\u2028]/u);
  expect(Math.max(...sent.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
  expect(storable(sent)).toContain('UID:old-uid');
});

test.each([
  ['REPLY', 'not_found', calendar(['DTSTART:20260316T093000Z', organizer, bob]), all],
  ['REQUEST', 'unsupported', calendar(['DTSTART:20260316T093000Z']), all],
  ['CANCEL', 'not_found', calendar(series), on('2026-03-17T08:30:00Z')],
  [
    'CANCEL',
    'unsupported',
    calendar(series),
    { scope: 'following', occurrence: { instant: Date.parse('2026-03-23T08:30:00Z') } },
  ],
] as const)('%s is refused with %s where it makes no sense', (method, code, ics, target) => {
  expect(codeOf(() => message(method, ics, target))).toBe(code);
});
