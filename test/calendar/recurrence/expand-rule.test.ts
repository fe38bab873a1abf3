import { expect, test } from 'vitest';
import { type ExpandOptions, expandRule, hasInstance } from '../../../src/calendar/recurrence/expand-rule.ts';
import { parseRule } from '../../../src/calendar/recurrence/parse-rule.ts';
import { wall, written } from './walls.ts';

const always = { from: wall('00010101'), to: wall('99991231'), limit: 1000 };

function starts(rule: string, start: string, options: Partial<ExpandOptions> = {}): string {
  const context = { ...always, allDay: start.length === 8, ...options };
  return expandRule(parseRule(rule), wall(start), context)
    .starts.map((each) => written(each, start))
    .join(' ');
}

test.each([
  [
    'a birthday on 29 February comes in leap years only',
    'FREQ=YEARLY;COUNT=3',
    '20240229',
    '20240229 20280229 20320229',
  ],
  ['no leap day in 2100', 'FREQ=YEARLY;COUNT=2', '20960229', '20960229 21040229'],
  ['a month without a 31st is passed over', 'FREQ=MONTHLY;COUNT=3', '20260131', '20260131 20260331 20260531'],
  [
    'the last day of each month',
    'FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3',
    '20260131',
    '20260131 20260228 20260331',
  ],
  [
    'Friday the 13th',
    'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3',
    '20260213',
    '20260213 20260313 20261113',
  ],
  ['the 20th Monday of the year', 'FREQ=YEARLY;BYDAY=20MO;COUNT=3', '19970519', '19970519 19980518 19990517'],
  [
    'the last Sunday of October',
    'FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;COUNT=2',
    '20261025',
    '20261025 20271031',
  ],
  [
    'the last weekday of the month',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3',
    '20260130',
    '20260130 20260227 20260331',
  ],
  [
    'positions count from the week, not from its first instance',
    'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,3;COUNT=3',
    '20241023',
    '20241023 20241028 20241030',
  ],
  [
    'week 53 only where there is one',
    'FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;COUNT=3',
    '19981228',
    '19981228 20041227 20091228',
  ],
  [
    'a week number without a day is on the weekday of DTSTART',
    'FREQ=YEARLY;BYWEEKNO=20;COUNT=3',
    '20110516',
    '20110516 20120514 20130513',
  ],
  [
    '2 January can lie in week 53 of the year before',
    'FREQ=YEARLY;BYWEEKNO=53;BYDAY=TU,SA;INTERVAL=6;UNTIL=20170101',
    '20100102',
    '20100102 20151229 20160102',
  ],
  [
    'week numbers follow WKST',
    'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;WKST=SU;COUNT=2',
    '19970512',
    '19970512 19980518',
  ],
  [
    'a day of the year and a weekday must both hold',
    'FREQ=YEARLY;BYYEARDAY=97;BYDAY=SA;COUNT=3',
    '20010407',
    '20010407 20070407 20180407',
  ],
  [
    'a number before a weekday limits a named day of the year',
    'FREQ=YEARLY;BYYEARDAY=-1,-2;BYDAY=-1WE;COUNT=3',
    '20251231',
    '20251231 20261230 20311231',
  ],
  [
    '… within the month when the rule names months',
    'FREQ=YEARLY;BYMONTH=6,9;BYMONTHDAY=8;BYDAY=2TU;COUNT=3',
    '20260908',
    '20260908 20270608 20320608',
  ],
  [
    'the same day named twice counts once',
    'FREQ=YEARLY;BYYEARDAY=1,-365;COUNT=2',
    '20250101',
    '20250101 20260101',
  ],
  [
    'every second week depends on the first day of the week',
    'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU',
    '19970805',
    '19970805 19970810 19970819 19970824',
  ],
  [
    '… with the week beginning on Sunday',
    'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
    '19970805',
    '19970805 19970817 19970819 19970831',
  ],
  [
    'numbers before weekdays mean nothing in a daily rule',
    'FREQ=DAILY;COUNT=3;BYDAY=1TU,-1TH',
    '19970902',
    '19970902 19970904 19970909',
  ],
  [
    'times of day are ignored for days',
    'FREQ=DAILY;BYMINUTE=1,2,3,4;INTERVAL=2;COUNT=3',
    '20241018',
    '20241018 20241020 20241022',
  ],
  [
    'SKIP=FORWARD moves a missing day to the first of the next month',
    'RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;COUNT=3',
    '20140131',
    '20140131 20140301 20140331',
  ],
  [
    'SKIP never names one day twice',
    'FREQ=MONTHLY;SKIP=FORWARD;BYMONTHDAY=1,31;COUNT=4',
    '20140131',
    '20140131 20140201 20140301 20140331',
  ],
])('%s', (_promise, rule, start, expected) => {
  expect(starts(rule, start)).toBe(expected);
});

