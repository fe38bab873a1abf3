import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHeaders } from '../../../src/content/headers.ts';
import {
  contentFingerprint,
  contentOf,
  envelopeOf,
  has8Bit,
  saysTheSame,
  withoutBcc,
} from '../../../src/mail/compose/wire-bytes.ts';

const bytes = (text: string) => Buffer.from(text);
const stripped = (text: string) => Buffer.from(withoutBcc(bytes(text))).toString();

test('Bcc goes with its folded lines, all else stays byte for byte', () => {
  expect(
    stripped(
      'From: a@b\r\nBCC : x@y,\r\n\tz@y\r\n ,q@y\r\nTo: c@d,\r\n e@f\r\nResent-Bcc: r@y\r\n\r\nBcc: body\r\n',
    ),
  ).toBe('From: a@b\r\nTo: c@d,\r\n e@f\r\n\r\nBcc: body\r\n');
  expect(stripped('Bcc: x@y\r\n\r\nhi')).toBe('\r\nhi');
  expect(stripped('From: a@b\r\nBcc: x@y')).toBe('From: a@b\r\n');
  expect(stripped('X-Bcc: x\r\nBcc-Y: y\r\nSubject: Bcc: z\r\n\r\n')).toBe(
    'X-Bcc: x\r\nBcc-Y: y\r\nSubject: Bcc: z\r\n\r\n',
  );
});

test('bare CR and LF become CRLF, so that no Bcc hides behind them', () => {
  expect(stripped('From: a@b\nBcc: x@y\n z@y\n\nhi\nBcc: no')).toBe('From: a@b\r\n\r\nhi\r\nBcc: no');
  expect(stripped('From: a@b\rBcc: x@y\r\n\r\nhi\r')).toBe('From: a@b\r\n\r\nhi\r\n');
  expect(stripped('\nFrom: a@b\r\n\r\nhi')).toBe('\r\nFrom: a@b\r\n\r\nhi');
});

test('a message without Bcc is handed on as it is', () => {
  const raw = bytes('From: a@b\r\n\r\nhi\0\xff\r\n');
  expect(withoutBcc(raw)).toBe(raw);
});

