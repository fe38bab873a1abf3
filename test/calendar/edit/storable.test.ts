import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { storable } from '../../../src/calendar/edit/storable.ts';
import { componentsOf, type Item, linesOf, readDocument } from '../../../src/calendar/ics/document.ts';
import { MailboxError } from '../../../src/domain/errors.ts';

const corpora = join(import.meta.dirname, '../../../../shared/corpora/ics');

const berlin = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'BEGIN:STANDARD',
  'DTSTART:19701025T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'END:STANDARD',
  'END:VTIMEZONE',
];

const event = [
  'BEGIN:VEVENT',
  'UID:8f2c@example.org',
  'DTSTAMP:20260101T090000Z',
  'DTSTART;TZID=Europe/Berlin:20260330T093000',
  'SUMMARY:Planning',
  'ORGANIZER;CN=Ann:mailto:ann@example.org',
  'ATTENDEE;CN=Me;RSVP=TRUE:mailto:me@mailbox.org',
  'END:VEVENT',
];

const alarm = ['BEGIN:VALARM', 'ACTION:EMAIL', 'ATTENDEE:mailto:x@evil.example', 'END:VALARM'];

function mailed(events: readonly string[], head: readonly string[] = ['METHOD:REQUEST']): string {
  const lines = ['BEGIN:VCALENDAR', 'PRODID:-//X//EN', 'VERSION:2.0', ...head, ...berlin, ...events];
  return [...lines, 'END:VCALENDAR', ''].join('\r\n');
}

function changed(from: readonly string[], replace: Record<string, string[]>): string[] {
  return from.flatMap((line) => replace[line] ?? [line]);
}

function refusal(ics: string): { code: string; message: string } {
  try {
    storable(ics);
  } catch (error) {
    if (error instanceof MailboxError) return error;
    throw error;
  }
  throw new Error('It was taken.');
}

test('an invitation loses its METHOD and nothing else', () => {
  const lines = (text: string) => text.split('\r\n').filter((line) => line !== 'METHOD:REQUEST');
  expect(lines(storable(mailed(event))).sort()).toEqual(lines(mailed(event)).sort());
  expect(storable(mailed(event))).not.toContain('METHOD');
});

test('what is storable once stays as it is', () => {
  const stored = storable(mailed(event));
  expect(storable(stored)).toBe(stored);
});

test('alarms of strangers are dropped, of any action and at any depth', () => {
  const ics = mailed(
    changed(event, { 'END:VEVENT': [...alarm, 'BEGIN:X-BOX', ...alarm, 'END:X-BOX', 'END:VEVENT'] }),
  );
  expect(storable(ics)).toBe(storable(mailed(event)));
});

test('tasks, journals and free/busy of the mail are not stored', () => {
  const others = ['VTODO', 'VJOURNAL', 'VFREEBUSY', 'X-VENDOR'].flatMap((name) => [
    `BEGIN:${name}`,
    'UID:other',
    `END:${name}`,
  ]);
  expect(storable(mailed([...others, ...event]))).toBe(storable(mailed(event)));
});

test('whatever line ends a mail has, what is stored has CRLF', () => {
  for (const end of ['\n', '\r']) {
    expect(storable(mailed(event).replaceAll('\r\n', end))).toBe(storable(mailed(event)));
  }
});

test.each([
  ['NUL', '\0'],
  ['vertical tab', '\v'],
  ['form feed', '\f'],
  ['file separator', '\u001C'],
  ['NEL', '\u0085'],
  ['line separator', '\u2028'],
])('%s does not reach the store', (_, char) => {
  const injected = changed(event, { 'SUMMARY:Planning': [`SUMMARY:Plan${char}ATTACH:x`] });
  const stored = storable(mailed(injected));
  expect(stored).toContain('SUMMARY:PlanATTACH:x\r\n');
  expect(stored).not.toContain(char);
});

