import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTransfer } from '../../src/content/transfer.ts';

const decode = (text: string, encoding: string) =>
  Buffer.from(decodeTransfer(Buffer.from(text, 'latin1'), encoding)).toString('latin1');

test.each([
  ['folded', 'SGVs\r\nbG8=\r\n', 'Hello'],
  ['without padding', 'SGVsbG8', 'Hello'],
  ['cut in the middle', 'SGVsbG8gd29y', 'Hello wor'],
  ['with junk', 'SG!Vs\u0000bG8=', 'Hello'],
  ['padded segments in a row', 'YQ==YmM=\nZA==', 'abcd'],
  ['with a list footer behind', 'SGVsbG8=\r\n\r\n-- \r\nPlease visit our list\r\n', 'Hello'],
  ['the URL alphabet', '-_-_', '\xfb\xff\xbf'],
  ['empty', '', ''],
])('base64 %s', (_, text, expected) => {
  expect(decode(text, 'Base64')).toBe(expected);
});

test.each([
  ['hex in both cases', 'a=3D=e4=E4', 'a=\xe4\xe4'],
  ['soft breaks, also with blanks before the line end', 'ab=\r\ncd= \t\nef', 'abcdef'],
  ['blanks at line ends, which transport added', 'ab \t\r\ncd', 'ab\r\ncd'],
  ['an encoded blank at a line end', 'ab=20\r\ncd', 'ab \r\ncd'],
  ['broken escapes, kept as they are', '100=% =zz =4', '100=% =zz =4'],
  ['an open soft break at the end', 'ab=', 'ab'],
  ['raw 8-bit', '\xfc=FC', '\xfc\xfc'],
])('quoted-printable: %s', (_, text, expected) => {
  expect(decode(text, 'quoted-printable')).toBe(expected);
});

test('uuencode', () => {
  expect(decode('begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n', 'x-uuencode')).toBe('Cat');
  expect(decode('no begin line', 'x-uuencode')).toBe('no begin line');
});

test.each(['7bit', '8bit', 'binary', 'x-unknown', ''])('%j leaves the bytes alone', (encoding) => {
  expect(decode('a=3D\r\n', encoding)).toBe('a=3D\r\n');
});

test('what was encoded comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const encoded = Buffer.from(bytes).toString('base64').replace(/.{20}/gu, '$&\r\n');
      expect(Buffer.from(decodeTransfer(Buffer.from(encoded), 'base64'))).toEqual(Buffer.from(bytes));
    }),
  );
});

test.each(['base64', 'quoted-printable', 'x-uuencode'])(
  '%s never throws and takes linear time',
  (encoding) => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => decode(text, encoding) !== undefined));
    for (const unit of ['=', '= ', 'A=', 'a b\n', `=${' '.repeat(999)}`]) {
      const text = unit.repeat(Math.ceil(500_000 / unit.length));
      const started = performance.now();
      decode(text, encoding);
      expect(performance.now() - started).toBeLessThan(1500);
    }
  },
);
