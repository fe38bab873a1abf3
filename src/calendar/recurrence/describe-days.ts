import { civilDate, dayOf, weekdayOf } from './civil.ts';
import { monthNames, ordinal, ordinalDigits, phraseList, weekdayNames } from './english.ts';
import { isSubDaily, type Rule, type WallMs } from './rule.ts';

/** Which days a rule names, in English: "on the last Friday", "on 29 February"; empty when it names none. */
export function describeDays(rule: Rule, start: WallMs): string {
  const { frequency, byDay, byMonthDay, byYearDay, byWeekNo } = rule;
  if (byWeekNo) return inMonths(`on ${weekdays(rule, start)} of week ${phraseList(byWeekNo)}`, rule);
  if (byYearDay) return inMonths(`on ${phraseList(byYearDay.map(yearDay))} of the year`, rule);
  if (byMonthDay && byDay) {
    return inMonths(`on ${monthDays(byMonthDay)} if it is a ${dayNames(rule, 'or')}`, rule);
  }
  if (frequency === 'YEARLY') return yearlyDays(rule, start);
  if (byMonthDay) return inMonths(`on ${monthDays(byMonthDay)}`, rule);
  if (frequency === 'MONTHLY') {
    const day = `the ${ordinalDigits(civilDate(dayOf(start)).day)}`;
    return inMonths(`on ${byDay ? countedWeekdays(rule) : day}`, rule);
  }
  const isOpen = !byDay && (frequency === 'DAILY' || isSubDaily(rule));
  return inMonths(isOpen ? '' : `on ${weekdays(rule, start)}`, rule);
}

function yearlyDays(rule: Rule, start: WallMs): string {
  const { byDay, byMonth, byMonthDay } = rule;
  const first = civilDate(dayOf(start));
  if (byDay) return `on ${countedWeekdays(rule)} ${byMonth ? `of ${months(byMonth)}` : 'of the year'}`;
  const days = byMonthDay ?? [first.day];
  if (byMonthDay && !byMonth) return `on ${monthDays(days)} of every month`;
  const named = months(byMonth ?? [first.month]);
  return days.every((day) => day > 0)
    ? `on ${phraseList(days)} ${named}`
    : `on ${monthDays(days)} of ${named}`;
}

/** "the last Friday", "every Monday", or by BYSETPOS "the first weekday". */
function countedWeekdays(rule: Rule): string {
  if (choosesWeekday(rule)) {
    return `the ${phraseList((rule.bySetPos ?? []).map(ordinal))} ${dayNames(rule, 'or')}`;
  }
  const entries = (rule.byDay ?? []).map(({ weekday, nth }) =>
    nth === undefined ? `every ${weekdayNames[weekday]}` : `the ${ordinal(nth)} ${weekdayNames[weekday]}`,
  );
  return phraseList(entries);
}

/** BYSETPOS over nothing but weekdays, as calendar programs write "the last weekday of the month". */
export function choosesWeekday({ frequency, bySetPos, byDay, byMonthDay, byHour, byMinute }: Rule): boolean {
  const isPlain = byDay?.every(({ nth }) => nth === undefined) && !byMonthDay && !byHour && !byMinute;
  return Boolean(bySetPos && isPlain && (frequency === 'MONTHLY' || frequency === 'YEARLY'));
}

function weekdays(rule: Rule, start: WallMs): string {
  return rule.byDay ? dayNames(rule, 'and') : (weekdayNames[weekdayOf(dayOf(start))] ?? '');
}

const groups: Readonly<Record<string, [one: string, all: string]>> = {
  '1,2,3,4,5': ['weekday', 'weekdays'],
  '0,6': ['weekend day', 'weekends'],
  '0,1,2,3,4,5,6': ['day', 'every day'],
};

/** Weekdays in the order of the week as the rule has it. */
function dayNames({ byDay, weekStart }: Rule, join: 'and' | 'or'): string {
  const days = [...new Set((byDay ?? []).map(({ weekday }) => weekday))].sort();
  const group = groups[days.join()];
  if (group) return join === 'or' ? group[0] : group[1];
  const inWeek = days.toSorted((one, other) => ((one - weekStart + 7) % 7) - ((other - weekStart + 7) % 7));
  return phraseList(
    inWeek.map((day) => weekdayNames[day] ?? ''),
    join,
  );
}

function inMonths(days: string, { byMonth }: Rule): string {
  return byMonth ? `${days} in ${months(byMonth)}`.trim() : days;
}

function months(byMonth: readonly number[]): string {
  return phraseList(byMonth.map((month) => monthNames[month - 1] ?? ''));
}

function monthDays(days: readonly number[]): string {
  return phraseList(days.map((day) => (day > 0 ? `the ${ordinalDigits(day)}` : `the ${ordinal(day)} day`)));
}

function yearDay(day: number): string {
  return day > 0 ? `day ${day}` : `the ${ordinal(day)} day`;
}