test('lines are folded at 75 octets, and a fold hides nothing', () => {
  const long = `SUMMARY:${'Grüße '.repeat(60)}`;
  const stored = storable(mailed(changed(event, { 'SUMMARY:Planning': [long] })));
  expect(Math.max(...stored.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
  expect(stored.replaceAll('\r\n ', '')).toContain(long);
});

test('a stranger does not say who answers: scheduling parameters go, all others stay', () => {
  const organizer = 'ORGANIZER;CN="Ann: A";SCHEDULE-AGENT=NONE;X-A=b:mailto:ann@example.org';
  const attendee = 'ATTENDEE;schedule-status="2.0";RSVP=TRUE;SCHEDULE-FORCE-SEND=REPLY:mailto:me@mailbox.org';
  const lines = { 'ORGANIZER;CN=Ann:mailto:ann@example.org': [organizer], [event[6] ?? '']: [attendee] };
  const stored = storable(mailed(changed(event, lines))).replaceAll('\r\n ', '');
  expect(stored).toContain('ORGANIZER;CN="Ann: A";X-A=b:mailto:ann@example.org\r\n');
  expect(stored).toContain('ATTENDEE;RSVP=TRUE:mailto:me@mailbox.org\r\n');
});

test('PRODID and VERSION are there even when the mail forgot them', () => {
  const stored = storable(['BEGIN:VCALENDAR', ...event, 'END:VCALENDAR'].join('\r\n'));
  expect(stored).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\nPRODID:.+\r\nBEGIN:VTIMEZONE/u);
});

test('each time zone is stored once', () => {
  const stored = storable(mailed([...berlin, ...event]));
  expect(stored.match(/TZID:Europe\/Berlin/gu)).toHaveLength(1);
});

test('a zone the mail does not define is defined', () => {
  const tokyo = changed(event, { [event[3] ?? '']: ['DTSTART;TZID=Asia/Tokyo:20260330T093000'] });
  const stored = storable(mailed(tokyo));
  expect(stored).toContain('TZID:Asia/Tokyo\r\n');
  expect(stored).not.toContain('TZID:Europe/Berlin');
});

test('an event of hundreds of zones, or a person of thousands of parameters, costs no time', () => {
  const zones = Intl.supportedValuesOf('timeZone').map((zone) => `X-A;TZID=${zone}:20260330T093000`);
  expect(refusal(mailed(changed(event, { 'SUMMARY:Planning': zones }))).code).toBe('unsupported');
  const person = `ATTENDEE${';SCHEDULE-STATUS=1'.repeat(50_000)}:mailto:x@example.org`;
  const started = performance.now();
  expect(storable(mailed(changed(event, { 'SUMMARY:Planning': [person] })))).not.toContain('x@example.org');
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('a series comes with its changed occurrences', () => {
  const override = changed(event, {
    'SUMMARY:Planning': ['RECURRENCE-ID;TZID=Europe/Berlin:20260406T093000'],
  });
  expect(storable(mailed([...event, ...override])).match(/BEGIN:VEVENT/gu)).toHaveLength(2);
});

test('an invitation that is not closed ends where it must', () => {
  const cut = mailed(event).split('END:VEVENT')[0] ?? '';
  expect(storable(cut)).toBe(storable(mailed(event)));
});

test('several events in one mail are refused: a resource has one UID', () => {
  const other = changed(event, { 'UID:8f2c@example.org': ['UID:other@example.org'] });
  expect(refusal(mailed([...event, ...other])).code).toBe('unsupported');
});

test.each(['CANCEL', 'REPLY', 'COUNTER', 'ADD', 'reply'])('%s brings no event to store', (method) => {
  expect(refusal(mailed(event, [`METHOD:${method}`])).code).toBe('unsupported');
});

test.each([
  ['no event', mailed([])],
  ['no calendar', 'Hello'],
  ['nothing', ''],
  ['no UID', mailed(changed(event, { 'UID:8f2c@example.org': [] }))],
  ['an empty UID', mailed(changed(event, { 'UID:8f2c@example.org': ['UID: '] }))],
  ['a UID of 2 kB', mailed(changed(event, { 'UID:8f2c@example.org': [`UID:${'x'.repeat(2_000)}`] }))],
  ['two UIDs', mailed(changed(event, { 'UID:8f2c@example.org': ['UID:a', 'UID:b'] }))],
  ['no start', mailed(changed(event, { [event[3] ?? '']: [] }))],
  ['the event twice', mailed([...event, ...event])],
  ['vCalendar 1.0', mailed(event).replace('VERSION:2.0', 'VERSION:1.0')],
  ['more than 1 MB', mailed(changed(event, { 'SUMMARY:Planning': [`SUMMARY:${'ü'.repeat(500_000)}`] }))],
])('%s cannot be stored', (_, ics) => {
  expect(refusal(ics).code).toBe('invalid_input');
});

test('every text is either refused or one event without METHOD, alarms and control characters', () => {
  const words = fc.constantFrom(
    ...event,
    ...alarm,
    ...berlin,
    'METHOD:REQUEST',
    'BEGIN:VCALENDAR',
    'END:VCALENDAR',
  );
  const line = fc.oneof(words, words, fc.string({ unit: 'binary', maxLength: 40 }));
  const text = fc
    .array(line, { maxLength: 60 })
    .map((lines) => ['BEGIN:VCALENDAR', ...event, ...lines].join('\n'));
  fc.assert(fc.property(text, isSafe), { numRuns: 200 });
});

test('every file of the corpora is either refused or safe', () => {
  const files = filesOf(corpora);
  for (const file of files) isSafe(readFileSync(file, 'utf8'));
  isSafe(mailed(event));
});

function isSafe(ics: string): void {
  let stored: string;
  try {
    stored = storable(ics);
  } catch (error) {
    expect(error).toBeInstanceOf(MailboxError);
    return;
  }
  expect(stored.replaceAll('\r\n', '')).not.toMatch(/(?!\t)\p{Cc}/u);
  const document = readDocument(stored);
  expect(document.items).toHaveLength(1);
  const [calendar] = componentsOf(document, 'VCALENDAR');
  const names = namesIn(calendar?.items ?? []);
  expect(names.filter((name) => !/^(?:VEVENT|VTIMEZONE|STANDARD|DAYLIGHT)$/u.test(name))).toEqual([]);
  const lines = stored.replaceAll('\r\n ', '').split('\r\n');
  expect(lines.filter((line) => /^METHOD[;:]/iu.test(line))).toEqual([]);
  const uids = componentsOf(calendar ?? { items: [] }, 'VEVENT').flatMap((stands) => linesOf(stands, 'UID'));
  expect(new Set(uids.map(({ raw }) => raw.trim())).size).toBe(1);
  expect(storable(stored)).toBe(stored);
}

function namesIn(items: readonly Item[]): string[] {
  return items.flatMap((item) => (item.kind === 'component' ? [item.name, ...namesIn(item.items)] : []));
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ics'))
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
