import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, namedDay, namedWeek, weekday, weekOf } from '../../src/domain/days.ts';

const today = '2026-11-22';

test.each([
  ['today', '2026-11-22'],
  [' Heute ', '2026-11-22'],
  ['tomorrow', '2026-11-23'],
  ['gestern', '2026-11-21'],
  ['2028-02-29', '2028-02-29'],
  ['2026-02-29', undefined],
  ['0000-01-01', undefined],
  ['2026-11-22T10:00', undefined],
  ['constructor', undefined],
  ['', undefined],
])('the day %j is %s', (text, expected) => {
  expect(namedDay(text, today)).toBe(expected);
});

test.each([
  ['this', '2026-W47', '2026-11-16'],
  ['this week', '2026-W47', '2026-11-16'],
  ['letzte Woche', '2026-W46', '2026-11-09'],
  ['nächste', '2026-W48', '2026-11-23'],
  ['2026-W01', '2026-W01', '2025-12-29'],
  ['2026w53', '2026-W53', '2026-12-28'],
  ['2027-01-03', '2026-W53', '2026-12-28'],
  ['heute', '2026-W47', '2026-11-16'],
])('the week %j is %s', (text, name, monday) => {
  expect(namedWeek(text, today)).toEqual({ name, monday });
});

test.each(['2027-W53', '2026-W00', '2026-W54', 'some week', ''])('%j is no week', (text) => {
  expect(namedWeek(text, today)).toBeUndefined();
});

test('a week begins on its Monday, holds its day, and is found by its name', () => {
  const days = fc.date({ min: new Date('1900-01-08'), max: new Date('2190-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(days, (date) => {
      const day = date.toISOString().slice(0, 10);
      const week = weekOf(day);
      expect(weekday(week.monday)).toBe(1);
      expect(addDays(week.monday, weekday(day) - 1)).toBe(day);
      expect(namedWeek(week.name, today)).toEqual(week);
    }),
  );
});