test('removing Bcc never changes anything else', () => {
  const field = fc.constantFrom(
    ...[
      'From: a@b',
      'To: c@d',
      'Bcc: x@y',
      'bcc:',
      'BCC\t: x@y',
      'Resent-BCC: q@y',
      'Subject: Bcc: no',
      'X-Bcc: s',
    ],
    ...['Bccx: t', 'no field', ': empty', 'Bcc without colon', 'X: \x00\xff', 'X-Empty:'],
  );
  const folded = fc.tuple(
    field,
    fc.array(fc.constantFrom(' folded', '\tBcc: folded', ' '), { maxLength: 2 }),
  );
  const body = fc.uint8Array({ maxLength: 60 }).map((part) =>
    Buffer.from(part)
      .toString('latin1')
      .replace(/[\r\n]/gu, '\r\n'),
  );
  fc.assert(
    fc.property(fc.array(folded, { minLength: 1, maxLength: 8 }), body, (fields, text) => {
      const lines = (of: typeof fields) =>
        of.map(([first, rest]) => [first, ...rest, ''].join('\r\n')).join('');
      const kept = fields.filter(([first]) => !/^(?:resent-)?bcc[ \t]*:/iu.test(first));
      const result = withoutBcc(Buffer.from(`${lines(fields)}\r\n${text}`, 'latin1'));
      expect(Buffer.from(result).toString('latin1')).toBe(
        Buffer.from(`${lines(kept)}\r\n${text}`, 'latin1').toString('latin1'),
      );
      const headers = parseHeaders(result);
      expect([...headers.all('bcc'), ...headers.all('resent-bcc')]).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('the envelope of a draft is who stands in it, each once', () => {
  const raw = bytes(
    'From: =?utf-8?q?J=C3=B6rg?= <me@x.org>\nTo: Team: a@x.org, "B, C" <b@x.org>;,\n A@x.org\nTo: d@x.org\nCc: undisclosed-recipients:;\nBcc: s@Müller.example\n\nTo: no@x.org',
  );
  expect(envelopeOf(raw)).toEqual({
    from: { name: 'Jörg', address: 'me@x.org' },
    to: [{ address: 'a@x.org' }, { name: 'B, C', address: 'b@x.org' }, { address: 'd@x.org' }],
    cc: [],
    bcc: [{ address: 's@xn--mller-kva.example' }],
  });
});

test.each([
  ['From: a@x.org, b@x.org\r\n\r\n', "The draft's from must name exactly one sender."],
  ['To: a@x.org\r\n\r\n', "The draft's from must name exactly one sender."],
  ['\r\nFrom: a@x.org\r\nBcc: b@x.org\r\n\r\n', "The draft's from must name exactly one sender."],
  ['From: a@x.org\r\nTo: b@x.org, Carol\r\n\r\n', "The draft's to[1] is not an address."],
  ['From: a@x.org\r\nTo: "x@evil.example y"@x.org\r\n\r\n', "The draft's to[0] is not an address."],
  ['From: a@x.org\r\nBcc: <b@x.org\0>\r\n\r\n', "The draft's bcc[0] is not an address."],
  [
    `From: a@x.org\r\n${`X: ${'y'.repeat(990)}\r\n`.repeat(1_100)}Bcc: b@x.org\r\n\r\n`,
    'The draft has too large a header.',
  ],
])('a draft that does not say clearly whom it is for is refused (%#)', (raw, message) => {
  expect(() => envelopeOf(bytes(raw))).toThrow(expect.objectContaining({ code: 'invalid_input', message }));
});

test('bytes beyond ASCII are noticed', () => {
  expect(has8Bit(bytes('From: a@b\r\n\r\nhi'))).toBe(false);
  expect(has8Bit(bytes('From: a@b\r\n\r\nhü'))).toBe(true);
  expect(has8Bit(Buffer.from([128]))).toBe(true);
  expect(has8Bit(Buffer.from([127]))).toBe(false);
});

test('the fingerprint is of what the message says', () => {
  const print = (text: string) => contentFingerprint(bytes(text));
  const first = print(
    'Message-ID: <1@x>\r\nDate: Mon\r\nX-Mozilla-Draft-Info: x;\r\n y\r\nTo: a@x\r\n\r\nhi\r\n',
  );
  expect(first).toMatch(/^[\da-f]{64}$/u);
  expect(print('To: a@x\nMessage-ID:\n <2@x>\nX-Identity-Key: id1\n\nhi\n')).toBe(first);
  for (const other of [
    'To: b@x\r\n\r\nhi\r\n',
    'To: a@x\r\n\r\nho\r\n',
    'To: a@x\r\nBcc: c@x\r\n\r\nhi\r\n',
    'To: a@x\r\n\r\nDate: Mon\r\nhi\r\n',
  ]) {
    expect(print(other)).not.toBe(first);
  }
});

test('a stored message is known by its beginning: equal so far, and as long', () => {
  const { split } = contentOf(bytes('Message-ID: <1@x>\r\nTo: a@x\r\n\r\nhi there\r\n'));
  const says = (text: string, missing = '') =>
    saysTheSame(split, bytes(text), Buffer.byteLength(text + missing));
  expect(says('Message-ID: <1@x>\r\nTo: a@x\r\n\r\nhi there\r\n')).toBe(true);
  expect(says('Message-ID: <1@x>\r\nTo: a@x\r\n\r\nhi th', 'ere\r\n')).toBe(true);
  expect(says('Date: Monday, the first\r\nX-Mozilla-Keys: y\r\nTo: a@x\r\n\r\nhi', ' there\r\n')).toBe(true);
  for (const [text, missing] of [
    ['To: a@x\r\n\r\nhi th', 'ere'],
    ['To: a@x\r\n\r\nhi th', 'ere\r\n\r\n'],
    ['To: a@x\r\n\r\nho th', 'ere\r\n'],
    ['To: a@x\r\n\r\nhi there\r\r', ''],
    ['To: b@x\r\n\r\nhi there\r\n', ''],
    ['To: a@x\r\nSubject: y\r\n\r\nhi there\r\n', ''],
    ['To: a@x\r\n\n\rhi there\r\n', ''],
  ] as const) {
    expect(says(text, missing), text).toBe(false);
  }
});

test('tens of megabytes take no time to speak of', () => {
  const large = Buffer.concat([
    bytes('From: a@b\r\nBcc: x@y\r\n\r\n'),
    Buffer.alloc(25_000_000, 'abcdefghijklmnop\r\n'),
  ]);
  const start = performance.now();
  expect(withoutBcc(large).length).toBe(large.length - 10);
  expect(performance.now() - start).toBeLessThan(1_000);
});
