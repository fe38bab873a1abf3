import { expect, test } from 'vitest';
import { createEvent } from '../../../src/calendar/edit/create-event.ts';
import { editEvent } from '../../../src/calendar/edit/edit-event.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { calendar, lineDiff, lived, me } from './line-diff.ts';

const single = [
  'UID:s',
  'DTSTAMP:20250101T000000Z',
  'DTSTART;TZID=Europe/Berlin:20260323T100000',
  'DTEND;TZID=Europe/Berlin:20260323T113000',
  'SUMMARY:Lunch',
  'LAST-MODIFIED:20250101T000000Z',
];

function diffOf(event: readonly string[], fields: EventFields, context = me): string[] {
  const ics = calendar([event]);
  return lineDiff(ics, editEvent(ics, { scope: 'all' }, fields, context).ics ?? '').filter(
    (line) => !/^[+-](?:DTSTAMP|LAST-MODIFIED):/u.test(line),
  );
}

test('a new title changes its line and the stamps, and nothing else', () => {
  const ics = calendar([lived]);
  const { ics: edited = '', changed } = editEvent(ics, { scope: 'all' }, { title: 'Neu' }, me);
  expect(changed).toEqual(['title']);
  expect(lineDiff(ics, edited)).toEqual([
    '-DTSTAMP:20250101T000000Z',
    '+DTSTAMP:20260301T090000Z',
    '-SUMMARY;LANGUAGE=de:Jour',
    '-  fixe',
    '+SUMMARY;LANGUAGE=de:Neu',
    '+LAST-MODIFIED:20260301T090000Z',
  ]);
});

test('the line ends of the file are kept', () => {
  const ics = calendar([lived], '\n');
  const edited = editEvent(ics, { scope: 'all' }, { title: 'x'.repeat(100), reminders: [5] }, me).ics ?? '';
  expect(edited).not.toContain('\r');
});

test('fields that are so already leave the very text', () => {
  const ics = calendar([lived]);
  const same = {
    title: 'Jour fixe',
    start: '2026-03-23T10:00',
    end: '2026-03-23T11:00:00+01:00',
    timezone: 'Europe/Berlin',
    recurrence: 'freq=weekly;byday=mo',
    busy: true,
    allDay: false,
    description: '',
    reminders: [30, 15],
    attendees: ['carol@rig.test', 'Robert <BOB@rig.test>'],
  };
  expect(editEvent(ics, { scope: 'all' }, same, me)).toEqual({ ics, changed: [] });
});

test('a new start keeps the length, and raises SEQUENCE', () => {
  expect(diffOf(single, { start: '2026-03-24T15:00' })).toEqual([
    '-DTSTART;TZID=Europe/Berlin:20260323T100000',
    '-DTEND;TZID=Europe/Berlin:20260323T113000',
    '+DTSTART;TZID=Europe/Berlin:20260324T150000',
    '+DTEND;TZID=Europe/Berlin:20260324T163000',
    '+SEQUENCE:1',
  ]);
});

test('the length is exact: three hours over the spring change are three hours', () => {
  const night = single.map((line) => line.replace('T100000', 'T010000').replace('T113000', 'T040000'));
  expect(diffOf(night, { start: '2026-03-29T01:00' })).toContain('+DTEND;TZID=Europe/Berlin:20260329T050000');
});

test.each<[string, EventFields, string[]]>([
  [
    'an offset is an instant, kept in the zone of the event',
    { start: '2026-07-01T08:00:00Z' },
    ['20260701T100000', '20260701T113000'],
  ],
  ['end alone', { end: '2026-03-23T12:00' }, ['20260323T100000', '20260323T120000']],
  ['duration', { duration: 45 }, ['20260323T100000', '20260323T104500']],
])('%s', (_, fields, [start, end]) => {
  const ics = editEvent(calendar([single]), { scope: 'all' }, fields, me).ics;
  expect(ics).toContain(`DTSTART;TZID=Europe/Berlin:${start}\r\nDTEND;TZID=Europe/Berlin:${end}\r\n`);
});

