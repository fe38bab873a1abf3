import { expect, test } from 'vitest';
import { readGivenTime } from '../../../src/calendar/edit/given-time.ts';
import { parseInstant } from '../../../src/domain/time.ts';

test.each(['2026-12-01T10:00+01:00', '2026-12-01T10:00-0530', '2026-12-01 10:00:05+01', '2026-12-01T10:00Z'])(
  '%s means the same instant where events are written and where they are looked for',
  (text) => {
    expect(readGivenTime(text, 'start').instant).toBe(parseInstant(text, 'UTC')?.getTime());
  },
);

test.each([
  '2026-12-01T10:00+25:00',
  '2026-12-01T10:00+99:99',
  '2026-12-01T10:00-01:60',
  '2026-12-01T10:00+24',
])('%s is refused everywhere: there is no such offset', (text) => {
  expect(() => readGivenTime(text, 'start')).toThrow('start is not a date or date-time.');
  expect(parseInstant(text, 'UTC')).toBeUndefined();
});
