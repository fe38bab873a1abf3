import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, parseAddresses } from '../../src/content/address.ts';
import { messageIds, parseHeaders } from '../../src/content/headers.ts';

const parse = (text: string) => parseHeaders(Buffer.from(text, 'latin1'));

test('fields are unfolded and keep their order, names match in any case', () => {
  const headers = parse('Received: one\r\nSubject: a\r\n  b\r\nReceived: two\r\n\r\nReceived: body\r\n');
  expect(headers.all('RECEIVED')).toEqual(['one', 'two']);
  expect(headers.first('subject')).toBe('a  b');
  expect(headers.first('to')).toBeUndefined();
});

test('all fields can be walked from top to bottom', () => {
  const headers = parse(
    'Received: one\r\nAuthentication-Results: a\r\n b\r\nRECEIVED: two\r\nX: =?utf-8?q?=C3=BC?=',
  );
  expect(headers.entries()).toEqual([
    { name: 'received', value: 'one' },
    { name: 'authentication-results', value: 'a b' },
    { name: 'received', value: 'two' },
    { name: 'x', value: 'ü' },
  ]);
});

test('encoded words are decoded and neighbours joined', () => {
  expect(parse('Subject: =?utf-8?Q?Gr=C3=BC?=\r\n =?utf-8?Q?=C3=9Fe_x?= end').first('subject')).toBe(
    'Grüße x end',
  );
  expect(parse('Subject: =?iso-2022-jp?B?GyRCJDMkcxsoQg==?=').first('subject')).toBe('こん');
});

test('raw 8-bit values are decoded', () => {
  expect(parse('Subject: Gr\xfc\xdfe').first('subject')).toBe('Grüße');
  expect(parseHeaders(Buffer.from('Subject: Grüße')).first('subject')).toBe('Grüße');
});

test('bare LF and broken lines are tolerated', () => {
  const headers = parse('From x@y Mon\nno colon here\nTo: a@b.de\n: empty\n');
  expect(headers.first('to')).toBe('a@b.de');
});

test('a decoded name never brings a second address into the list', () => {
  const headers = parse(
    'From: =?utf-8?q?boss=40corp=2Ede=2C_=3Cevil=40x=2Ede=3E?= <real@x.de>,\r\n "=?utf-8?q?Q_=22x=22?=" <q@x.de>',
  );
  const addresses = parseAddresses(headers.first('from') ?? '');
  expect(addresses.map(({ address }) => address)).toEqual(['real@x.de', 'q@x.de']);
  expect(addresses.map(formatAddress)).toEqual([
    '"boss@corp.de, <evil@x.de>" <real@x.de>',
    '"Q \\"x\\"" <q@x.de>',
  ]);
});

test.each([
  ['<a@b>\r\n\t<c@d>', ['<a@b>', '<c@d>']],
  ['a@b, c@d', ['<a@b>', '<c@d>']],
  ['<a b@c> junk <x@y', ['<ab@c>']],
  ['<<x@y>>', ['<x@y>']],
  ['', []],
  [undefined, []],
])('message ids in %j', (value, ids) => {
  expect(messageIds(value)).toEqual(ids);
});

test('any bytes are headers to it, in linear time', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: 'binary' }), (bytes, text) => {
      expect(parseHeaders(bytes).all('x')).toBeInstanceOf(Array);
      parse(`From: ${text}`).first('from');
      messageIds(text);
    }),
  );
  const units = ['=?', '\\"', '=?a?q?x?= ', ' \n', 'A:b\n', '<a', '@'];
  for (const unit of units) {
    const text = `From: "${unit.repeat(200_000 / unit.length)}`;
    const started = performance.now();
    parse(text);
    messageIds(text);
    expect(performance.now() - started).toBeLessThan(1000);
  }
});
