import { afterEach, describe, expect, test } from 'vitest';
import { formatInstant, parseInstant, zonedInstant } from '../../src/domain/time.ts';

const hostZone = process.env.TZ;
afterEach(() => {
  if (hostZone === undefined) delete process.env.TZ;
  else process.env.TZ = hostZone;
});

describe.each(['UTC', 'Europe/Berlin', 'America/New_York'])('on a machine in %s', (machine) => {
  const inZone = (run: () => void) => () => {
    process.env.TZ = machine;
    run();
  };

  test(
    'instants are shown in the asked zone, summer and winter',
    inZone(() => {
      expect(formatInstant(new Date('2026-01-15T12:00:00Z'), 'Europe/Berlin')).toBe(
        '2026-01-15T13:00:00+01:00',
      );
      expect(formatInstant(new Date('2026-07-15T12:00:00Z'), 'Europe/Berlin')).toBe(
        '2026-07-15T14:00:00+02:00',
      );
      expect(formatInstant(new Date('2026-07-15T12:00:00Z'), 'America/St_Johns')).toBe(
        '2026-07-15T09:30:00-02:30',
      );
      expect(formatInstant(new Date('2026-07-15T23:59:59.999Z'), 'UTC')).toBe('2026-07-15T23:59:59+00:00');
    }),
  );

  test(
    'a time the clock skips takes the offset before the gap, one it shows twice means the first',
    inZone(() => {
      expect(zonedInstant('2026-03-29T02:30:00', 'Europe/Berlin').toISOString()).toBe(
        '2026-03-29T01:30:00.000Z',
      );
      expect(zonedInstant('2026-10-25T02:30:00', 'Europe/Berlin').toISOString()).toBe(
        '2026-10-25T00:30:00.000Z',
      );
      expect(zonedInstant('2026-11-01T01:30:00', 'America/New_York').toISOString()).toBe(
        '2026-11-01T05:30:00.000Z',
      );
      expect(zonedInstant('2026-03-08T02:30:00', 'America/New_York').toISOString()).toBe(
        '2026-03-08T07:30:00.000Z',
      );
    }),
  );

  test(
    "a date is a day in the user's zone, an offset is honoured",
    inZone(() => {
      expect(parseInstant('2026-03-29', 'Europe/Berlin')?.toISOString()).toBe('2026-03-28T23:00:00.000Z');
      expect(parseInstant('2026-03-30', 'Europe/Berlin')?.toISOString()).toBe('2026-03-29T22:00:00.000Z');
      expect(parseInstant('2026-03-29T10:00', 'Europe/Berlin')?.toISOString()).toBe(
        '2026-03-29T08:00:00.000Z',
      );
      expect(parseInstant('2026-03-29T10:00:00Z', 'Europe/Berlin')?.toISOString()).toBe(
        '2026-03-29T10:00:00.000Z',
      );
      expect(parseInstant('2026-03-29 10:00+0530', 'UTC')?.toISOString()).toBe('2026-03-29T04:30:00.000Z');
    }),
  );
});

test.each([
  '',
  'yesterday',
  '2026-02-29',
  '2026-13-01',
  '2026-1-1',
  '2026-03-01T25:00',
  '2026-03-01T10:61',
  '1.3.2026',
])('"%s" is no date', (text) => {
  expect(parseInstant(text, 'UTC')).toBeUndefined();
});
