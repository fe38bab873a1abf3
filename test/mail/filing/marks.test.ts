import { expect, test } from 'vitest';
import { marksOf } from '../../../src/mail/filing/marks.ts';

test.each(['read,flagged', 'read, flagged', 'read flagged', 'a;b'])(
  '%j is no keyword: it is refused, and each mark is to be an entry of its own',
  (word) => {
    for (const marks of [() => marksOf([word]), () => marksOf([], [word])]) {
      expect(marks).toThrow(
        expect.objectContaining({
          code: 'invalid_input',
          hint: expect.stringContaining('["read", "flagged"]'),
        }),
      );
    }
  },
);

test.each(['$Label1', 'a.b/c:d', 'Work-2026', "it's", '+1', '<x>'])('%s is a keyword', (word) => {
  expect(marksOf([word]).plus).toEqual([word]);
});
