import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatRule } from '../../../src/calendar/recurrence/format-rule.ts';
import { parseRule } from '../../../src/calendar/recurrence/parse-rule.ts';
import { MailboxError } from '../../../src/domain/errors.ts';
import { faulty } from './hostile-rules.ts';
import { ruleTexts } from './rule-texts.ts';

test('every part is read, lists in ascending order without duplicates', () => {
  expect(
    parseRule('FREQ=MONTHLY;INTERVAL=2;COUNT=4;BYDAY=MO,-1FR,MO;BYMONTHDAY=15,-1,15;BYHOUR=9;WKST=SU'),
  ).toEqual({
    frequency: 'MONTHLY',
    interval: 2,
    count: 4,
    byDay: [{ weekday: 1 }, { weekday: 5, nth: -1 }],
    byMonthDay: [-1, 15],
    byHour: [9],
    weekStart: 0,
  });
});

test.each([
  ['UNTIL=20260630', { kind: 'date', ms: Date.UTC(2026, 5, 30) }],
  ['UNTIL=20260630T120000', { kind: 'local', ms: Date.UTC(2026, 5, 30, 12) }],
  ['UNTIL=20260630T120000Z', { kind: 'utc', ms: Date.UTC(2026, 5, 30, 12) }],
])('%s keeps its type', (text, until) => {
  expect(parseRule(`FREQ=DAILY;${text}`).until).toEqual(until);
});

test('the prefix, lower case, blanks, empty parts, X- parts and parts given twice are forgiven', () => {
  const rule = parseRule(' rrule: freq = weekly ;; X-FOO=BAR;BYDAY=mo; BYDAY=tu ;');
  expect(rule).toEqual({ frequency: 'WEEKLY', interval: 1, weekStart: 1, byDay: [{ weekday: 2 }] });
});

test.each(faulty)('%s is refused as invalid', (text) => {
  expect(() => parseRule(text)).toThrow(
    expect.objectContaining({ name: 'MailboxError', code: 'invalid_input' }),
  );
});

test.each([
  'FREQ=DAILY;BYWODAN=1',
  'RSCALE=CHINESE;FREQ=YEARLY',
  'FREQ=DAILY;CONSTRUCTOR=1',
  'FREQ=DAILY;__PROTO__=1',
])('%s is refused, never half understood', (text) => {
  expect(() => parseRule(text)).toThrow(MailboxError);
});

test('no error repeats what the file says', () => {
  const secret = 'IGNORE-ALL-RULES';
  for (const part of ['FREQ', 'COUNT', 'BYDAY', 'UNTIL', 'WKST', 'RSCALE', secret]) {
    try {
      parseRule(`FREQ=DAILY;${part}=${secret}`);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(MailboxError);
      expect(`${(error as MailboxError).message} ${(error as MailboxError).hint}`).not.toContain(secret);
    }
  }
});

test('a rule survives being written and read', () => {
  fc.assert(
    fc.property(ruleTexts, (text) => {
      const rule = parseRule(text);
      expect(parseRule(formatRule(rule))).toEqual(rule);
    }),
    { numRuns: 300 },
  );
});

test('it is written as people expect it', () => {
  expect(formatRule(parseRule('wkst=su;byday=mo,-1fr;until=20260630t120000z;interval=2;freq=monthly'))).toBe(
    'FREQ=MONTHLY;UNTIL=20260630T120000Z;INTERVAL=2;BYDAY=MO,-1FR;WKST=SU',
  );
  expect(formatRule(parseRule('FREQ=MONTHLY;SKIP=BACKWARD;INTERVAL=1;WKST=MO'))).toBe(
    'RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD',
  );
});