test.each([
  [
    'every 20 minutes of two hours',
    'FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20,40;COUNT=4',
    '19970902T090000',
    '19970902T090000 19970902T092000 19970902T094000 19970902T100000',
  ],
  [
    'hours in steps of seven that hit 3 or 6 o’clock',
    'FREQ=HOURLY;BYHOUR=3,6;INTERVAL=7;COUNT=2',
    '20250101T030500',
    '20250101T030500 20250107T060500',
  ],
  [
    'positions within each hour',
    'FREQ=HOURLY;BYMINUTE=0,10,20,30,40,50;BYSETPOS=-2,3;INTERVAL=2;COUNT=3',
    '20241023T154000',
    '20241023T154000 20241023T172000 20241023T174000',
  ],
  [
    'seconds in steps of 61',
    'FREQ=SECONDLY;BYSECOND=5,25;INTERVAL=61;COUNT=2',
    '20250101T051005',
    '20250101T051005 20250101T053025',
  ],
  [
    'second 60 is second 59',
    'FREQ=MINUTELY;BYSECOND=60;COUNT=2',
    '20250101T000059',
    '20250101T000059 20250101T000159',
  ],
])('%s', (_promise, rule, start, expected) => {
  expect(starts(rule, start)).toBe(expected);
});

test('DTSTART is the first instance and counts, on the rule or off it', () => {
  expect(starts('FREQ=WEEKLY;BYDAY=TU;COUNT=3', '20260105')).toBe('20260105 20260106 20260113');
  expect(starts('FREQ=DAILY;UNTIL=20140101', '20140802')).toBe('20140802');
  expect(starts('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31', '20260105')).toBe('20260105');
});

test('UNTIL is inclusive: a date to its end, UTC by the clock of the series', () => {
  expect(starts('FREQ=DAILY;UNTIL=20260103', '20260101T220000')).toBe(
    '20260101T220000 20260102T220000 20260103T220000',
  );
  expect(starts('FREQ=DAILY;UNTIL=20260102T220000', '20260101T220000')).toBe(
    '20260101T220000 20260102T220000',
  );
  const rule = 'FREQ=DAILY;UNTIL=20260102T210000Z';
  expect(starts(rule, '20260101T220000')).toBe('20260101T220000');
  expect(starts(rule, '20260101T220000', { untilWall: (utc) => utc + 3_600_000 })).toBe(
    '20260101T220000 20260102T220000',
  );
});

test('the window is half open, and COUNT counts from DTSTART', () => {
  const window = { from: wall('20260110'), to: wall('20260113') };
  expect(starts('FREQ=DAILY', '20200101', window)).toBe('20260110 20260111 20260112');
  expect(starts('FREQ=DAILY;COUNT=11', '20260101', window)).toBe('20260110 20260111');
  expect(starts('FREQ=WEEKLY;BYDAY=MO,SA;COUNT=4', '20260101', window)).toBe('20260110');
});

test('a limit is said, an end is not a limit', () => {
  const rule = parseRule('FREQ=DAILY;COUNT=3');
  expect(expandRule(rule, 0, { from: 0, to: 1e12, limit: 3 }).complete).toBe(true);
  expect(expandRule(rule, 0, { from: 0, to: 1e12, limit: 2 })).toEqual({
    starts: [0, 86_400_000],
    complete: false,
  });
  expect(expandRule(rule, 0, { from: 0, to: 1e12, limit: 3, deadline: () => true }).complete).toBe(false);
});

/** Berlin leaves out the hour after 02:00 on 29 March 2026. */
const exists = (each: number) => each < wall('20260329T020000') || each >= wall('20260329T030000');

test('in a DST gap a time from DTSTART stays, one the rule names is neither shown nor counted', () => {
  expect(starts('FREQ=DAILY;COUNT=3', '20260328T023000', { exists })).toBe(
    '20260328T023000 20260329T023000 20260330T023000',
  );
  expect(starts('FREQ=DAILY;BYHOUR=2;COUNT=3', '20260328T023000', { exists })).toBe(
    '20260328T023000 20260330T023000 20260331T023000',
  );
  expect(starts('FREQ=HOURLY;COUNT=3', '20260329T013000', { exists })).toBe(
    '20260329T013000 20260329T033000 20260329T043000',
  );
  expect(starts('FREQ=HOURLY;INTERVAL=6;COUNT=3', '20260328T200000', { exists })).toBe(
    '20260328T200000 20260329T020000 20260329T080000',
  );
});

test('a wall clock is an instance or it is not', () => {
  const rule = parseRule('FREQ=MONTHLY;BYDAY=-1FR;COUNT=3');
  const start = wall('20260130T090000');
  expect(hasInstance(rule, start, start)).toBe(true);
  expect(hasInstance(rule, start, wall('20260327T090000'))).toBe(true);
  expect(hasInstance(rule, start, wall('20260327T090001'))).toBe(false);
  expect(hasInstance(rule, start, wall('20260424T090000'))).toBe(false);
});

test('a series of days cannot repeat by the hour', () => {
  expect(() => starts('FREQ=HOURLY', '20260101')).toThrow(expect.objectContaining({ code: 'unsupported' }));
});