test('a DURATION stays a DURATION', () => {
  const event = single.map((line) => line.replace(/^DTEND.*/u, 'DURATION;X-A=1:PT90M'));
  expect(diffOf(event, { start: '2026-03-24T15:00' }).join()).not.toContain('DURATION');
  expect(diffOf(event, { duration: 105 })).toEqual([
    '-DURATION;X-A=1:PT90M',
    '+DURATION;X-A=1:PT1H45M',
    '+SEQUENCE:1',
  ]);
});

test('a date makes it all-day, end inclusive; a time makes it timed again', () => {
  const ics = calendar([single]);
  const days = editEvent(ics, { scope: 'all' }, { start: '2026-05-01', end: '2026-05-02' }, me);
  expect(days.changed).toEqual(['start', 'end', 'allDay']);
  expect(days.ics).toContain('DTSTART;VALUE=DATE:20260501\r\nDTEND;VALUE=DATE:20260503\r\n');
  const back = editEvent(days.ics ?? '', { scope: 'all' }, { start: '2026-05-01T09:00', duration: 30 }, me);
  expect(back.ics).toContain(
    'DTSTART;TZID=Europe/Berlin:20260501T090000\r\nDTEND;TZID=Europe/Berlin:20260501T093000\r\n',
  );
});

test('allDay alone takes the days the event touches, midnight excluded', () => {
  const night = single.map((line) => line.replace('20260323T113000', '20260325T000000'));
  expect(diffOf(night, { allDay: true })).toEqual(
    expect.arrayContaining(['+DTSTART;VALUE=DATE:20260323', '+DTEND;VALUE=DATE:20260325']),
  );
});

test('another zone keeps the wall clock, and brings its definition', () => {
  const edited = editEvent(calendar([single]), { scope: 'all' }, { timezone: 'America/New_York' }, me);
  expect(edited.changed).toEqual(['start', 'end', 'timezone']);
  expect(edited.ics).toContain('DTSTART;TZID=America/New_York:20260323T100000\r\n');
  expect(edited.ics?.match(/TZID:America\/New_York/gu)).toHaveLength(1);
});

test('the zone of the event by another of its names is no other zone', () => {
  const windows = single.map((line) => line.replace('Europe/Berlin', 'W. Europe Standard Time'));
  const ics = calendar([windows]);
  expect(editEvent(ics, { scope: 'all' }, { timezone: 'europe/berlin' }, me)).toEqual({ ics, changed: [] });
});

test('UTC stays UTC, a local time is that of the user, and another zone has to be asked for', () => {
  const utc = ['UID:u', 'DTSTART:20260323T090000Z', 'DTEND:20260323T100000Z'];
  const edit = (fields: EventFields) => editEvent(calendar([utc]), { scope: 'all' }, fields, me).ics;
  const moved = 'DTSTART:20260324T090000Z\r\nDTEND:20260324T100000Z\r\n';
  expect(edit({ start: '2026-03-24T10:00:00+01:00' })).toContain(moved);
  expect(edit({ start: '2026-03-24T10:00' })).toContain(moved);
  expect(edit({ end: '2026-03-23T12:00' })).toContain(
    'DTSTART:20260323T090000Z\r\nDTEND:20260323T110000Z\r\n',
  );
  expect(edit({ timezone: 'UTC', start: '2026-03-24T10:00' })).toContain('DTSTART:20260324T100000Z\r\n');
  expect(edit({ timezone: 'Europe/Berlin', start: '2026-03-24T10:00' })).toContain(
    'DTSTART;TZID=Europe/Berlin:20260324T100000\r\nDTEND;TZID=Europe/Berlin:20260324T110000\r\n',
  );
});

test('floating stays floating', () => {
  const floating = ['UID:u', 'DTSTART:20260323T090000', 'DTEND:20260323T100000'];
  expect(diffOf(floating, { start: '2026-03-24T10:00' })).toContain('+DTSTART:20260324T100000');
});

test('a flight keeps the zone it lands in', () => {
  const flight = single.map((line) =>
    line.replace('DTEND;TZID=Europe/Berlin:20260323', 'DTEND;TZID=Asia/Tokyo:20260324'),
  );
  expect(diffOf(flight, { start: '2026-03-23T11:00' })).toContain('+DTEND;TZID=Asia/Tokyo:20260324T123000');
});

