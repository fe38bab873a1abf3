import { expect, test } from 'vitest';
import { expandRule, hasInstance } from '../../../src/calendar/recurrence/expand-rule.ts';
import { parseRule } from '../../../src/calendar/recurrence/parse-rule.ts';
import { countBefore, lastStart } from '../../../src/calendar/recurrence/series-bounds.ts';
import { MailboxError } from '../../../src/domain/errors.ts';
import { everyDay, hostile, numbers } from './hostile-rules.ts';
import { wall, written } from './walls.ts';

const start = wall('20000103T063007');
const near = { from: wall('20260101'), to: wall('20260201'), limit: 1_000 };
const far = { from: wall('99900101'), to: wall('99991231'), limit: 5 };

/** CPU, not clock: other tests run beside this one. */
function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  try {
    run();
  } catch (error) {
    if (!(error instanceof MailboxError)) throw error;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const named = hostile.map((text) => [text.slice(0, 60), text] as const);

test.each(named)('%s never takes more than a blink', (_name, text) => {
  const rule = parseRule(text);
  const bounded = { ...rule, until: { kind: 'utc' as const, ms: wall('90000101') } };
  const runs = [
    () => expandRule(rule, start, near),
    () => expandRule(rule, start, far),
    () => expandRule(rule, start, { ...far, exists: () => true }),
    () => lastStart(rule, start),
    () => lastStart(bounded, start),
    () => countBefore(rule, start, near.from),
    () => hasInstance(rule, start, near.from),
  ];
  for (const run of runs) {
    const first = cpuMs(run);
    // A second chance: what is asked is the work, not the compiler's first look or a collection of garbage.
    expect(first < 200 ? first : cpuMs(run)).toBeLessThan(200);
  }
});

test('steps beyond the end of all calendars end the series at once', () => {
  for (const frequency of ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'SECONDLY']) {
    const rule = parseRule(`FREQ=${frequency};INTERVAL=900000000000;COUNT=2`);
    expect(expandRule(rule, start, { from: start, to: Infinity, limit: 9 })).toEqual({
      starts: [start],
      complete: true,
    });
  }
  const yearly = expandRule(parseRule('FREQ=YEARLY'), wall('99980101'), { from: 0, to: Infinity, limit: 9 });
  expect(yearly.starts.map((each) => written(each))).toEqual(['99980101T000000', '99990101T000000']);
});

test('a rule that never matches is known to be over, not given up', () => {
  for (const rule of [
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31',
    'FREQ=MONTHLY;BYDAY=6MO',
    'FREQ=HOURLY;INTERVAL=24;BYHOUR=5',
  ]) {
    expect(expandRule(parseRule(rule), start, { from: start, to: Infinity, limit: 9 })).toEqual({
      starts: [start],
      complete: true,
    });
  }
});

test('what a bound cut is said', () => {
  const rule = parseRule('FREQ=DAILY;BYMONTH=1;COUNT=1000000000');
  expect(expandRule(rule, start, far)).toEqual({ starts: [], complete: false });
  expect(() => countBefore(rule, start, far.from)).toThrow(expect.objectContaining({ code: 'unsupported' }));
});

test('a window deep in a block of millions costs no more than its own instances', () => {
  const times = `BYHOUR=${numbers(23)};BYMINUTE=${numbers(59)};BYSECOND=${numbers(59)}`;
  const rule = parseRule(`FREQ=YEARLY;BYDAY=${everyDay};${times}`);
  const window = { from: wall('20261224T180000'), to: wall('20261224T180002'), limit: 9 };
  expect(expandRule(rule, start, window)).toEqual({
    starts: [window.from, window.from + 1_000],
    complete: true,
  });
});

test('the last start: Infinity without an end, exact with one', () => {
  const last = (text: string, context = {}) => lastStart(parseRule(text), start, context);
  expect(last('FREQ=WEEKLY')).toBe(Infinity);
  expect(last('FREQ=WEEKLY;COUNT=3')).toBe(wall('20000117T063007'));
  expect(last('FREQ=WEEKLY;BYDAY=MO,WE;COUNT=100000')).toBe(
    wall('20000105T063007') + 49_999 * 7 * 86_400_000,
  );
  expect(last('FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20260629')).toBe(wall('20260531T063007'));
  expect(last('FREQ=DAILY;COUNT=5;UNTIL=20000105')).toBe(wall('20000105T063007'));
  expect(last('FREQ=DAILY;COUNT=2;UNTIL=20000105')).toBe(wall('20000104T063007'));
  expect(last('FREQ=DAILY;UNTIL=19990101')).toBe(start);
  expect(
    last('FREQ=DAILY;BYHOUR=5;UNTIL=20000105', { exists: (each: number) => each < wall('20000105') }),
  ).toBe(wall('20000104T053007'));
});

test('200 weekly series begun ten years ago are expanded to a month within 20 ms', () => {
  const series = numbers(199)
    .split(',')
    .map((index) => ({
      rule: parseRule('FREQ=WEEKLY;BYDAY=TU,TH'),
      begun: wall('20160105T090000') + Number(index) * 86_400_000,
    }));
  const run = () => series.map(({ rule, begun }) => expandRule(rule, begun, near));
  expect(run().every(({ starts }) => starts.length === 9)).toBe(true);
  expect(Math.min(cpuMs(run), cpuMs(run), cpuMs(run))).toBeLessThan(20);
});
