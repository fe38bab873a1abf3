import fc from 'fast-check';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { decodeBytes, knownCharset } from '../../src/content/charset.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

test.each([
  ['utf-8', 'Grüße', 'utf8'],
  ['"UTF-8"', 'Grüße', 'utf8'],
  ['iso-8859-1', '€ “x”', 'windows-1252'],
  ['latin1', 'Köln', 'latin1'],
  ['iso-8859-15', '10 €', 'iso-8859-15'],
  ['ks_c_5601-1987', '안녕하세요', 'cp949'],
  ['gb2312', '你好', 'gb18030'],
  ['x-sjis', '日本語', 'shift_jis'],
  ['utf-7', 'Grüße', 'utf-7'],
  ['x-mac-roman', 'für', 'macintosh'],
  ['cp850', 'für', 'cp850'],
  ['koi8-r', 'Привет', 'koi8-r'],
  ['tis-620', 'สวัสดี', 'windows-874'],
])('the label %s is honoured', (label, text, encoding) => {
  expect(decodeBytes(iconv.encode(text, encoding), label)).toEqual({ text });
});

test('ISO-2022-JP is decoded though iconv-lite cannot', () => {
  expect(decodeBytes(latin1('\x1b$B$3$s\x1b(B!'), 'iso-2022-jp')).toEqual({ text: 'こん!' });
});

test.each(['base64', 'hex', '__proto__', 'constructor', 'x-user-defined', 'unknown-8bit', ''])(
  'the label %j names no charset',
  (label) => {
    expect(knownCharset(label)).toBeUndefined();
    expect(decodeBytes(latin1('plain'), label)).toEqual({ text: 'plain' });
  },
);

test('without a label valid UTF-8 is UTF-8, and said to be a guess', () => {
  expect(decodeBytes(Buffer.from('Grüße'), undefined)).toEqual({ text: 'Grüße', guessed: 'utf-8' });
  expect(decodeBytes(Buffer.from('Grüße').subarray(0, 4), undefined)).toMatchObject({ guessed: 'utf-8' });
  expect(decodeBytes(Buffer.from('only ASCII'), undefined)).toEqual({ text: 'only ASCII' });
});

test('us-ascii with 8-bit bytes counts as no label', () => {
  expect(decodeBytes(Buffer.from('Grüße'), 'us-ascii')).toEqual({ text: 'Grüße', guessed: 'utf-8' });
});

test('what is not UTF-8 is detected, and Western European where that fails', () => {
  expect(decodeBytes(latin1('Grüße aus Köln'), 'bogus')).toEqual({
    text: 'Grüße aus Köln',
    guessed: 'windows-1252',
  });
  const russian = 'Привет, как дела? Пришли мне, пожалуйста, документы до пятницы.';
  expect(decodeBytes(iconv.encode(russian, 'windows-1251'), undefined)).toEqual({
    text: russian,
    guessed: 'windows-1251',
  });
});

test('a byte order mark outranks the label', () => {
  const utf16 = iconv.encode('Grüße', 'utf16le', { addBOM: true });
  expect(decodeBytes(utf16, 'utf-8')).toEqual({ text: 'Grüße' });
  expect(decodeBytes(utf16, undefined)).toEqual({ text: 'Grüße', guessed: 'utf-16le' });
  expect(decodeBytes(Buffer.from('\ufeffx'), 'utf-8').text).toBe('x');
});

test('no bytes and no label make it throw', () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.oneof(fc.string(), fc.constantFrom('utf-16', 'utf-7', 'big5', 'hz', 'iso-2022-kr')),
      (bytes, label) => {
        expect(typeof decodeBytes(bytes, label).text).toBe('string');
      },
    ),
  );
});
