import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import libmime from 'libmime';
import { expect, test } from 'vitest';
import { safeFileName } from '../../src/content/file-name.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpora/injection/built');

/** What no file system or shell may ever see in a name we made. */
function expectSafe(name: string): void {
  expect(name).not.toBe('');
  expect(name).toBe(name.normalize('NFC'));
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(150);
  expect(name).not.toMatch(/[/\\<>:"|?*\u2044\u2215\uFF0F\uFF3C]/u);
  expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
  expect(name).not.toMatch(/^[. ~-]|[. ]$|\.\./u);
  expect(name).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)\s*(?:\.|$)/iu);
}

test.each([
  ['report.pdf', 'report.pdf'],
  ['Überweisung März 2026.pdf', 'Überweisung März 2026.pdf'],
  ['../../../.ssh/authorized_keys', 'authorized_keys'],
  ['..\\..\\Startup\\x.bat', 'x.bat'],
  ['C:\\Users\\ann\\Invoice.PDF', 'Invoice.PDF'],
  ['\\\\attacker.example\\share\\x', 'x'],
  ['/etc/passwd', 'passwd'],
  ['.env', 'env'],
  ['nul.txt', '_nul.txt'],
  ['COM1', '_COM1'],
  ['aux .tar.gz', '_aux .tar.gz'],
  ['x:ads', 'x_ads'],
  ['a\r\nX-Evil: 1.txt', 'aX-Evil_ 1.txt'],
  ['....//x', 'x'],
  ['archive...zip', 'archive.zip'],
  ['name. . .', 'name'],
  ['-rf', '_-rf'],
  ['~root', '_~root'],
  ['photo\u202Egpj.exe', 'photogpj.exe'],
  ['a.pdf\u202Eexe', 'a.pdfexe'],
  ['in\u200Bvoice\u2066.pdf\u{E0041}', 'invoice.pdf'],
  ['bill.pdf                                  .exe', 'bill.pdf .exe'],
  ['my \u00a0 own  file.txt', 'my own file.txt'],
  ['A\u030Angstro\u0308m.txt', 'Ångström.txt'],
  ['..／x', '_x'],
  ['dir/', 'dir'],
  ['a\0b.txt', 'ab.txt'],
])('%j becomes %j', (name, expected) => {
  expect(safeFileName(name)).toBe(expected);
});

test.each(['', ' ', '.', '..', '/', '\\..\\', '\u202E\u200B', '___'])(
  '%j is nothing, the fallback serves',
  (name) => {
    expect(safeFileName(name, 'part-2.pdf')).toBe('part-2.pdf');
    expect(safeFileName(name)).toBe('attachment');
  },
);

test('an unsafe fallback is made safe too', () => {
  expect(safeFileName('', '../con')).toBe('_con');
  expect(safeFileName('', '..')).toBe('attachment');
});

test('a long name keeps its extension and whole characters', () => {
  const name = safeFileName(`${'ü😀'.repeat(200)}.docx`);
  expect(name).toMatch(/^(?:ü😀)+ü?\.docx$/u);
  expectSafe(name);
  expect(safeFileName(`${'x'.repeat(300)}.${'y'.repeat(40)}`)).toBe('x'.repeat(150));
  expect(safeFileName('x'.repeat(300))).toBe('x'.repeat(150));
});

test('a name that is cut ends in no dot or blank, one of full length stays as it is', () => {
  expect(safeFileName(`A b ${'x'.repeat(143)} . and more than any extension has`)).toBe(
    `A b ${'x'.repeat(143)}`,
  );
  const full = `${'x'.repeat(145)} .pdf`;
  expect(safeFileName(full)).toBe(full);
});

test('whatever comes in, what comes out is safe on every system and stays as it is', () => {
  const nasty = fc.constantFrom(
    '/',
    '\\',
    '..',
    '.',
    ' ',
    ':',
    '\0',
    '\r\n',
    '\u202E',
    '\u200D',
    '\u2028',
    '\uD800',
    'CON',
    'nul',
    'com¹',
    '-',
    '~',
    'A\u030A',
    '\u037E',
    '\u212A',
    '／',
    '.exe',
    '😀',
    'ﷺ',
    '\u0958',
    '\u{E0001}',
  );
  const pieces = fc.array(fc.oneof(nasty, fc.string({ unit: 'binary' }), fc.string()), { maxLength: 40 });
  fc.assert(
    fc.property(pieces, (parts) => {
      const name = safeFileName(parts.join(''));
      expectSafe(name);
      expect(safeFileName(name)).toBe(name);
    }),
    { numRuns: 1_000 },
  );
});

test('every attachment name of the injection corpus is safe', () => {
  const files = existsSync(corpus)
    ? readdirSync(corpus).filter((file) => /attname|rlo-filename/u.test(file))
    : [];
  const names = files.map((file) => nameIn(readFileSync(join(corpus, file), 'latin1')));
  if (files.length > 0) expect(new Set(names).size).toBeGreaterThan(10);
  const own = nameIn("Content-Disposition: attachment; filename*=utf-8''..%2Fx%E2%80%AEgpj.exe");
  expect(own).toBe('../x\u202Egpj.exe');
  for (const name of [...names, own]) expectSafe(safeFileName(name));
});

function nameIn(message: string): string {
  const [, encoded = ''] = /filename\*?=\s*"?([^"\r\n]*)/iu.exec(message) ?? [];
  return /^utf-8''/iu.test(encoded) ? decodeURIComponent(encoded.slice(7)) : libmime.decodeWords(encoded);
}
