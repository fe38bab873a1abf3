import fc from 'fast-check';
import { decodePath } from 'imapflow/lib/tools.js';
import { expect, test } from 'vitest';
import { folderPath, spelledOut, wireName } from '../../../src/connections/imap/folder-name.ts';

const rev1 = { enabled: new Set<string>(), capabilities: new Map<string, boolean>() } as never;

test.each([
  ['a&IC4-b', 'a\\u{202e}b'],
  ['x&20DcQdtA3E4-', 'x\\u{e0041}\\u{e004e}'],
  ['a&AAA-b', 'a\\u{0}b'],
  ['a&AA0ACg-b', 'a\\u{d}\\u{a}b'],
  ['&IAs-', '\\u{200b}'],
])('%s is shown as %s, and asked for as it is', (wire, path) => {
  expect(folderPath(wire)).toBe(path);
  expect(wireName(path)).toBe(wire);
});

test.each(['Entwürfe', 'R&D', 'a\\b', '日本語', 'می\u200cخواهم', '❤️‍🔥 Privat', '1️⃣', 'a&!-b', 'e\u0301'])(
  '%s stays as it is',
  (name) => {
    expect(spelledOut(name)).toBe(name);
    expect(folderPath(wireName(name))).toBe(name);
  },
);

test('what is hidden in joiners and variation selectors is shown, but for one at a place', () => {
  expect(spelledOut('a\ufe0f\ufe0e\ufe0f')).toBe('a\ufe0f\\u{fe0e}\\u{fe0f}');
  expect(spelledOut('\u200da\u200d')).toBe('\\u{200d}a\\u{200d}');
});

test('a line end never leaves as one: it would end the command', () => {
  expect(wireName('a\\u{d}\\u{a}A1 LOGOUT')).toBe('a&AA0ACg-A1 LOGOUT');
  expect(wireName('a\r\nA1 LOGOUT')).toBe('a&AA0ACg-A1 LOGOUT');
});

test('no two names have one path, and every path leads back to its name', () => {
  const unit = fc.constantFrom(
    'a',
    'ä',
    '&',
    '-',
    '\\',
    'u',
    '{',
    '}',
    '2',
    '0',
    'e',
    '\u202e',
    '\ufe0f',
    '\n',
    '😀',
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 12 }), (units) => {
      const name = units.join('');
      const path = spelledOut(name);
      expect(path).toMatch(/^[^\u202e\n]*$/u);
      expect(decodePath(rev1, wireName(path))).toBe(name);
      expect(folderPath(wireName(path))).toBe(path);
    }),
  );
});