test('the private change of an attendee does not raise SEQUENCE, nor does a title', () => {
  const foreign = [...single, 'ORGANIZER:mailto:boss@rig.test', 'ATTENDEE:mailto:me@rig.test', 'SEQUENCE:2'];
  for (const fields of [{ busy: false }, { reminders: [5] }, { start: '2026-03-24T15:00' }]) {
    expect(diffOf(foreign, fields).join()).not.toContain('SEQUENCE');
  }
  expect(diffOf(single, { title: 'Other' }).join()).not.toContain('SEQUENCE');
});

test('what other programs would show instead of the new text goes with the old one', () => {
  const event = [
    ...single,
    'DESCRIPTION;ALTREP="data:text/html,<b>old</b>":old',
    'X-ALT-DESC;FMTTYPE=text/html:<b>old</b>',
    'LOCATION:Here',
    'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=Here:geo:1,2',
  ];
  expect(diffOf(event, { description: 'new', location: 'There' })).toEqual([
    '-DESCRIPTION;ALTREP="data:text/html,<b>old</b>":old',
    '-X-ALT-DESC;FMTTYPE=text/html:<b>old</b>',
    '-LOCATION:Here',
    '-X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=Here:geo:1,2',
    '+DESCRIPTION:new',
    '+LOCATION:There',
  ]);
});

test.each<[string, EventFields]>([
  ['end', { end: '2026-03-23T09:00' }],
  ['start', { start: '2026-02-30' }],
  ['start', { start: '2026-03-23T25:00' }],
  ['start', { start: 'tomorrow' }],
  ['start', { start: '1899-12-31T23:00' }],
  ['start', { start: '1899-12-31' }],
  ['start', { start: '9999-12-31T23:30' }],
  ['start', { start: '9999-12-31' }],
  ['start', { start: '9999-12-31T23:30:00-05:00' }],
  ['end', { start: '9999-12-31T22:00', end: '9999-12-31T23:30:00-05:00' }],
  ['end', { start: '9999-12-30', end: '9999-12-31' }],
  ['duration', { start: '9999-12-31T23:00', duration: 61 }],
  ['duration', { end: '2026-03-23T12:00', duration: 5 }],
  ['duration', { duration: 1.5 }],
  ['end', { end: '2026-03-24' }],
  ['timezone', { timezone: 'Mars/Phobos' }],
  ['title', { title: ' ' }],
  ['title', { title: 'x'.repeat(501) }],
  ['location', { location: 'x'.repeat(1001) }],
  ['description', { description: 'x'.repeat(50_001) }],
  ['url', { url: 'javascript:alert(1)' }],
  ['url', { url: 'https://x.org/\r\nX-EVIL:1' }],
  ['reminders', { reminders: [-5] }],
  ['attendees', { attendees: ['nobody'] }],
  ['attendees', { attendees: ['a@b.org, c@d.org'] }],
  ['attendees', { attendees: ['a@b.org\r\nX-EVIL:1'] }],
  ['recurrence', { recurrence: 'FREQ=DAILY;COUNT=2;UNTIL=20270101' }],
  ['recurrence', { recurrence: 'FREQ=DAILY;UNTIL=20260101' }],
  ['recurrence', { recurrence: 'FREQ=SECONDLY;COUNT=3' }],
  ['recurrence', { recurrence: 'FREQ=MINUTELY;INTERVAL=30' }],
])('%s is named when it is at fault, case %#', (name, fields) => {
  expect(() => editEvent(calendar([single]), { scope: 'all' }, fields, me)).toThrow(
    expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(name) }),
  );
});

test('a title or place given back as a list shows it, cut, stays whole; a text of its own that ends so is one', () => {
  const [title, location] = [`Ä${'t'.repeat(400)} Ende`, `${'Raum '.repeat(120)}Ende`];
  const ics = createEvent({ title, location, start: '2027-01-05T10:00' }, 'uid', me);
  const listed = { title: `Ä${'t'.repeat(298)}…`, location: `${'Raum '.repeat(60).slice(0, 299).trim()}…` };
  expect(editEvent(ics, { scope: 'all' }, listed, me)).toEqual({ ics, changed: [] });
  const { changed } = editEvent(ics, { scope: 'all' }, { ...listed, title: 'Ät…' }, me);
  expect(changed).toEqual(['title']);
  const mine = `B${listed.title}`;
  expect(editEvent(ics, { scope: 'all' }, { title: mine }, me).changed).toEqual(['title']);
});
