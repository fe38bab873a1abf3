import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean, editDistance, nearest } from '../../src/config/near.ts';

test.each([
  ['', '', 0],
  ['abc', '', 3],
  ['folder', 'fodler', 1],
  ['kitten', 'sitting', 3],
  ['ca', 'abc', 3],
])('the distance of %j and %j is %d', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
});

test('a distance is symmetric, zero for equals only, and never more than the longer word', () => {
  const word = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = editDistance(a, b);
      expect(distance).toBe(editDistance(b, a));
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

const known = ['search_emails', 'get_email', 'get_email_thread', 'get_folders'];

test('the nearest names come first, and only near ones', () => {
  expect(nearest('search_email', known)).toEqual(['search_emails']);
  expect(nearest('list_folders', known)).toEqual(['get_folders']);
  expect(nearest('Get-Email', known)[0]).toBe('get_email');
  expect(nearest('search', known)).toEqual(['search_emails']);
  expect(nearest('reboot', known)).toEqual([]);
});

test('a suggestion is a short question, or nothing', () => {
  expect(didYouMean('get_emial', known)).toBe(' (did you mean get_email?)');
  expect(didYouMean('zzz', known)).toBe('');
});
