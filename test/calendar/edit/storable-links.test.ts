import { expect, test } from 'vitest';
import { storable } from '../../../src/calendar/edit/storable.ts';
import { linesOf } from '../../support/calendar-texts.ts';
import { calendar } from './line-diff.ts';

const event = [
  'UID:x',
  'DTSTAMP:20260101T000000Z',
  'DTSTART:20260330T093000Z',
  'ORGANIZER:mailto:a@example.org',
];

function stored(...lines: string[]): string[] {
  const known = new Set(event);
  const [, own = ''] = storable(calendar([[...event, ...lines]])).split('BEGIN:VEVENT');
  return linesOf(own).filter((line) => !known.has(line) && !line.startsWith('END:'));
}

test.each([
  'ATTACH:https://example.org/agenda.pdf',
  'ATTACH;FMTTYPE=text/plain:http://example.org/',
  'ATTACH:CID:part1@example.org',
  'ATTACH;ENCODING=BASE64;VALUE=BINARY:SGVsbG8=',
  'URL:https://example.org/meet',
  'URL:msteams:/l/meeting',
  'CONFERENCE;VALUE=URI:tel:+49-30-1',
])('%s is stored', (line) => {
  expect(stored(line)).toEqual([line]);
});

test.each([
  'ATTACH:file:///etc/passwd',
  'ATTACH:\\\\server\\share',
  'ATTACH;VALUE=URI:smb://server/share',
  'ATTACH: javascript:alert(1)',
  'ATTACH:data:text/html;base64,PHNjcmlwdD4=',
  'URL:javascript:alert(1)',
  'URL: Java\tScript:alert(1)',
  'URL:data:text/html,x',
  'URL:FILE:///etc/passwd',
  'URL:java\u200Bscript:alert(1)',
  'CONFERENCE;VALUE=URI:javascript:alert(1)',
])('%s is not stored', (line) => {
  expect(stored(line)).toEqual([]);
});

test.each([
  ['SUMMARY:Rechnung\u202Efdp.exe', 'SUMMARY:Rechnungfdp.exe'],
  ['DESCRIPTION:a\u200Bb\u2066c\u{E0041}d\\ne', 'DESCRIPTION:abcd\\ne'],
  ['LOCATION;LANGUAGE=de:Ra\u00ADum', 'LOCATION;LANGUAGE=de:Raum'],
  ['ATTENDEE;CN=Bo\u202Eb:mailto:bob@rig.test', 'ATTENDEE;CN=Bob:mailto:bob@rig.test'],
])('what nobody sees is not stored: %j', (line, seen) => {
  expect(stored(line)).toEqual([seen]);
});

test('emoji, flags and scripts that need a joiner stay, and so does every character of a UID', () => {
  const line =
    'SUMMARY:\u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645';
  expect(stored(line)).toEqual([line]);
  expect(storable(calendar([['UID:a\u200Bb', ...event.slice(1)]]))).toContain('UID:a\u200Bb\r\n');
});

test('one event has one organizer', () => {
  const part = (day: string, boss: string) => [
    ...['UID:x', `RECURRENCE-ID:202603${day}T093000Z`, `DTSTART:202603${day}T093000Z`],
    `ORGANIZER:mailto:${boss}`,
  ];
  const ics = (boss: string) => calendar([part('23', 'a@example.org'), part('30', boss)]);
  expect(storable(ics('A@example.org')).match(/BEGIN:VEVENT/gu)).toHaveLength(2);
  expect(() => storable(ics('eve@evil.example'))).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});
