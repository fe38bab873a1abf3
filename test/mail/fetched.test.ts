import { expect, test } from 'vitest';
import { facts } from '../../src/mail/fetched.ts';

const message = { seq: 1, uid: 1, flags: new Set<string>(), size: 9 };

test('a time of arrival that is none gives way to when it was sent', () => {
  const sent = new Date('2026-03-02T10:00:00Z');
  const told = facts({ ...message, internalDate: 'no date', envelope: { date: sent } });
  expect(told?.date).toEqual(sent);
  expect(told?.arrived).toEqual(sent);
});

test('where nobody tells a time it is still a time', () => {
  expect(facts({ ...message, internalDate: 'no date' })?.date).toEqual(new Date(0));
});
