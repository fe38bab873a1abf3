import { expect, test } from 'vitest';
import { nzNumber, uidsOf } from '../../../src/connections/imap/uids.ts';

test('a set of UIDs is told in its order, ranges in either direction', () => {
  expect(uidsOf('4,7:9,12:11,1', 100)).toEqual([4, 7, 8, 9, 12, 11, 1]);
  expect(uidsOf('4294967294:4294967295', 2)).toEqual([4294967294, 4294967295]);
});

test.each(['1:4294967295', '1:4', '9:1', '1,2,3,4', '1:2,1:2', Array(8).fill('1:4294967295').join()])(
  'a set of more than was asked for (%s) is none, and is not written out first',
  (set) => expect(uidsOf(set, 3)).toBeUndefined(),
);

test.each([
  '',
  ',',
  '0',
  '0:2',
  '1:*',
  '*',
  '1:2:3',
  '1:',
  'a',
  '-1',
  '1.5',
  '4294967296',
  '99999999999999999999',
])('"%s" is no set of UIDs', (set) => expect(uidsOf(set, 1000)).toBeUndefined());

test.each([
  ['1', 1],
  ['4294967295', 4294967295],
  ['0', undefined],
  ['4294967296', undefined],
  ['1e3', undefined],
  [undefined, undefined],
])('%s is the number %s', (text, number) => expect(nzNumber(text)).toBe(number));
