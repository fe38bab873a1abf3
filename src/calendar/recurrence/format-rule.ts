import { type ByDay, type Rule, type Until, weekdayCodes } from './rule.ts';

/** The rule as a RECUR value, without `RRULE:`; parts that say the default (INTERVAL=1, WKST=MO) are left out. */
export function formatRule(rule: Rule): string {
  const parts: [name: string, value: string | undefined][] = [
    ['RSCALE', rule.skip && 'GREGORIAN'],
    ['FREQ', rule.frequency],
    ['UNTIL', rule.until && formatUntil(rule.until)],
    ['COUNT', rule.count?.toString()],
    ['INTERVAL', rule.interval === 1 ? undefined : String(rule.interval)],
    ['BYSECOND', rule.bySecond?.join()],
    ['BYMINUTE', rule.byMinute?.join()],
    ['BYHOUR', rule.byHour?.join()],
    ['BYDAY', rule.byDay?.map(formatByDay).join()],
    ['BYMONTHDAY', rule.byMonthDay?.join()],
    ['BYYEARDAY', rule.byYearDay?.join()],
    ['BYWEEKNO', rule.byWeekNo?.join()],
    ['BYMONTH', rule.byMonth?.join()],
    ['BYSETPOS', rule.bySetPos?.join()],
    ['WKST', rule.weekStart === 1 ? undefined : weekdayCodes[rule.weekStart]],
    ['SKIP', rule.skip?.toUpperCase()],
  ];
  return parts
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .join(';');
}

function formatByDay({ weekday, nth }: ByDay): string {
  return `${nth ?? ''}${weekdayCodes[weekday]}`;
}

function formatUntil({ kind, ms }: Until): string {
  const [date = '', time = ''] = new Date(ms).toISOString().slice(0, 19).replace(/[-:]/gu, '').split('T');
  return kind === 'date' ? date : `${date}T${time}${kind === 'utc' ? 'Z' : ''}`;
}
