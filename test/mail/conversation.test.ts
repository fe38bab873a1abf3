import { expect, test } from 'vitest';
import { conversationOf, type Linked, linked } from '../../src/mail/conversation.ts';
import type { Facts } from '../../src/mail/fetched.ts';

const facts = {} as Facts;
const place = { folder: 'INBOX', uidValidity: 1n };
const message = (id: string, ...references: string[]): Linked =>
  linked(
    facts,
    place,
    Buffer.from(`Message-ID: ${id}\r\nReferences: ${references.join(' ')}\r\nSubject: same\r\n\r\n`),
  );
const ids = (members: Linked[]) => members.map(({ id }) => id).sort();

test('whoever answers a member, or is answered by one, belongs to it; nobody else', () => {
  const start = message('<b>', '<a>');
  const others = [
    message('<a>'),
    message('<c>', '<b>'),
    message('<d>', '<c>'),
    message('<x>'),
    message('<y>', '<x>'),
  ];
  expect(ids(conversationOf(start, others))).toEqual(['<a>', '<b>', '<c>', '<d>']);
});

test('answers to the same missing message belong together', () => {
  expect(ids(conversationOf(message('<b>', '<lost>'), [message('<c>', '<lost>')]))).toEqual(['<b>', '<c>']);
});

test('ids that point in a circle end', () => {
  expect(ids(conversationOf(message('<a>', '<b>'), [message('<b>', '<a>')]))).toEqual(['<a>', '<b>']);
});

test('copies count once, messages without an id are never taken for copies', () => {
  const nameless = linked(facts, place, Buffer.from('References: <a>\r\n\r\n'));
  const again = linked(facts, place, Buffer.from('References: <a>\r\n\r\n'));
  expect(conversationOf(message('<a>'), [message('<a>'), nameless, again])).toHaveLength(3);
});
