import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readInvitation, readMailedEvent } from '../../src/content/invitation.ts';
import { windowsZones } from '../../src/content/windows-zones.ts';
import { ianaZone, isIanaZone } from '../../src/content/zone-names.ts';
import { zonedInstant } from '../../src/domain/time.ts';

const corpora = join(import.meta.dirname, '../../../shared/corpora');
const berlin = 'Europe/Berlin';

/** A calendar of one event with these lines; `before` stands beside the event. */
function calendar(lines: string[], before: string[] = []): string {
  const event = ['BEGIN:VEVENT', 'UID:1', ...lines, 'END:VEVENT'];
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...before, ...event, 'END:VCALENDAR', ''].join('\r\n');
}

/** Start and end in `zone`. */
function span(lines: string[], before: string[] = [], zone = berlin): string[] {
  const { start, end } = readInvitation(calendar(lines, before), zone) ?? {};
  return [start ?? 'none', end ?? 'none'];
}

test('a request is read as a person says it', () => {
  const ics = calendar(
    [
      'SUMMARY:Planung\\, Teil 1\\nund ein',
      '  e lange Zeile',
      'DTSTART;TZID=Europe/Berlin:20260328T100000',
      'DTEND;TZID=Europe/Berlin:20260328T113000',
      'ORGANIZER;CN="Ann, Example":MAILTO:ann@example.org',
      'BEGIN:VALARM',
      'SUMMARY:not me',
      'END:VALARM',
    ],
    ['METHOD:request'],
  );
  expect(readInvitation(ics, berlin)).toEqual({
    method: 'REQUEST',
    title: 'Planung, Teil 1 und ein e lange Zeile',
    start: '2026-03-28T10:00:00+01:00',
    end: '2026-03-28T11:30:00+01:00',
    organizer: '"Ann, Example" <ann@example.org>',
  });
});

const when = 'DTSTART:20260609T090000Z';
const changedOccurrence = [
  ...['END:VEVENT', 'BEGIN:VEVENT', 'UID:1', 'RECURRENCE-ID:20260616T090000Z', 'DTSTART:20260617T090000Z'],
];

test.each([
  ['a whole event by its UID', [when], { uid: '1' }],
  [
    'one occurrence by its original start, in the zone of the user',
    [when, 'RECURRENCE-ID;TZID=America/New_York:20260609T040000'],
    { uid: '1', occurrence: '2026-06-09T10:00:00+02:00' },
  ],
  [
    'an all-day occurrence by its day',
    ['DTSTART;VALUE=DATE:20260610', 'RECURRENCE-ID;VALUE=DATE:20260609'],
    { uid: '1', occurrence: '2026-06-09' },
  ],
  ['not the series where its occurrence cannot be read', [when, 'RECURRENCE-ID:soon'], undefined],
  ['the series where it comes with changed occurrences', [when, ...changedOccurrence], { uid: '1' }],
])('a calendar is told %s', (_name, lines, invitedTo) => {
  expect(readMailedEvent(calendar(lines), berlin)?.invitedTo).toEqual(invitedTo);
});

test.each([
  ['UID: \u0000a\u200Bb@example.org ', { uid: 'a\u200Bb@example.org' }],
  ['UID:', undefined],
  [`UID:${'x'.repeat(2_000)}`, { uid: 'x'.repeat(1_000) }],
])('the UID is as calendars hold it: %j', (uid, invitedTo) => {
  const ics = calendar([when]).replace('UID:1', uid);
  expect(readMailedEvent(ics, berlin)).toMatchObject({ invitation: { method: 'PUBLISH' } });
  expect(readMailedEvent(ics, berlin)?.invitedTo).toEqual(invitedTo);
});

