import { expect, test } from 'vitest';
import { ageOf } from '../../../src/calendar/schedule/invitation-age.ts';

const [early, late] = ['2026-03-01T08:00:00.000Z', '2026-03-02T08:00:00.000Z'];

test.each([
  ['a higher SEQUENCE', { sequence: 2, stamped: early }, { sequence: 1, stamped: late }, 'newer'],
  ['a lower SEQUENCE', { sequence: 1, stamped: late }, { sequence: 2, stamped: early }, 'older'],
  [
    'the same SEQUENCE, a later DTSTAMP',
    { sequence: 1, stamped: late },
    { sequence: 1, stamped: early },
    'newer',
  ],
  [
    'the same SEQUENCE, an earlier one',
    { sequence: 1, stamped: early },
    { sequence: 1, stamped: late },
    'older',
  ],
  ['both the same', { sequence: 1, stamped: late }, { sequence: 1, stamped: late }, 'same'],
  ['no DTSTAMP in the mail', { sequence: 1 }, { sequence: 1, stamped: late }, 'same'],
  ['no DTSTAMP in store', { sequence: 1, stamped: late }, { sequence: 1 }, 'same'],
])('a mail with %s', (_name, mailed, stored, age) => {
  expect(ageOf(mailed, stored)).toBe(age);
});
