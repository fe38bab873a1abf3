import { expect, test } from 'vitest';
import { createEvent } from '../../../src/calendar/edit/create-event.ts';
import { editEvent } from '../../../src/calendar/edit/edit-event.ts';
import { readResource } from '../../../src/calendar/reading/resource.ts';
import { calendar, lineDiff, lived, me, withoutStamps } from './line-diff.ts';

const all = { scope: 'all' } as const;

test('only displayed alarms relative to the start are replaced, equal ones stay', () => {
  const ics = calendar([lived]);
  const more = editEvent(ics, all, { reminders: [15, 30, 60] }, me);
  expect(
    withoutStamps(lineDiff(ics, more.ics ?? '')).map((line) => line.replace(/UID:uid-\d+/u, 'UID')),
  ).toEqual([
    '+BEGIN:VALARM',
    '+UID',
    '+ACTION:DISPLAY',
    '+TRIGGER:-PT1H',
    '+DESCRIPTION:Jour fixe',
    '+END:VALARM',
  ]);
  const none = editEvent(ics, all, { reminders: [] }, me);
  expect(none.changed).toEqual(['reminders']);
  expect(withoutStamps(lineDiff(ics, none.ics ?? ''))).toEqual(lived.slice(13, 19).map((line) => `-${line}`));
});

test('an alarm that sounds, as Apple writes them, goes with the others', () => {
  const alarm = ['BEGIN:VALARM', 'ACTION:AUDIO', 'TRIGGER:-PT15M', 'ATTACH;VALUE=URI:Chord', 'END:VALARM'];
  const ics = calendar([['UID:x', 'DTSTART:20260302T100000Z', ...alarm]]);
  expect(editEvent(ics, all, { reminders: [] }, me).ics).not.toContain('VALARM');
});

test('those who stay keep their lines and answers, new ones are asked, others go', () => {
  const ics = calendar([lived]);
  const { ics: edited = '' } = editEvent(
    ics,
    all,
    { attendees: ['BOB@rig.test', '"Dora, D." <dora@rig.test>'] },
    me,
  );
  expect(withoutStamps(lineDiff(ics, edited))).toEqual([
    '-ATTENDEE;PARTSTAT=DECLINED:mailto:Carol@rig.test',
    '+ATTENDEE;CN="Dora, D.";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:dora@rig.test',
  ]);
});

test('who invites becomes the organizer where there is none', () => {
  const ics = calendar([['UID:x', 'DTSTART:20260302T100000Z', 'SUMMARY:x', 'BEGIN:VALARM', 'END:VALARM']]);
  expect(withoutStamps(lineDiff(ics, editEvent(ics, all, { attendees: ['a@b.org'] }, me).ics ?? ''))).toEqual(
    ['+ORGANIZER;CN=Mia:mailto:me@rig.test', '+ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:a@b.org'],
  );
});

test('nobody invites to what somebody else organises', () => {
  const foreign = lived.map((line) => line.replace('Me@rig.test', 'boss@rig.test'));
  expect(() => editEvent(calendar([foreign]), all, { attendees: ['a@b.org'] }, me)).toThrow(
    expect.objectContaining({ code: 'forbidden' }),
  );
});

test('a new event says what was asked for, and nothing more', () => {
  const ics = createEvent(
    { title: 'Fest', start: '2026-06-05', end: '2026-06-07', busy: false, url: 'https://rig.test/?a=1;b' },
    'new@rig',
    me,
  );
  expect(ics.split('\r\n')).toEqual([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//mailbox-mcp-server//EN',
    'CALSCALE:GREGORIAN',
    'BEGIN:VEVENT',
    'UID:new@rig',
    'DTSTAMP:20260301T090000Z',
    'CREATED:20260301T090000Z',
    'LAST-MODIFIED:20260301T090000Z',
    'SEQUENCE:0',
    'DTSTART;VALUE=DATE:20260605',
    'DTEND;VALUE=DATE:20260608',
    'SUMMARY:Fest',
    'URL:https://rig.test/?a=1;b',
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]);
});

test.each([
  [
    { start: '2026-03-28T10:00' },
    'DTSTART;TZID=Europe/Berlin:20260328T100000',
    'DTEND;TZID=Europe/Berlin:20260328T110000',
  ],
  [
    { start: '2026-03-28T09:00:00Z', duration: 30 },
    'DTSTART;TZID=Europe/Berlin:20260328T100000',
    'DTEND;TZID=Europe/Berlin:20260328T103000',
  ],
  [{ start: '2026-03-28T10:00', timezone: 'UTC' }, 'DTSTART:20260328T100000Z', 'DTEND:20260328T110000Z'],
  [
    { start: '2026-03-28T10:00', timezone: 'Asia/Tokyo', end: '2026-03-28T04:00+01:00' },
    'DTSTART;TZID=Asia/Tokyo:20260328T100000',
    'DTEND;TZID=Asia/Tokyo:20260328T120000',
  ],
])('a new event is kept in its zone, with the definition of it: %j', (times, start, end) => {
  const ics = createEvent({ title: 'x', ...times }, 'u', me);
  expect(ics).toContain(`${start}\r\n${end}\r\n`);
  const named = [...ics.matchAll(/;TZID=([^:]+):/gu)].map(([, name]) => name);
  expect([...ics.matchAll(/^TZID:(.*)\r$/gmu)].map(([, name]) => name)).toEqual([...new Set(named)]);
  expect(readResource(ics, 'Europe/Berlin').failures).toEqual([]);
});

test.each([{ start: '2026-03-28' }, { title: 'x' }])('title and start are needed: %j', (fields) => {
  expect(() => createEvent(fields, 'u', me)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});
