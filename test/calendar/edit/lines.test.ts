import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  paramsOf,
  property,
  rawValue,
  textOf,
  withLineEnd,
  withParam,
  withValue,
} from '../../../src/calendar/edit/lines.ts';
import { type ContentLine, readDocument, unfolded } from '../../../src/calendar/ics/document.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const controls = /[\0-\x08\n-\x1f\x7f-\x9f\u2028\u2029]/u;

function line(raw: string): ContentLine {
  const [item] = readDocument(raw).items;
  if (item?.kind !== 'line') throw new Error('no line');
  return item;
}

test('a text value is escaped, and read back as it was', () => {
  const summary = property('SUMMARY', 'a\\b; c, d\r\ne');
  expect(summary.raw).toBe('SUMMARY:a\\\\b\\; c\\, d\\ne\r\n');
  expect(textOf(summary)).toBe('a\\b; c, d\ne');
});

test('no value and no parameter can start another line, whatever the characters', () => {
  const hostile = fc.string({ unit: 'binary', maxLength: 60 });
  const names = fc.constantFrom('SUMMARY', 'ATTENDEE', 'URL', 'DESCRIPTION', 'X-NOTE');
  fc.assert(
    fc.property(names, hostile, hostile, (name, value, cn) => {
      const { raw } = property(name, value, { CN: cn });
      const [first, ...further] = readDocument(`BEGIN:VEVENT\r\n${raw}END:VEVENT\r\n`).items;
      expect(further).toEqual([]);
      expect(first).toMatchObject({ name: 'VEVENT', items: [{ name, raw }] });
      expect(unfolded(raw)).not.toMatch(controls);
      expect(Object.keys(paramsOf(line(raw)))).toEqual(['CN']);
    }),
    { numRuns: 200 },
  );
});

test('CRLF in an address or a URL does not become a property', () => {
  const attendee = property('ATTENDEE', 'mailto:a@b.org\r\nX-EVIL:1', { CN: 'A"\r\nX-EVIL:2' });
  expect(attendee.raw).toBe('ATTENDEE;CN="A^\'^nX-EVIL:2":mailto:a@b.orgX-EVIL:1\r\n');
  expect(property('URL', 'https://x.org/\u2028a\0b\rc').raw).toBe('URL:https://x.org/abc\r\n');
});

test('lines are folded at 75 octets and no character is cut in two', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
      const { raw } = property('SUMMARY', text);
      for (const part of raw.slice(0, -2).split('\r\n')) {
        expect(Buffer.byteLength(part)).toBeLessThanOrEqual(75);
      }
      expect(Buffer.from(raw).toString()).toBe(raw);
      expect(unfolded(raw)).toBe(unfolded(property('SUMMARY', textOf(line(raw))).raw));
    }),
  );
});

test('quotes in a parameter are written as RFC 6868 says, and read back', () => {
  const attendee = property('ATTENDEE', 'mailto:a@b.org', { CN: 'Ann "the" ^Boss, Dr.' });
  expect(attendee.raw).toBe('ATTENDEE;CN="Ann ^\'the^\' ^^Boss, Dr.":mailto:a@b.org\r\n');
  expect(paramsOf(attendee)).toEqual({ CN: 'Ann "the" ^Boss, Dr.' });
});

test('a changed parameter leaves every other character of the line', () => {
  const raw = 'attendee;X-A="p;q:r";Partstat=NEEDS-ACTION;CN="Doe, J";RSVP=TRUE:MAILTO:J@x.org\n';
  const accepted = withParam(line(raw), 'PARTSTAT', 'ACCEPTED');
  expect(unfolded(accepted.raw)).toBe(
    'attendee;X-A="p;q:r";Partstat=ACCEPTED;CN="Doe, J";RSVP=TRUE:MAILTO:J@x.org',
  );
  expect(accepted.raw.endsWith('\n')).toBe(true);
  expect(accepted.raw).not.toContain('\r');
  expect(unfolded(withParam(accepted, 'RSVP', undefined).raw)).toBe(
    'attendee;X-A="p;q:r";Partstat=ACCEPTED;CN="Doe, J":MAILTO:J@x.org',
  );
});

test('a parameter that is not there is added in front of the value, one that says so already changes nothing', () => {
  const start = line('DTSTART;X-Q="a:b":20260328T100000\r\n');
  expect(withParam(start, 'TZID', 'Europe/Berlin').raw).toBe(
    'DTSTART;X-Q="a:b";TZID=Europe/Berlin:20260328T100000\r\n',
  );
  const folded = line('DTSTART;TZID=Europe/\r\n Berlin:20260328T100000\r\n');
  expect(withParam(folded, 'TZID', 'Europe/Berlin')).toBe(folded);
  expect(withParam(folded, 'VALUE', undefined)).toBe(folded);
});

test('a parameter given twice is set once', () => {
  const twice = line('DTSTART;TZID=A;TZID=B:20260328T100000\r\n');
  expect(withParam(twice, 'TZID', 'C').raw).toBe('DTSTART;TZID=C:20260328T100000\r\n');
  expect(withParam(twice, 'TZID', undefined).raw).toBe('DTSTART:20260328T100000\r\n');
});

test('a new value keeps name, group and parameters as they are spelt', () => {
  expect(withValue(line('a.summary;LANGUAGE=de:alt\n'), 'neu; schön').raw).toBe(
    'a.summary;LANGUAGE=de:neu\\; schön\n',
  );
});

test('the value stands behind the first colon outside quotes', () => {
  expect(rawValue(line('X;A="b:c;d":e:f\r\n'))).toBe('e:f');
  expect(rawValue(line('X\r\n'))).toBe('');
});

test('a line takes the line end of its file, folds included', () => {
  const folded = property('SUMMARY', 'x'.repeat(100));
  expect(withLineEnd(folded, '\n').raw).toBe(`SUMMARY:${'x'.repeat(67)}\n ${'x'.repeat(33)}\n`);
});
