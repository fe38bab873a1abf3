import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expandRule } from '../../../src/calendar/recurrence/expand-rule.ts';
import { parseRule } from '../../../src/calendar/recurrence/parse-rule.ts';
import { MailboxError } from '../../../src/domain/errors.ts';
import { wall, written } from './walls.ts';

interface Case {
  id: string;
  rrule: string;
  dtstart: string;
  instances: string[];
  tier: string;
  dtstart_sync: boolean;
}

const path = join(import.meta.dirname, '../../../../shared/corpora/rrule/oracle.json');
const corpus: Case[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];

/** A few of them that stand here, so that the test promises something without the corpora. */
const own: Case[] = [
  {
    id: 'rfc-biweekly',
    rrule: 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
    dtstart: '19970805T090000',
    instances: ['19970805T090000', '19970817T090000', '19970819T090000', '19970831T090000'],
    tier: 'gold',
    dtstart_sync: true,
  },
  {
    id: 'rfc-election',
    rrule: 'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3',
    dtstart: '19961105T090000',
    instances: ['19961105T090000', '20001107T090000', '20041102T090000'],
    tier: 'gold',
    dtstart_sync: true,
  },
  {
    id: 'rfc-friday-13',
    rrule: 'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3',
    dtstart: '19970902T090000',
    instances: ['19980213T090000', '19980313T090000', '19981113T090000'],
    tier: 'gold',
    dtstart_sync: false,
  },
];
const cases = [...own, ...corpus];

function expanded({ rrule, dtstart, instances }: Case): string[] {
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

/** BYWEEKNO without a day: we take DTSTART's weekday, dateutil the whole week. */
const dayFromStart = ['dateutil-0281', 'dateutil-0312', 'dateutil-0341'];

describe('a start off its rule', () => {
  const offRule = cases.filter(({ tier, dtstart_sync }) => tier === 'gold' && !dtstart_sync);
  test.each(offRule)('$id: the rule and DTSTART, which counts', (each) => {
    const withStart = [each.dtstart, ...each.instances];
    const expected = each.rrule.includes('COUNT') ? withStart.slice(0, -1) : withStart;
    if (each.instances.length === 0) expect(expanded(each)).toEqual([each.dtstart]);
    else if (dayFromStart.includes(each.id)) expect(expanded(each)[0]).toBe(each.dtstart);
    else expect(expanded(each)).toEqual(expected);
  });
});

/** YEARLY;BYMONTHDAY without BYMONTH: we take every month, as the RFC's table says; libical the one of DTSTART. */
const everyMonth = ['libical-0076', 'libical-0077'];

test('disputed rules and RFC 7529 are as libical has them, save for what is written here', () => {
  const others = corpus.filter(({ tier }) => tier !== 'gold');
  const different = others.filter((each) => {
    const foreign = /RSCALE=(?!GREGORIAN)/u.test(each.rrule);
    if (foreign || !each.dtstart_sync) return false;
    return JSON.stringify(expanded(each)) !== JSON.stringify(each.instances);
  });
  expect(different.map(({ id }) => id)).toEqual(corpus.length === 0 ? [] : everyMonth);
});

test('calendars other than the Gregorian are refused by name', () => {
  const foreign = [...corpus.map(({ rrule }) => rrule), 'RSCALE=HEBREW;FREQ=YEARLY'].filter((rule) =>
    /RSCALE=(?!GREGORIAN)/u.test(rule),
  );
  for (const rule of foreign) expect(() => parseRule(rule)).toThrow(MailboxError);
});