test.each([
  ['UTC', 'DTSTART:20260701T080000Z', '2026-07-01T10:00:00+02:00'],
  ['another IANA zone', 'DTSTART;TZID=America/New_York:20260310T090000', '2026-03-10T14:00:00+01:00'],
  ['a Windows zone', 'DTSTART;TZID="Pacific Standard Time":20260701T090000', '2026-07-01T18:00:00+02:00'],
  [
    'a vendor prefix',
    'DTSTART;TZID=/example.org/20240101/Asia/Tokyo:20260701T090000',
    '2026-07-01T02:00:00+02:00',
  ],
  ['an offset name', 'DTSTART;TZID=UTC+3:20260701T090000', '2026-07-01T08:00:00+02:00'],
  [
    'a display name',
    'DTSTART;TZID="(UTC+00:00) Dublin, London":20260701T090000',
    '2026-07-01T10:00:00+02:00',
  ],
  ['floating time', 'DTSTART:20260701T090000', '2026-07-01T09:00:00+02:00'],
  ['an unknown zone as floating', 'DTSTART;TZID=Atlantis:20260701T090000', '2026-07-01T09:00:00+02:00'],
  [
    'a gap, with the offset before it',
    'DTSTART;TZID=Europe/Berlin:20260329T023000',
    '2026-03-29T03:30:00+02:00',
  ],
])('%s', (_name, line, start) => {
  expect(span([line])).toEqual([start, start]);
});

test.each([
  [['DTSTART;VALUE=DATE:20260328'], ['2026-03-28', '2026-03-28']],
  [
    ['DTSTART;VALUE=DATE:20260328', 'DTEND;VALUE=DATE:20260329'],
    ['2026-03-28', '2026-03-28'],
  ],
  [
    ['DTSTART;VALUE=DATE:20260228', 'DTEND;VALUE=DATE:20260303'],
    ['2026-02-28', '2026-03-02'],
  ],
  [
    ['DTSTART;VALUE=DATE:20260328', 'DURATION:P3D'],
    ['2026-03-28', '2026-03-30'],
  ],
  [
    ['DTSTART:20260328', 'DTEND:20260328'],
    ['2026-03-28', '2026-03-28'],
  ],
])('all-day %j lasts to its last day', (lines, expected) => {
  expect(span(lines)).toEqual(expected);
});

test('a duration counts days on the calendar and hours on the clock', () => {
  const start = 'DTSTART;TZID=Europe/Berlin:20260328T120000';
  expect(span([start, 'DURATION:P1D'])[1]).toBe('2026-03-29T12:00:00+02:00');
  expect(span([start, 'DURATION:PT24H'])[1]).toBe('2026-03-29T13:00:00+02:00');
  expect(span([start, 'DURATION:-PT1H'])[1]).toBe('2026-03-28T12:00:00+01:00');
});

const outlookZone = [
  'BEGIN:VTIMEZONE',
  'TZID:Customized Time Zone',
  'BEGIN:STANDARD',
  'DTSTART:16010101T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:16010101T020000',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
];

test('a zone the file defines itself agrees with the zone it copies, hour by hour over the changes', () => {
  const hours = ['20260328', '20260329', '20261024', '20261025', '20260115', '20260715'].flatMap((day) =>
    Array.from({ length: 24 }, (_, hour) => `${day}T${String(hour).padStart(2, '0')}3000`),
  );
  for (const time of hours) {
    const own = span([`DTSTART;TZID=Customized Time Zone:${time}`], outlookZone, 'Asia/Tokyo');
    expect([time, ...own]).toEqual([time, ...span([`DTSTART;TZID=Europe/Berlin:${time}`], [], 'Asia/Tokyo')]);
  }
});

test('a definition with dates and an end is honoured; one too clever is not guessed at', () => {
  const zone = (...rule: string[]) => [
    'BEGIN:VTIMEZONE',
    'TZID:Own',
    'BEGIN:STANDARD',
    'DTSTART:20200101T000000',
    'TZOFFSETFROM:+0000',
    'TZOFFSETTO:+0530',
    ...rule,
    'END:STANDARD',
    'END:VTIMEZONE',
  ];
  const event = ['DTSTART;TZID=Own:20260701T090000'];
  expect(span(event, zone(), 'UTC')[0]).toBe('2026-07-01T03:30:00+00:00');
  expect(span(event, zone('RRULE:FREQ=HOURLY'), 'UTC')[0]).toBe('2026-07-01T09:00:00+00:00');
});

test('the series is shown, not a changed occurrence of it', () => {
  const changed = 'BEGIN:VEVENT\r\nRECURRENCE-ID:20260102T090000Z\r\nDTSTART:20260102T100000Z\r\nEND:VEVENT';
  expect(
    span(['DTSTART:20260101T090000Z', 'RRULE:FREQ=DAILY;COUNT=3;BYDAY=1TU,-1TH'], [changed], 'UTC')[0],
  ).toBe('2026-01-01T09:00:00+00:00');
});

