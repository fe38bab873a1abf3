import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A rule and its instances as other implementations have them; `gold`: at least two agree. */
export interface OracleCase {
  id: string;
  rrule: string;
  dtstart: string;
  instances: string[];
  tier: string;
  /** DTSTART is the first instance; otherwise RFC 5545 leaves open what comes (§3.8.5.3). */
  dtstart_sync: boolean;
}

const path = join(import.meta.dirname, '../../../../shared/corpora/rrule/oracle.json');
export const oracle: readonly OracleCase[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];

/** A few of them that stand here, so that something is promised without the corpora. */
export const ownCases: readonly OracleCase[] = [
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

/** BYWEEKNO without a day: we take DTSTART's weekday, dateutil the whole week. */
const dayFromStart = ['dateutil-0281', 'dateutil-0312', 'dateutil-0341'];

/**
 * Our convention for a start off its rule: it is an instance and counts as one. Where dateutil means other days than we
 * do, only the start is agreed on.
 */
export function byConvention({ id, rrule, dtstart, instances, dtstart_sync }: OracleCase): {
  instances: readonly string[];
  isWhole: boolean;
} {
  if (dtstart_sync) return { instances, isWhole: true };
  if (dayFromStart.includes(id)) return { instances: [dtstart], isWhole: false };
  const withStart = [dtstart, ...instances];
  const counts = rrule.includes('COUNT') && instances.length > 0;
  return { instances: counts ? withStart.slice(0, -1) : withStart, isWhole: true };
}

/** YEARLY;BYMONTHDAY without BYMONTH: we take every month, as the RFC's table says; libical the one of DTSTART. */
export const everyMonth = ['libical-0076', 'libical-0077'];

/** RFC 7529 calendars other than the one we know; refused by name. */
export function isForeign(rule: string): boolean {
  return /RSCALE=(?!GREGORIAN)/u.test(rule);
}
