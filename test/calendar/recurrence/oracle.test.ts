import { describe, expect, test } from 'vitest';
import { expandRule } from '../../../src/calendar/recurrence/expand-rule.ts';
import { parseRule } from '../../../src/calendar/recurrence/parse-rule.ts';
import { MailboxError } from '../../../src/domain/errors.ts';
import {
  byConvention,
  everyMonth,
  isForeign,
  type OracleCase,
  oracle,
  ownCases,
} from '../support/rrule-oracle.ts';
import { wall, written } from './walls.ts';

const cases = [...ownCases, ...oracle];

function expanded({ rrule, dtstart, instances }: OracleCase): string[] {
  const isOpen = !/COUNT|UNTIL/u.test(rrule);
  const options = { from: wall('00010101'), to: wall('99991231'), allDay: dtstart.length === 8 };
  const limit = isOpen ? instances.length : instances.length + 2;
  return expandRule(parseRule(rrule), wall(dtstart), { ...options, limit }).starts.map((start) =>
    written(start, dtstart),
  );
}

const defined = cases.filter(({ tier, dtstart_sync }) => tier === 'gold' && dtstart_sync);

test.each(defined)('$id: $rrule from $dtstart', (each) => {
  expect(expanded(each)).toEqual(each.instances);
});

describe('a start off its rule', () => {
  const offRule = cases.filter(({ tier, dtstart_sync }) => tier === 'gold' && !dtstart_sync);
  test.each(offRule)('$id: the rule and DTSTART, which counts', (each) => {
    const { instances, isWhole } = byConvention(each);
    expect(isWhole ? expanded(each) : expanded(each).slice(0, 1)).toEqual(instances);
  });
});

test('disputed rules and RFC 7529 are as libical has them, save for what is written here', () => {
  const others = oracle.filter(({ tier }) => tier !== 'gold');
  const different = others.filter((each) => {
    if (isForeign(each.rrule) || !each.dtstart_sync) return false;
    return JSON.stringify(expanded(each)) !== JSON.stringify(each.instances);
  });
  expect(different.map(({ id }) => id)).toEqual(oracle.length === 0 ? [] : everyMonth);
});

test('calendars other than the Gregorian are refused by name', () => {
  const foreign = [...oracle.map(({ rrule }) => rrule), 'RSCALE=HEBREW;FREQ=YEARLY'].filter(isForeign);
  for (const rule of foreign) expect(() => parseRule(rule)).toThrow(MailboxError);
});