test('nothing invisible or multi-line gets out of any field', () => {
  const invitation = readInvitation(
    calendar(
      [
        'DTSTART:20260101T090000Z',
        'SUMMARY:A\\n\u202EB\u200B\u{E0041}C',
        'ORGANIZER;CN=X\u202Ey:mailto:a@b.de?x=1%0d%0a',
      ],
      ['METHOD:RE\u202EQUEST<b>'],
    ),
    'UTC',
  );
  expect(invitation).toMatchObject({ method: 'PUBLISH', title: 'A BC', organizer: 'Xy <a@b.de>' });
});

test.each([
  ['no event', 'BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nSUMMARY:x\r\nEND:VTODO\r\nEND:VCALENDAR'],
  ['no start', calendar(['SUMMARY:x'])],
  ['a day that is none', calendar(['DTSTART;VALUE=DATE:20260231'])],
  ['no calendar', 'hello'],
  ['nothing', ''],
])('%s gives undefined', (_name, ics) => {
  expect(readInvitation(ics, berlin)).toBeUndefined();
});

test("a user's zone that does not exist gives undefined, not an exception", () => {
  expect(readInvitation(calendar(['DTSTART:20260101T090000Z']), 'Mars/Phobos')).toBeUndefined();
});

test('a broken line, a missing end and a byte order mark spoil nothing', () => {
  const ics =
    '\uFEFFBEGIN:VCALENDAR\nBEGIN:VEVENT\nRRULE:FREQ=\nX;=:\nDTSTART:20260101T090000Z\nSUMMARY;CN="x:y';
  expect(readInvitation(ics, 'UTC')).toMatchObject({ start: '2026-01-01T09:00:00+00:00', title: '' });
});

test('every Windows name leads to a zone this runtime knows', () => {
  const path = join(corpora, 'ics/windows-zones.json');
  const expected: Record<string, string> = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  for (const [name, zone] of Object.entries({ ...windowsZones, ...expected })) {
    // `UTC` is both, and means the same.
    const found = isIanaZone(name) ? zone : ianaZone(name.toLowerCase());
    expect([name, isIanaZone(zone), found]).toEqual([name, true, zone]);
    expect(zonedInstant('2026-07-01', zone).getTime()).not.toBeNaN();
  }
  expect(ianaZone('Customized Time Zone')).toBeUndefined();
  for (const name of ['__proto__', 'constructor']) expect(ianaZone(name)).toBeUndefined();
});

test('no calendar of the corpus throws or takes half a second', () => {
  const files = existsSync(join(corpora, 'ics')) ? filesBelow(join(corpora, 'ics')) : [];
  const own = [calendar(['DTSTART:20260101T090000Z', 'RRULE:FREQ=WEEKLY;INTERVAL=2000000000;COUNT=2'])];
  let read = 0;
  for (const ics of [...own, ...files.map((file) => readFileSync(file, 'utf8'))]) {
    const started = performance.now();
    if (readInvitation(ics, berlin)) read += 1;
    expect(performance.now() - started).toBeLessThan(500);
  }
  expect(read).toBeGreaterThan(files.length / 2);
});

test('no input throws or hangs, however long its lines', () => {
  const piece = fc.constantFrom(
    'BEGIN:',
    'END:',
    'VEVENT',
    'VCALENDAR',
    'DTSTART',
    ';TZID=',
    ';VALUE=DATE',
    ':',
    '20260101T090000',
    'Z',
    '\r\n',
    '\r',
    ' ',
    'RRULE:FREQ=YEARLY',
    '"',
    '\\',
    'VTIMEZONE',
    'STANDARD',
    'DURATION:P9999D',
    '99991231',
    '00010101',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 80 }), (parts) => {
      readInvitation(parts.join(''), berlin);
      readInvitation(calendar([`DTSTART:${parts.join('')}`, 'DURATION:P999W']), berlin);
    }),
    { numRuns: 500 },
  );
  for (const long of ['\r'.repeat(2e6), '\n '.repeat(1e6), `BEGIN:VEVENT\n${'DTSTART:x\n'.repeat(2e5)}`]) {
    const started = performance.now();
    expect(readInvitation(long, berlin)).toBeUndefined();
    expect(
      readInvitation(calendar([`SUMMARY;CN=${'";'.repeat(5e5)}`, `DTSTART:${long}`]), berlin),
    ).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1_000);
  }
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .flatMap((path) =>
      statSync(path).isDirectory() ? filesBelow(path) : path.endsWith('.json') ? [] : [path],
    );
}
