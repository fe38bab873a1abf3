import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanLine, cleanText, cutAt } from '../../src/content/clean.ts';

test.each([
  ['zero width', 'pay\u200b\u200d\u2060\ufeffment', 'payment', 4],
  ['tag characters', 'hi\u{E0041}\u{E0042}\u{E007F}', 'hi', 3],
  ['bidi controls', 'photo\u202egpj.exe\u2066\u2069\u200e', 'photogpj.exe', 4],
  ['soft hyphens', 'Brief\u00admarke', 'Briefmarke', 1],
  ['invisible fillers', 'a\u3164\u115f\u1160\uffa0\u2800b', 'ab', 5],
  ['a run of variation selectors', '😀\u{E0131}\u{E0153}\ufe01', '😀', 3],
  ['a variation selector after a letter', 'a\ufe0fb', 'ab', 1],
  ['zero width beside braille', '⠓\u200b⠑\u2060⠺', '⠓⠑⠺', 2],
  ['a blank of braille without braille on both sides', '⠓\u2800a\u2800⠑', '⠓a⠑', 2],
  ['selectors that no Han letter has', '葛\ufe03\u{E00FF}\u{E01F0}', '葛', 3],
  ['selectors of Han and Mongolian after other letters', 'a\ufe00\u{E0100}\u180b\u180f', 'a', 4],
  ['all but one separator of Mongolian', '\u1820\u180e\u180e\u180e\u1820', '\u1820\u180e\u1820', 2],
  ['selectors of Mongolian in a row', '\u1820\u180b\u180e\u180c\u1820', '\u1820\u180b\u1820', 2],
  ['a separator at the end of a Mongolian word', '\u1820\u180e ', '\u1820 ', 1],
  ['two forms of one emoji', '😀\ufe0f😀\ufe0e😀\ufe0f', '😀😀😀', 3],
  ['two variants of one Han letter', '葛\u{E0100}城葛\u{E0101}', '葛城葛', 2],
  ['two of them with something unseen between', '葛\u200b\u{E0100}葛\u{E0101}', '葛葛', 3],
  ['a joiner between Latin letters', 'a\u200db\u200cc', 'abc', 2],
  ['lone surrogates', 'a\ud800b\udc00', 'ab', 2],
  ['controls', 'a\u0000\u0007\u001b[31mb\u009f', 'a[31mb', 4],
  ['tags behind a flag that name no region', '🏴\u{E0078}\u{E0079}\u{E007F}', '🏴', 3],
])('%s are dropped and counted', (_, text, cleaned, removed) => {
  expect(cleanText(text)).toEqual({ text: cleaned, removed });
});

test.each([
  ['flags', '🇩🇪🏴󠁧󠁢󠁥󠁮󠁧󠁿🏴󠁧󠁢󠁳󠁣󠁴󠁿🏴󠁧󠁢󠁷󠁬󠁳󠁿'],
  ['emoji families', '👨‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 🏴‍☠️ ❤️‍🔥'],
  ['emoji and text presentation', '❤️ ☎︎ ©️ 1️⃣ #️⃣'],
  ['Persian non-joiners', 'می‌خواهم'],
  ['Indic joiners', 'क्‍ष শ্‌য'],
  ['right-to-left text', 'שלום عليكم'],
  ['variants of a Han name', '葛\u{E0100}城'],
  ['the first and last variants of Han names', '葛\ufe00城\ufe02辻\u{E0100}辺\u{E01EF}辻\u{E0100}'],
  ['variants of Mongolian letters', '\u1820\u180b\u1820\u180f'],
  ['a separated last vowel in Mongolian', '\u182a\u180e\u1820'],
  ['blanks in braille', '⠓⠑⠀⠺'],
  ['umlauts, tabs and line ends', 'Größe\tß\n– “x” €'],
])('%s stay as they are', (_, text) => {
  expect(cleanText(text)).toEqual({ text, removed: 0 });
});

test('a secret in the variants of Han letters is dropped, however each letter has but one', () => {
  const letters = Array.from({ length: 17 }, (_, index) => String.fromCodePoint(0x4e00 + index));
  const secret = letters.map((letter, index) => letter + String.fromCodePoint(0xe0150 + index));
  expect(cleanText(secret.join(''))).toEqual({ text: letters.join(''), removed: 17 });
  expect(cleanText(secret.slice(1).join('')).removed).toBe(0);
});

test('line ends of every kind become LF and are not counted', () => {
  expect(cleanText('a\r\nb\rc\u2028d\u0085e\ff')).toEqual({ text: 'a\nb\nc\nd\ne\nf', removed: 0 });
});

test('cleaning twice changes nothing more', () => {
  const hostile = fc.string({
    unit: fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.constantFrom(
        '\u200d',
        '\u200c',
        '\ufe0f',
        '\ufe0e',
        '\u{E0100}',
        '\u{E0101}',
        '\u180e',
        '\u180b',
        '\u1820',
        '😀',
        '🏴',
        'ا',
        'क',
        '葛',
        '1',
        '\r',
        '\ud83d',
        '\u2800',
      ),
    ),
    maxLength: 60,
  });
  fc.assert(
    fc.property(hostile, (text) => {
      const { text: once, removed } = cleanText(text);
      expect(cleanText(once)).toEqual({ text: once, removed: 0 });
      expect(removed).toBeLessThanOrEqual([...text].length);
    }),
    { numRuns: 600 },
  );
});

test('a line is one line, trimmed and bounded', () => {
  expect(cleanLine('  Re:\r\n\tGr\u00a0u\u200bß \u2003 ')).toBe('Re: Gr uß');
  expect(cleanLine('x'.repeat(2000))).toHaveLength(998);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 40 }), (text, max) => {
      const line = cleanLine(text, max);
      expect(line.length).toBeLessThanOrEqual(max);
      expect(line).not.toMatch(/[\n\r\p{Cs}]/u);
    }),
  );
});

test('a cut never halves a character', () => {
  expect(cutAt('a😀b', 2)).toBe('a');
  expect(cutAt('a😀b', 3)).toBe('a😀');
  expect(cleanLine('😀'.repeat(10), 6)).toBe('😀😀…');
});

test('megabytes of invisible characters are cleaned in linear time', () => {
  const started = performance.now();
  expect(cleanText('a\u200b'.repeat(500_000)).removed).toBe(500_000);
  expect(performance.now() - started).toBeLessThan(2000);
});
