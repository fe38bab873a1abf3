import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMailId } from '../../../src/domain/mail-id.ts';
import { batchesOf, uidSet } from '../../../src/mail/filing/batch.ts';
import { recognise } from '../../../src/mail/filing/recheck.ts';
import { parseSequenceSet } from '../../../src/sandbox/sequence-set.ts';

const uid = fc.integer({ min: 1, max: 0xffffffff });
const near = fc.integer({ min: 1, max: 40 });
const ref = fc.record({
  folder: fc.constantFrom('INBOX', 'Work/2026', 'Ärger', 'a-1/b-2'),
  uidValidity: fc.bigInt({ min: 1n, max: 0xffffffffn }),
  uid: fc.oneof(uid, near),
});

test('a set holds exactly the UIDs given, in order, as few ranges as possible', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(near, uid), { minLength: 1, maxLength: 500 }), (uids) => {
      const ranges = parseSequenceSet(uidSet(uids)) ?? [];
      const expanded = ranges.flatMap(([from, to]) =>
        Array.from({ length: to - from + 1 }, (_, n) => from + n),
      );
      expect(expanded).toEqual([...new Set(uids)].sort((a, b) => a - b));
      for (const [index, [from]] of ranges.entries()) {
        expect(from).toBeGreaterThan((ranges[index - 1]?.[1] ?? -1) + 1);
      }
    }),
  );
});

test('five hundred UIDs fit in one command line', () => {
  const widest = Array.from({ length: 500 }, (_, n) => 0xffffffff - 2 * n);
  expect(uidSet(widest).length).toBeLessThan(8000 - 1100);
  expect(uidSet(Array.from({ length: 500 }, (_, n) => n + 1))).toBe('1:500');
});

test('every mail is in one batch of its folder and UIDVALIDITY, once, under the id it was given as', () => {
  fc.assert(
    fc.property(fc.array(ref, { minLength: 1, maxLength: 200 }), (refs) => {
      const ids = refs.map(formatMailId);
      const batches = batchesOf([...ids, ...ids.slice(0, 100)]);
      const again = batches.flatMap(({ folder, uidValidity, ids: mails }) =>
        [...mails].map(([number, id]) => {
          expect(formatMailId({ folder, uidValidity, uid: number })).toBe(id);
          return id;
        }),
      );
      expect(again.sort()).toEqual([...new Set(ids)].sort());
      expect(new Set(batches.map(({ folder, uidValidity }) => `${folder} ${uidValidity}`)).size).toBe(
        batches.length,
      );
    }),
  );
});

test.each([[[]], [Array.from({ length: 501 }, (_, n) => `INBOX/1-${n + 1}`)], [['INBOX/1-1', 'INBOX/1-0']]])(
  'none, too many or malformed ids are refused',
  (ids) => {
    expect(() => batchesOf(ids)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  },
);

const seen = new Map(
  Object.entries({ 1: 'a', 2: 'a', 3: 'b', 4: 'c' }).map(([key, likeness]) => [
    Number(key),
    { flags: new Set<string>(), likeness },
  ]),
);
test.each([
  ['one of its kind', [3], [], { b: ['x'] }, [[3, 'x']]],
  [
    'twins that both arrived',
    [1, 2],
    [],
    { a: ['x', 'y'] },
    [
      [1, undefined],
      [2, undefined],
    ],
  ],
  ['twins of which one arrived', [1, 2], [], { a: ['x'] }, []],
  ['a twin that left before one that stayed', [1], [2], { a: ['x'] }, [[1, 'x']]],
  ['a copy of one that stayed', [], [3], { b: ['x'] }, [[3, 'x']]],
  ['two alike that came meanwhile, one of them ours', [3], [], { b: ['x', 'y'] }, [[3, undefined]]],
  ['nothing', [1, 3, 4], [2], {}, []],
] as const)('among what arrived it finds %s', (_, gone, there, arrived, found) => {
  expect([...recognise(gone, there, seen, new Map(Object.entries(arrived)))]).toEqual(found);
});
