import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  componentsOf,
  linesOf,
  readDocument,
  unfolded,
  writeDocument,
} from '../../../src/calendar/ics/document.ts';

const pieces = [
  ...['BEGIN:VEVENT', 'END:VEVENT', 'BEGIN:VCALENDAR', 'END:VCALENDAR', 'begin:valarm', 'END:X'],
  ...['SUMMARY:a', ' folded', '\tfolded', '', 'no colon', '\uFEFFUID:1', '\r', '\n', '\r\n', 'X;Y="a:b":c'],
];

test('what is read is written back byte for byte, whatever it was', () => {
  const text = fc
    .array(
      fc.tuple(fc.oneof(fc.constantFrom(...pieces), fc.string()), fc.constantFrom('\r\n', '\n', '\r', '')),
    )
    .map((lines) => lines.flat().join(''));
  fc.assert(
    fc.property(text, (ics) => writeDocument(readDocument(ics)) === ics),
    { numRuns: 2_000 },
  );
});

const corpora = fileURLToPath(new URL('../../../../shared/corpora/ics', import.meta.url));
const files = existsSync(corpora)
  ? readdirSync(corpora, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ics'))
  : [];

test('every file of the corpora is written back byte for byte', () => {
  for (const file of files) {
    const ics = readFileSync(`${corpora}/${file}`, 'latin1');
    expect(writeDocument(readDocument(ics)) === ics, file).toBe(true);
  }
});

test('components, lines and names are found through folds and letter case', () => {
  const document = readDocument(
    'BEGIN:vcalendar\r\nBEGIN:VEVENT\r\nsumm\r\n ary;X=1:a\r\n b\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
  );
  const [calendar] = componentsOf(document, 'VCALENDAR');
  const [event] = calendar ? componentsOf(calendar, 'VEVENT') : [];
  const [line] = event ? linesOf(event, 'SUMMARY') : [];
  expect(unfolded(line?.raw ?? '')).toBe('summary;X=1:ab');
});

test.each([
  ['a component nested 20,000 deep', 'BEGIN:VEVENT\r\n'.repeat(20_000) + 'END:X\r\n'.repeat(20_000)],
  ['a line of 10 MB in folds', `DESCRIPTION:a${'\r\n bcdefghi'.repeat(1_000_000)}\r\n`],
  ['a million empty lines', '\n'.repeat(1_000_000)],
])('%s is read in bounded time', (_, ics) => {
  const start = process.cpuUsage();
  expect(writeDocument(readDocument(ics)).length).toBe(ics.length);
  const { user } = process.cpuUsage(start);
  expect(user / 1000).toBeLessThan(3_000);
});

test('a line of a million folds is one line', () => {
  const ics = `BEGIN:VCALENDAR\r\nX-LONG:a${'\n '.repeat(1_000_000)}\r\nEND:VCALENDAR\r\n`;
  const document = readDocument(ics);
  const [calendar] = componentsOf(document, 'VCALENDAR');
  expect(calendar?.items).toHaveLength(1);
  expect(writeDocument(document) === ics).toBe(true);
});
