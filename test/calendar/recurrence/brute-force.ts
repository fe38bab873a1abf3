import type { ByDay, Rule, WallMs } from '../../../src/calendar/recurrence/rule.ts';

/**
 * RFC 5545 §3.3.10 once more, slowly and on purpose differently: every day of the span is asked whether the rule's
 * table lets it through, with the platform's Date for all arithmetic. For DAILY to YEARLY without times.
 */
export function bruteForce(rule: Rule, start: WallMs, to: WallMs): WallMs[] {
  const first = new Date(start);
  const time = start % day;
  const periods = new Map<number, WallMs[]>();
  // From before DTSTART: BYSETPOS counts from the beginning of its period.
  for (let midnight = start - time - 400 * day; midnight < to + 400 * day; midnight += day) {
    const date = new Date(midnight);
    const period = periodOf(rule, date) - periodOf(rule, first);
    if (period < 0 || period % rule.interval !== 0 || !isNamed(rule, date, first)) continue;
    periods.set(period, [...(periods.get(period) ?? []), midnight + time]);
  }
  const chosen = [...periods.values()].flatMap((set) => positions(set, rule.bySetPos));
  const instances = [start, ...chosen.filter((wall) => wall > start)];
  const until = rule.until ? rule.until.ms + (rule.until.kind === 'date' ? day - 1 : 0) : Infinity;
  return instances
    .filter((wall, index) => index === 0 || wall <= until)
    .slice(0, rule.count ?? Infinity)
    .filter((wall) => wall < to);
}

const day = 86_400_000;

function periodOf({ frequency, weekStart, byWeekNo }: Rule, date: Date): number {
  if (frequency === 'DAILY') return Math.floor(date.getTime() / day);
  if (frequency === 'WEEKLY') return Math.round(weekOf(date, weekStart) / (7 * day) + 10);
  if (frequency === 'MONTHLY') return date.getUTCFullYear() * 12 + date.getUTCMonth();
  return byWeekNo ? week(date, weekStart).year : date.getUTCFullYear();
}

function isNamed(rule: Rule, date: Date, first: Date): boolean {
  const { frequency, byMonth, byMonthDay, byYearDay, byWeekNo, byDay } = rule;
  const month = date.getUTCMonth() + 1;
  const year = date.getUTCFullYear();
  if (byMonth && !byMonth.includes(month)) return false;
  if (byMonthDay && !fits(byMonthDay, date.getUTCDate(), new Date(Date.UTC(year, month, 0)).getUTCDate())) {
    return false;
  }
  const yearDays = Math.round((Date.UTC(year + 1, 0) - Date.UTC(year, 0)) / day);
  if (byYearDay && !fits(byYearDay, Math.floor((date.getTime() - Date.UTC(year, 0)) / day) + 1, yearDays)) {
    return false;
  }
  const { number, weeks } = week(date, rule.weekStart);
  if (byWeekNo && !fits(byWeekNo, number, weeks)) return false;
  if (byDay) return byDay.some((entry) => isWeekday(rule, entry, date));
  if (byMonthDay || byYearDay || frequency === 'DAILY') return true;
  if (frequency === 'WEEKLY' || byWeekNo) return date.getUTCDay() === first.getUTCDay();
  const sameDay = date.getUTCDate() === first.getUTCDate();
  return sameDay && (frequency === 'MONTHLY' || byMonth !== undefined || month === first.getUTCMonth() + 1);
}

function fits(wanted: number[], number: number, of: number): boolean {
  return wanted.includes(number) || wanted.includes(number - of - 1);
}

function isWeekday(rule: Rule, { weekday, nth }: ByDay, date: Date): boolean {
  if (date.getUTCDay() !== weekday) return false;
  if (nth === undefined || rule.frequency === 'DAILY' || rule.frequency === 'WEEKLY' || rule.byWeekNo)
    return true;
  const inMonth = rule.frequency === 'MONTHLY' || rule.byMonth !== undefined;
  const year = date.getUTCFullYear();
  const from = inMonth ? Date.UTC(year, date.getUTCMonth()) : Date.UTC(year, 0);
  const to = inMonth ? Date.UTC(year, date.getUTCMonth() + 1) : Date.UTC(year + 1, 0);
  const same: number[] = [];
  for (let each = from; each < to; each += day) if (new Date(each).getUTCDay() === weekday) same.push(each);
  return same.at(nth > 0 ? nth - 1 : nth) === date.getTime();
}

/** Beginning of the week the day is in. */
function weekOf(date: Date, weekStart: number): number {
  const midnight = date.getTime() - (date.getTime() % day);
  return midnight - ((date.getUTCDay() - weekStart + 7) % 7) * day;
}

/** A week belongs to the year that holds its fourth day. */
function week(date: Date, weekStart: number) {
  const begin = weekOf(date, weekStart);
  const year = new Date(begin + 3 * day).getUTCFullYear();
  const firstOf = (each: number) => weekOf(new Date(Date.UTC(each, 0, 4)), weekStart);
  const number = Math.round((begin - firstOf(year)) / (7 * day)) + 1;
  return { year, number, weeks: Math.round((firstOf(year + 1) - firstOf(year)) / (7 * day)) };
}

function positions(set: WallMs[], bySetPos: number[] | undefined): WallMs[] {
  if (!bySetPos) return set;
  return set.filter((_, index) => fits(bySetPos, index + 1, set.length));
}
