import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attachmentOrigin } from '../../../src/mail/compose/attachment-request.ts';
import { typeOfName, typeOfPart } from '../../../src/mail/compose/attachment-type.ts';

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const bytes = { name: 'a.txt', contentBase64: base64('hello') };
const refused = (message: string) =>
  expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(message) });

test('exactly one source; what is left out may be an empty string', () => {
  expect(attachmentOrigin({ path: '/a/b.txt', emailId: '', contentBase64: '' })).toEqual({
    from: 'file',
    path: '/a/b.txt',
  });
  expect(attachmentOrigin({ emailId: 'INBOX/s1-7', part: '2', name: 'b.pdf' })).toEqual({
    from: 'mail',
    ref: { folder: 'INBOX', uidValidity: 1009n, uid: 7 },
    part: '2',
    name: 'b.pdf',
  });
  const manifold = [
    {},
    { name: 'x' },
    { part: '2' },
    { ...bytes, path: '/a' },
    { path: '/a', emailId: 'INBOX/1-1' },
  ];
  for (const request of manifold) expect(() => attachmentOrigin(request)).toThrow(refused('exactly one'));
  expect(() => attachmentOrigin({ path: '/a', part: '2' })).toThrow(refused('emailId'));
  expect(() => attachmentOrigin({ emailId: 'INBOX/1-1', type: 'text/plain' })).toThrow(refused('type'));
  expect(() => attachmentOrigin({ emailId: 'nonsense' })).toThrow(refused('mail id'));
});

test('base64 comes out byte for byte, with whitespace in it or not', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (content) => {
      const wrapped = base64(content).replace(/.{7}/gu, '$& \r\n\t');
      for (const contentBase64 of [base64(content), wrapped])
        expect(attachmentOrigin({ name: 'x', contentBase64 })).toMatchObject({ bytes: Buffer.from(content) });
    }),
  );
});

test.each([
  ...['aGVsbG8', 'aGVsbG8==', 'a', '=', '====', 'aGVs=bG8', 'aGVsbG9=', '-_-_', 'aGVsbG8=!', 'hällo==='],
  ...[' ', 'data:text/plain;base64,aGVsbG8=', 'aGVsbG8=aGVsbG8='],
])('%j is not taken for base64', (contentBase64) => {
  expect(() => attachmentOrigin({ name: 'x', contentBase64 })).toThrow(refused('not valid base64'));
});

test('seven megabytes may be passed, one byte more not', () => {
  const largest = Buffer.alloc(7 * 1024 * 1024, 1);
  expect(attachmentOrigin({ name: 'x', contentBase64: base64(largest) })).toMatchObject({ from: 'bytes' });
  const larger = base64(Buffer.concat([largest, Buffer.alloc(1)]));
  expect(() => attachmentOrigin({ name: 'x', contentBase64: larger })).toThrow(refused('7.1 MB'));
});

test('the name is needed, holds no control characters and is one segment', () => {
  expect(() => attachmentOrigin({ contentBase64: 'aGk=' })).toThrow(refused('name'));
  for (const name of ['a\r\nBcc: x@y', 'a\0.txt', 'a\u0085b', 'a\u2028b', '\ud800.txt', 'tab\t.txt'])
    expect(() => attachmentOrigin({ ...bytes, name })).toThrow(refused('name'));
  expect(attachmentOrigin({ ...bytes, name: '../../Größe 🎉.pdf' })).toMatchObject({ name: 'Größe 🎉.pdf' });
  expect(attachmentOrigin({ ...bytes, name: 'C:\\dir\\x.pdf' })).toMatchObject({ name: 'x.pdf' });
});

test('whatever the name: refused, or one visible line without separators', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc
      .array(
        fc.constantFrom(
          '..',
          '/',
          '\\',
          '\r\n',
          '\0',
          '\u202e',
          '\u200b',
          'a',
          'ü',
          '"',
          ';',
          '=?utf-8?B?Cg==?=',
          '.exe',
          ':',
        ),
      )
      .map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(hostile, (name) => {
      try {
        const origin = attachmentOrigin({ ...bytes, name });
        expect(origin.name).toMatch(/^[^\p{C}\p{Zl}\p{Zp}/\\:"<>|?*]+$/u);
        expect(origin.name).not.toMatch(/^\.|\.\.|[. ]$/u);
      } catch (error) {
        if ((error as { code?: string }).code !== 'invalid_input') throw error;
      }
    }),
    { numRuns: 1000 },
  );
});

test('a type must be a media type of a file', () => {
  expect(attachmentOrigin({ ...bytes, type: ' Application/PDF ' })).toMatchObject({
    type: 'application/pdf',
  });
  const wrong = [
    'pdf',
    'a/b/c',
    'text/plain; charset=x',
    'text/plain\r\nX: y',
    'multipart/mixed',
    'MESSAGE/rfc822',
    'a/',
    `a/${'b'.repeat(130)}`,
  ];
  for (const type of wrong) expect(() => attachmentOrigin({ ...bytes, type })).toThrow(refused('type'));
});

test('without a type the extension tells it; stored messages and the unknown are plain bytes', async () => {
  const types = await Promise.all(
    [
      'a.pdf',
      'B.PNG',
      'ü.docx',
      'x.csv',
      'zip',
      'archive.zip',
      'a.unknown-kind',
      'mail.eml',
      'page.mht',
      'a.',
    ].map(typeOfName),
  );
  expect(types).toEqual([
    ...[
      'application/pdf',
      'image/png',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    ...['text/csv', 'application/octet-stream', 'application/zip', 'application/octet-stream'],
    ...['application/octet-stream', 'application/octet-stream', 'application/octet-stream'],
  ]);
});

test('a part keeps its type and charset, unless they are none', async () => {
  const part = (type: string, charset?: string) =>
    typeOfPart(
      { part: '2', type, parameters: charset ? { charset } : {}, encoding: '7bit', size: 1, children: [] },
      'a.txt',
    );
  expect(await part('text/csv', 'iso-8859-1')).toBe('text/csv; charset=iso-8859-1');
  expect(await part('text/csv', 'x"\r\nBcc: a@b')).toBe('text/csv');
  expect(await part('application/pdf', 'utf-8')).toBe('application/pdf');
  expect(await part('message/delivery-status')).toBe('text/plain');
  expect(await part('te xt/pl\r\nain')).toBe('text/plain');
});
