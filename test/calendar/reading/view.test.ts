import { expect, test } from 'vitest';
import { event, occurrences, read } from './fixtures.ts';

const start = 'DTSTART;TZID=Europe/Berlin:20260601T100000';
const viewOf = (...lines: string[]) => occurrences(read(event(start, ...lines)))[0]?.view;

test('a whole event, texts unescaped and unfolded, addresses in lower case', () => {
  const alarm = (trigger: string, action = 'DISPLAY') =>
    ['BEGIN:VALARM', `ACTION:${action}`, trigger, 'END:VALARM'].join('\r\n');
  const view = viewOf(
    'SUMMARY;LANGUAGE=de:Gespr\r\n äch\\, kurz',
    'LOCATION:Raum 1',
    'DESCRIPTION:eins\\nzwei',
    'URL:https://example.org/?a=1;b',
    'STATUS:tentative',
    'TRANSP:TRANSPARENT',
    'SEQUENCE:3',
    'CREATED:20260101T080000Z',
    'LAST-MODIFIED:20260102T080000Z',
    'ORGANIZER;CN="Doe, Jane":MAILTO:Jane@Example.org',
    "ATTENDEE;CN=Jo ^'x^';PARTSTAT=accepted;ROLE=CHAIR:mailto:jo@example.org",
    'ATTENDEE;ROLE=OPT-PARTICIPANT;EMAIL=ann@example.org:urn:uuid:1',
    'ATTENDEE;CUTYPE=ROOM;PARTSTAT=X-ODD:mailto:room@example.org',
    'RRULE:FREQ=DAILY;COUNT=2',
    alarm('TRIGGER:-PT15M'),
    alarm('TRIGGER:-P1D'),
    alarm('TRIGGER;RELATED=END:-PT5M'),
    alarm('TRIGGER;VALUE=DATE-TIME:19760401T005545Z'),
    alarm('TRIGGER:-PT1H', 'NONE'),
  );
  expect(view).toEqual({
    uid: 'a@x',
    title: 'Gespräch, kurz',
    location: 'Raum 1',
    description: 'eins\nzwei',
    url: 'https://example.org/?a=1;b',
    status: 'tentative',
    transparent: true,
    organizer: { name: 'Doe, Jane', email: 'jane@example.org' },
    attendees: [
      { name: 'Jo "x"', email: 'jo@example.org', status: 'accepted', role: 'chair' },
      { email: 'ann@example.org', status: 'needs-action', role: 'optional' },
      { email: 'room@example.org', status: 'needs-action', resource: true },
    ],
    rule: 'FREQ=DAILY;COUNT=2',
    reminders: [15, 1440],
    created: '2026-01-01T08:00:00.000Z',
    modified: '2026-01-02T08:00:00.000Z',
    sequence: 3,
    zone: 'Europe/Berlin',
  });
});

test('what is absent or odd is left out, not guessed', () => {
  expect(viewOf('SUMMARY:', 'STATUS:MAYBE', 'SEQUENCE:-1', 'CREATED:yesterday', 'ORGANIZER:')).toEqual({
    uid: 'a@x',
    title: '',
    transparent: false,
    attendees: [],
    reminders: [],
    sequence: 0,
    zone: 'Europe/Berlin',
  });
});

test.each([
  ...['https://meet.example.org/x', 'HTTP://example.org/', 'mailto:jo@example.org', 'tel:+4930123'],
  ...[
    'msteams://teams.example.org/l/meetup-join/1',
    'zoommtg://zoom.us/join?confno=1',
    'sip:room@example.org',
  ],
])('a link that people follow is told: %s', (url) => {
  expect(viewOf(`URL:${url}`)?.url).toBe(url);
});

test.each([
  ...['javascript:alert(1)', 'JavaScript:alert(1)', ' java\u200Bscript:alert(1)', 'vbscript:x'],
  ...['data:text/html,<script>', 'file:///etc/passwd', 'blob:https://example.org/1', 'smb://host/share'],
  ...['ms-msdt:/id', 'search-ms:query=x', 'https:', '//example.org/x', 'no link at all'],
])('a link that nobody should follow is left out: %s', (url) => {
  expect(viewOf(`URL:${url}`)).not.toHaveProperty('url');
});

test('no text of a stranger carries control or invisible characters, and none is endless', () => {
  const hidden = 'a\u202Eb\u200Bc\u0007d\u{E0041}e';
  const view = viewOf(
    `SUMMARY:${hidden}`,
    `LOCATION:${hidden}`,
    `DESCRIPTION:${hidden}`,
    `ATTENDEE;CN=${hidden}:mailto:x\u200B@example.org`,
    `ORGANIZER;CN=${hidden}:mailto:${hidden}@example.org`,
  );
  expect(view).toMatchObject({ title: 'abcde', location: 'abcde', description: 'abcde' });
  expect(view?.attendees).toEqual([{ name: 'abcde', email: 'x@example.org', status: 'needs-action' }]);
  expect(view?.organizer).toEqual({ name: 'abcde', email: 'abcde@example.org' });
  const long = viewOf(`SUMMARY:${'x'.repeat(50_000)}`, `DESCRIPTION:${'y'.repeat(3_000_000)}`);
  expect(long?.title.length).toBe(20_000);
  expect(long?.description?.length).toBeLessThan(2_000_000);
  expect(viewOf(`DESCRIPTION:${'y'.repeat(300_000)}`)?.description).toHaveLength(300_000);
});

test('a property group in front, lower case, a BOM and bare LF are read', () => {
  const odd = `\uFEFFbegin:vevent\nuid:a@x\nitem1.summary:Hello\ndtstart:20260601T080000Z\nend:vevent\n`;
  expect(occurrences(read(odd))[0]?.view.title).toBe('Hello');
});

test('a zone under a Windows name is called by its IANA name, UTC by its own', () => {
  const zoneOf = (line: string) => occurrences(read(event(line)))[0]?.view.zone;
  expect(zoneOf('DTSTART;TZID=W. Europe Standard Time:20260601T080000')).toBe('Europe/Berlin');
  expect(zoneOf('DTSTART:20260601T080000Z')).toBe('UTC');
  expect(zoneOf('DTSTART:20260601T080000')).toBeUndefined();
});
