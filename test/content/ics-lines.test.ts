import { expect, test } from 'vitest';
import { isWhole } from '../../src/content/ics-lines.ts';

const event = 'BEGIN:VEVENT\r\nUID:a\r\nDESCRIPTION:END:VCALENDAR\r\nEND:VEVENT\r\n';
const file = `BEGIN:VCALENDAR\r\n${event}END:VCALENDAR\r\n`;

test.each([
  ['as it should be', file],
  ['without the last line end', file.trimEnd()],
  ['with other line ends and lower case', file.replaceAll('\r\n', '\n').toLowerCase()],
  ['folded after each character', file.replace(/[^\r\n]/gu, '$&\r\n ')],
  ['with a byte order mark', `\uFEFF${file}`],
  ['two in a row', file + file],
  ['with the footer of a mailing list', `${file}\r\n-- \r\nSent by a list\r\n`],
  ['an event whose end mark is missing inside', file.replace('END:VEVENT\r\n', '')],
  ['a bare event', event],
])('a calendar text is whole: %s', (_, text) => {
  expect(isWhole(text)).toBe(true);
});

test('a calendar text that ends anywhere before its end mark is not whole', () => {
  const end = file.indexOf('\r\nEND:VCALENDAR') + '\r\nEND:VCALENDAR'.length;
  for (let length = 'BEGIN:VCALENDAR'.length; length < end; length++) {
    expect([length, isWhole(file.slice(0, length))]).toEqual([length, false]);
  }
  expect(isWhole(file + file.slice(0, 40))).toBe(false);
});

test('of a calendar text longer than what is read nobody knows the end', () => {
  expect(isWhole(file.replace('UID:a', `UID:a\r\nX-PAD:${'x'.repeat(4_200_000)}`))).toBe(false);
  expect(isWhole(file.replace('UID:a', `UID:a${'\r\nX:1'.repeat(260_000)}`))).toBe(false);
});
