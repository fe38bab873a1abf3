import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spelledOut } from '../../../src/connections/imap/folder-name.ts';
import { MailboxError } from '../../../src/domain/errors.ts';
import { delimiterOf, folderPath } from '../../../src/mail/filing/folder-name.ts';
import { belowInbox, existing, freePath, renamedPath } from '../../../src/mail/filing/folder-rules.ts';
import type { FolderEntry } from '../../../src/mail/folders.ts';

const level = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => text.trim() !== '' && !/[\p{Cc}\p{Zl}\p{Zp}/.]/u.test(text.normalize('NFC')))
  .filter((text) => spelledOut(text.normalize('NFC')) === text.normalize('NFC'));

test('names in any script keep every level, in NFC, with the separator of the server', () => {
  fc.assert(
    fc.property(
      fc.array(level, { minLength: 1, maxLength: 5 }),
      fc.constantFrom('/', '.'),
      (levels, delimiter) => {
        const whole = levels.map((text) => text.normalize('NFC'));
        if (whole[0]?.toUpperCase() === 'INBOX') whole[0] = 'INBOX';
        expect(folderPath(levels.join('/'), delimiter)).toBe(whole.join(delimiter));
        expect(folderPath(levels.join(delimiter), delimiter)).toBe(whole.join(delimiter));
      },
    ),
  );
});

test('whatever is passed, the result is a sound path or our own refusal', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom('/', '.', ''),
      (text, delimiter) => {
        try {
          const path = folderPath(text, delimiter);
          expect(path).toBe(path.normalize('NFC'));
          expect(path).not.toMatch(/[\p{Cc}\p{Cs}]/u);
          for (const part of delimiter ? path.split(delimiter) : [path]) expect(part.trim()).not.toBe('');
        } catch (error) {
          if (!(error instanceof MailboxError)) throw error;
          expect(error.code).toBe('invalid_input');
        }
      },
    ),
  );
});

test.each([
  '',
  ' ',
  '/',
  'a//b',
  '/a',
  'a/',
  'a/ /b',
  'a\r\nb',
  'a\0',
  '\u2028',
  '\ud800',
  'x'.repeat(256),
  `a/${'ü'.repeat(128)}`,
])('%j is no folder name', (name) => {
  expect(() => folderPath(name, '/')).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});

test.each([
  ['a\u202eb', 'ab'],
  ['soft\u00adhy/Fragen\u200b', 'softhy/Fragen'],
  ['tab\tx\r\n', 'tabx'],
  ['x\\u{41}', 'xA'],
])('%j holds what nobody sees: the refusal tells the name without it', (name, seen) => {
  expect(() => folderPath(name, '/')).toThrow(
    expect.objectContaining({
      code: 'invalid_input',
      hint: `Without them it is ${JSON.stringify(seen)}.`,
    }),
  );
  expect(folderPath(seen, '/')).toBe(seen);
});

test.each(['a\\u{202e}b', 'می\u200cخواهم', '👨\u200d👩', 'x\\u{5c}u{41}', 'C:\\u'])(
  '%j is a folder name',
  (name) => {
    expect(folderPath(name, '/')).toBe(name);
  },
);

const entry = (path: string, role?: FolderEntry['role'], delimiter = '/'): FolderEntry => ({
  path,
  role,
  holdsMessages: true,
  delimiter,
  status: undefined,
});
const folders = [
  entry('INBOX', 'inbox'),
  entry('Gesendet', 'sent'),
  entry('Büro'),
  entry('Büro/Ämter'),
  entry('Ziel/unten'),
];

test.each([
  ['büro', 'the same in other case'],
  ['Bu\u0308ro/A\u0308mter', 'the same in NFD'],
  ['inbox', 'a role'],
  ['Sent', 'a role that another folder has'],
  ['ALL', 'the word for every folder'],
])('%s is taken: %s', (name) => {
  expect(() => freePath(folders, name)).toThrow(expect.objectContaining({ code: 'conflict' }));
});

test.each([
  ['Mu\u0308ll/U\u0308ber', 'Mu\u0308ll/\u00dcber', 'listed in NFD'],
  ['M\u00fcll/Neu', 'Mu\u0308ll/Neu', 'listed in NFD, given in NFC'],
  ['Bu\u0308ro/Neu', 'B\u00fcro/Neu', 'listed in NFC, given in NFD'],
  ['U\u0308ber/Neu', '\u00dcber/Neu', 'not listed'],
])('%j is made as %j: its parent is %s', (name, path) => {
  expect(freePath([...folders, entry('Mu\u0308ll')], name)).toBe(path);
});

test.each(['Mu\u0308ll/Neu', 'M\u00fcll/Neu'])(
  'of two parents that look the same the given one is meant: %j',
  (name) => {
    expect(freePath([entry('M\u00fcll'), entry('Mu\u0308ll')], name)).toBe(name);
  },
);

test('a role no folder has is a name like any other', () => {
  expect(freePath(folders, 'Trash')).toBe('Trash');
  expect(freePath(folders, 'Büro/sent')).toBe('Büro/sent');
});

test.each([
  ['Büro', 'invalid_input'],
  ['Büro/Neu', 'invalid_input'],
  ['Büro/Ämter', 'invalid_input'],
  ['Ziel', 'conflict'],
  ['ziel', 'conflict'],
  ['INBOX', 'conflict'],
  ['BÜRO', undefined],
  ['Bürohaus', undefined],
  ['Ziel/unten/Büro', undefined],
])('renaming Büro to %s: %s', (name, code) => {
  const rename = () => renamedPath(folders, existing(folders, 'Büro'), name);
  if (code) expect(rename).toThrow(expect.objectContaining({ code }));
  else expect(rename()).toBe(name);
});

test('a folder is found by path, role, and with / for the separator', () => {
  const dotted = [entry('INBOX', 'inbox', '.'), entry('Work.Bills', undefined, '.')];
  expect(delimiterOf(dotted)).toBe('.');
  expect(existing(dotted, 'Work/Bills').path).toBe('Work.Bills');
  expect(existing(dotted, 'work.bills').path).toBe('Work.Bills');
  expect(existing(folders, 'sent').path).toBe('Gesendet');
  expect(() => existing(folders, 'Nix')).toThrow(expect.objectContaining({ code: 'not_found' }));
});

test('where all folders lie below INBOX a new one does, too', () => {
  const courier = ['INBOX', 'INBOX.Sent', 'INBOX.Work'].map((path) => entry(path, undefined, '.'));
  expect(belowInbox(courier, 'New')).toBe('INBOX.New');
  expect(belowInbox(courier, 'INBOX.New')).toBeUndefined();
  expect(belowInbox(folders, 'New')).toBeUndefined();
});
