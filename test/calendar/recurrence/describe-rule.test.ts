import { expect, test } from 'vitest';
import { describeRule } from '../../../src/calendar/recurrence/describe-rule.ts';
import { parseRule } from '../../../src/calendar/recurrence/parse-rule.ts';
import { wall } from './walls.ts';

test.each([
  ['FREQ=DAILY', 'daily'],
  ['FREQ=DAILY;INTERVAL=3;COUNT=5', 'every 3 days, 5 times'],
  ['FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', 'daily on weekdays'],
  ['FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0', 'daily at 09:00 and 17:00'],
  ['FREQ=WEEKLY', 'weekly on Saturday'],
  [
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,TU;UNTIL=20260630',
    'every 2 weeks on Tuesday and Thursday until 30 June 2026',
  ],
  ['FREQ=WEEKLY;BYDAY=SU,MO;WKST=SU', 'weekly on Sunday and Monday'],
  ['FREQ=WEEKLY;BYDAY=SU,MO', 'weekly on Monday and Sunday'],
  ['FREQ=MONTHLY', 'monthly on the 29th'],
  ['FREQ=MONTHLY;BYDAY=-1FR;COUNT=10', 'monthly on the last Friday, 10 times'],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'monthly on the last weekday'],
  ['FREQ=MONTHLY;BYDAY=1MO,3MO', 'monthly on the first Monday and the third Monday'],
  ['FREQ=MONTHLY;BYMONTHDAY=1,15', 'monthly on the 1st and the 15th'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', 'monthly on the last day'],
  ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', 'monthly on the 13th if it is a Friday'],
  ['FREQ=YEARLY', 'yearly on 29 February'],
  ['FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=12;COUNT=1', 'yearly on 12 June, once'],
  ['FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU', 'yearly on the last Sunday of October'],
  ['FREQ=YEARLY;BYDAY=20MO', 'yearly on the 20th Monday of the year'],
  ['FREQ=YEARLY;BYYEARDAY=100,-1', 'yearly on the last day and day 100 of the year'],
  ['FREQ=YEARLY;BYWEEKNO=20', 'yearly on Saturday of week 20'],
  ['FREQ=DAILY;BYMONTH=1,3', 'daily in January and March'],
  ['FREQ=HOURLY;INTERVAL=3', 'every 3 hours'],
  [
    'FREQ=MONTHLY;BYMONTHDAY=1,2,3;BYSETPOS=2',
    'monthly on the 1st, the 2nd and the 3rd (only the second of these)',
  ],
])('%s is said as: %s', (rule, text) => {
  expect(describeRule(parseRule(rule), wall('20200229T093000'))).toBe(text);
});

test('UNTIL in UTC is said on the clock of the series', () => {
  const rule = parseRule('FREQ=DAILY;UNTIL=20260630T220000Z');
  const text = describeRule(rule, wall('20260101'), { untilWall: (utc) => utc + 7_200_000 });
  expect(text).toBe('daily until 1 July 2026');
});

test('a rule of any length is said in one short line', () => {
  const days = Array.from({ length: 366 }, (_, index) => index + 1).join();
  const rule = parseRule(`FREQ=YEARLY;BYYEARDAY=${days};COUNT=4`);
  expect(describeRule(rule, wall('20200101'))).toBe('yearly by a longer rule, 4 times');
});
