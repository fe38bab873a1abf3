import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { eventAt, occurrencesOf } from '../../../src/calendar/reading/occurrences.ts';
import { readResource } from '../../../src/calendar/reading/resource.ts';
import { spansOf } from '../../../src/calendar/reading/span.ts';
import { calendar, event } from './fixtures.ts';

const corpus = fileURLToPath(new URL('../../../../shared/corpora/ics', import.meta.url));

/** What was measured to hang or break other readers (reliability.md §0), and the shapes of the corpus. */
const own: [string, string][] = [
  ['weekly-byweekno', calendar(event('DTSTART:20260101T080000Z', 'RRULE:FREQ=WEEKLY;COUNT=3;BYWEEKNO=20'))],
  [
    'daily-monthday',
    calendar(event('DTSTART:20260101T080000Z', 'RRULE:FREQ=DAILY;BYMONTHDAY=-1,-2;COUNT=5')),
  ],
  ['daily-nth-day', calendar(event('DTSTART:20260101T080000Z', 'RRULE:FREQ=DAILY;COUNT=3;BYDAY=1TU,-1TH'))],
  ['interval', calendar(event('DTSTART:20260101T080000Z', 'RRULE:FREQ=WEEKLY;INTERVAL=2000000000;COUNT=2'))],
  ['secondly', calendar(event('DTSTART:20260101T080000Z', 'RRULE:FREQ=SECONDLY'))],
  ['year 1', calendar(event('DTSTART:00010101T000000', 'DURATION:P999999W', 'RRULE:FREQ=DAILY'))],
  ['year 9999', calendar(event('DTSTART:99991231T235959Z', 'DURATION:P999999W', 'RRULE:FREQ=DAILY'))],
  ['unclosed', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nBEGIN:VEVENT\nDTSTART:20260102\n'],
  ['deep', 'BEGIN:VEVENT\r\n'.repeat(3_000)],
  ['many dates', calendar(event('DTSTART:20260101', `EXDATE:${'20260102,'.repeat(30_000)}20260103`))],
  ['empty', ''],
];

function files(): [string, string][] {
  if (!existsSync(corpus)) return own;
  const names = readdirSync(corpus, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.json'))
    .map((entry) => `${entry.parentPath}/${entry.name}`);
  return [...own, ...names.map((name): [string, string] => [name, readFileSync(name, 'utf8')])];
}

/** All that can be asked of a file, as plain data. */
function answers(ics: string): unknown {
  const resource = readResource(ics, 'Europe/Berlin');
  const spans = spansOf(resource);
  const window = { from: Date.UTC(1990, 0, 1), to: Date.UTC(2030, 0, 1) };
  const { occurrences, complete } = occurrencesOf(resource, window, 60);
  for (const { start, end } of occurrences) {
    expect(spans.some((span) => span.from <= start && end <= span.to)).toBe(true);
    expect(end).toBeGreaterThanOrEqual(start);
  }
  return { failures: resource.failures, spans, occurrences, complete, event: eventAt(resource) };
}

const hostZone = process.env.TZ;
afterEach(() => {
  if (hostZone === undefined) delete process.env.TZ;
  else process.env.TZ = hostZone;
});

test('every file is answered: what it holds, or why not, each within a second of work', () => {
  for (const [name, ics] of files()) {
    const begin = process.cpuUsage();
    const answer = answers(ics);
    expect([name, process.cpuUsage(begin).user < 1_000_000]).toEqual([name, true]);
    expect([name, typeof answer]).toEqual([name, 'object']);
  }
});

test('no answer depends on the time zone of the machine', () => {
  const [first, ...others] = ['UTC', 'Europe/Berlin', 'America/New_York'].map((zone) => {
    process.env.TZ = zone;
    return files().map(([name, ics]) => [name, answers(ics)]);
  });
  for (const other of others) expect(other).toEqual(first);
});
