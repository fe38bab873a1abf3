import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uidSet } from '../../src/mail/uid-set.ts';
import { inSequenceSet, parseSequenceSet } from '../../src/sandbox/sequence-set.ts';

test('a set of UIDs names each of them and no other', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (uids) => {
      const holds = inSequenceSet(parseSequenceSet(uidSet(uids)) ?? [], 40);
      const named = Array.from({ length: 41 }, (_, uid) => uid).filter((uid) => holds(uid));
      expect(named).toEqual([...uids].sort((a, b) => a - b));
    }),
  );
});

test('UIDs side by side are one range, none are an empty set', () => {
  expect([uidSet([9, 3, 2, 4, 7, 6]), uidSet([])]).toEqual(['2:4,6:7,9', '']);
});
