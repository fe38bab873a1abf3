import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHeaders } from '../../../src/content/headers.ts';
import { isMessageId, messageIdOfKey, newMessageId } from '../../../src/mail/compose/message-id.ts';
import { replyLink } from '../../../src/mail/compose/references.ts';

const link = (...lines: string[]) => replyLink(parseHeaders(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)));

test('the parent is answered, after its whole chain, folded or not', () => {
  expect(link('Message-ID: <c@x>', 'References: <a@x>', ' <b@x>')).toEqual({
    inReplyTo: '<c@x>',
    references: ['<a@x>', '<b@x>', '<c@x>'],
  });
});

test('In-Reply-To stands in for missing References when it names one id', () => {
  expect(link('Message-ID: <c@x>', 'In-Reply-To: <b@x>').references).toEqual(['<b@x>', '<c@x>']);
  expect(link('Message-ID: <c@x>', 'In-Reply-To: <a@x> <b@x>').references).toEqual(['<c@x>']);
  expect(link('Message-ID: <c@x>', 'References: <a@x>', 'In-Reply-To: <b@x>').references).toEqual([
    '<a@x>',
    '<c@x>',
  ]);
});

test('a parent without a usable id gives neither field', () => {
  expect(link('References: <a@x>')).toEqual({});
  expect(link('Message-ID: <without-at>', 'References: <a@x>')).toEqual({});
  expect(link('Message-ID: none')).toEqual({});
});

test('ids that are none are left out, repeated ones stand once, the parent last', () => {
  expect(
    link('Message-ID: <c@x>', 'References: <c@x> <> <x> <a @x> junk <a@x> <ü@x> <b@x>').references,
  ).toEqual(['<a@x>', '<b@x>', '<c@x>']);
});

test('a very long chain keeps its beginning and its end', () => {
  const ids = Array.from({ length: 1200 }, (_, index) => `<${index}@x>`);
  const { references = [] } = link('Message-ID: <p@x>', `References: ${ids.join('\r\n ')}`);
  expect(references).toHaveLength(501);
  expect([references[0], references[1], references.at(-1)]).toEqual(['<0@x>', '<701@x>', '<p@x>']);
  const thousand = link('Message-ID: <p@x>', `References: ${ids.slice(0, 999).join(' ')}`);
  expect(thousand.references).toHaveLength(1000);
});

test('six turns between two people keep the whole chain', () => {
  let parent = ['Message-ID: <0@x>'];
  for (let turn = 1; turn <= 6; turn += 1) {
    const { inReplyTo, references } = link(...parent);
    parent = [`Message-ID: <${turn}@x>`, `In-Reply-To: ${inReplyTo}`, `References: ${references?.join(' ')}`];
  }
  expect(link(...parent).references).toEqual([0, 1, 2, 3, 4, 5, 6].map((turn) => `<${turn}@x>`));
});

test('whatever the parent says, only ids come out', () => {
  const bit = fc.constantFrom(
    '<',
    '>',
    '@',
    'a',
    'b.c',
    ' ',
    '\t',
    '\r\n ',
    '"',
    ',',
    'ü',
    '\0',
    '=?utf-8?q?=0D=0A?=',
  );
  const value = fc.array(bit, { maxLength: 20 }).map((bits) => bits.join(''));
  fc.assert(
    fc.property(value, value, value, (id, references, inReplyTo) => {
      const found = link(`Message-ID: ${id}`, `References: ${references}`, `In-Reply-To: ${inReplyTo}`);
      for (const each of [found.inReplyTo ?? '<a@b>', ...(found.references ?? [])]) {
        expect(each).toMatch(/^<[^\s<>]+@[^\s<>]+>$/u);
        expect(isMessageId(each)).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});

test('message ids stand under the domain, the same key giving the same one', () => {
  expect(newMessageId('example.org', '0123456789abcdef')).toBe('<0123456789abcdef@example.org>');
  expect(() => newMessageId('example.org', 'x>\r\n')).toThrow();
  expect(() => newMessageId('exa mple.org', '0123456789abcdef')).toThrow();
  const id = messageIdOfKey('example.org', 'me@example.org', 'key\r\n1');
  expect(id).toMatch(/^<[\da-f]{40}@example\.org>$/u);
  expect(messageIdOfKey('example.org', 'me@example.org', 'key\r\n1')).toBe(id);
  expect(messageIdOfKey('example.org', 'you@example.org', 'key\r\n1')).not.toBe(id);
  expect(messageIdOfKey('example.org', 'me@example.org', 'key2')).not.toBe(id);
});
