import { MailboxError } from '../../domain/errors.ts';
import type { ContentLine } from '../ics/document.ts';
import { parseRule } from '../recurrence/parse-rule.ts';
import { isSubDaily, type Rule, weekdayCodes } from '../recurrence/rule.ts';
import { rawValue, withValue } from './lines.ts';
import { formatUntil, untilAt, untilWall } from './rule-until.ts';
import { daysMoved, deltaOf, keepsForm, type Shift, timeOfDay } from './shift.ts';

type Parts = Partial<Record<'UNTIL' | 'BYDAY' | 'BYMONTHDAY' | 'BYMONTH' | 'WKST', string>>;

/**
 * The RRULE of a series that moves: UNTIL by the same delta, and a weekday or day of the month that was the start's
 * becomes the new start's; the weekdays of a weekly rule move all alike. All other text stays.
 * @param bound exceptions or an end move by days, too, so a month of another length would set them wrong
 * @throws MailboxError `unsupported` when the rule names days or hours of which nobody can tell how they follow.
 */
export function shiftRule(line: ContentLine, shift: Shift, bound: boolean): ContentLine {
  const rule = parseRule(rawValue(line));
  const until = rule.until && shiftedUntil(rule.until, shift);
  const parts: Parts = { ...followed(rule, shift, bound), ...(until !== undefined && { UNTIL: until }) };
  return withValue(line, Object.entries(parts).reduce(withPart, rawValue(line)));
}

function withPart(rule: string, [name, value]: [name: string, value: string]): string {
  const part = new RegExp(`((?:^|;)\\s*${name}\\s*=)[^;]*`, 'iu');
  return part.test(rule) ? rule.replace(part, (_, key: string) => key + value) : `${rule};${name}=${value}`;
}

function shiftedUntil(until: NonNullable<Rule['until']>, shift: Shift): string {
  const { before, after } = shift;
  if (until.kind === 'date' && !before.allDay && keepsForm(shift)) {
    return formatUntil({ kind: 'date', ms: until.ms + daysMoved(shift) * 86_400_000 });
  }
  const wall = untilWall(until, before) + deltaOf(shift);
  if (until.kind === 'local' && keepsForm(shift)) return formatUntil({ kind: 'local', ms: wall });
  return formatUntil(untilAt(wall, after));
}

function followed(rule: Rule, shift: Shift, bound: boolean): Parts {
  const { byHour, byMinute, bySecond } = rule;
  const timeMoves = timeOfDay(shift.before) !== timeOfDay(shift.after);
  const flips = shift.before.allDay !== shift.after.allDay;
  if ((timeMoves || flips) && (byHour ?? byMinute ?? bySecond)) throw cannotFollow();
  if (shift.after.allDay && isSubDaily(rule)) throw cannotFollow();
  const days = daysMoved(shift);
  if (days === 0) return {};
  if (rule.bySetPos ?? rule.byYearDay ?? rule.byWeekNo ?? rule.skip) throw cannotFollow();
  if (rule.frequency === 'WEEKLY') return followedWeekday(rule, shift, days);
  if (rule.frequency === 'MONTHLY') return followedMonthDay(rule, shift, bound);
  if (rule.frequency === 'YEARLY') return followedYearDay(rule, shift, bound);
  if (rule.byDay ?? rule.byMonthDay ?? rule.byMonth) throw cannotFollow();
  if (isSubDaily(rule) && (byHour ?? byMinute ?? bySecond)) throw cannotFollow();
  return {};
}

/** Every weekday moves by as many days; where weeks are left out, the day a week begins with does, too. */
function followedWeekday(
  { byDay, byMonth, byMonthDay, interval, weekStart }: Rule,
  { before }: Shift,
  days: number,
): Parts {
  if (byMonth ?? byMonthDay) throw cannotFollow();
  if (!byDay || days % 7 === 0) return {};
  const moved = (weekday: number) => weekdayCodes[(((weekday + days) % 7) + 7) % 7] ?? '';
  const start = new Date(before.wall).getUTCDay();
  const apart = interval > 1 && byDay.some(({ weekday }) => weekday !== start);
  return {
    BYDAY: byDay.map(({ weekday }) => moved(weekday)).join(','),
    ...(apart && { WKST: moved(weekStart) }),
  };
}

function followedMonthDay({ byDay, byMonth, byMonthDay }: Rule, shift: Shift, bound: boolean): Parts {
  const [old, now] = [new Date(shift.before.wall), new Date(shift.after.wall)];
  const sameMonth = old.getUTCMonth() === now.getUTCMonth() && old.getUTCFullYear() === now.getUTCFullYear();
  // Every month has 28 days: up to there each instance moves as the first one does.
  const alike = old.getUTCDate() <= 28 && now.getUTCDate() <= 28;
  if (byDay ?? byMonth) throw cannotFollow();
  if (!alike || !(sameMonth || !bound) || !isOnly(byMonthDay, old.getUTCDate())) throw cannotFollow();
  return byMonthDay ? { BYMONTHDAY: String(now.getUTCDate()) } : {};
}

function followedYearDay({ byDay, byMonth, byMonthDay }: Rule, shift: Shift, bound: boolean): Parts {
  const [old, now] = [new Date(shift.before.wall), new Date(shift.after.wall)];
  const isLeapDay = (date: Date) => date.getUTCMonth() === 1 && date.getUTCDate() === 29;
  // Between March and December, and within January and February, all years are alike.
  const sameSide = old.getUTCMonth() > 1 === now.getUTCMonth() > 1;
  const sameYear = old.getUTCFullYear() === now.getUTCFullYear();
  if (byDay || (byMonthDay && !byMonth) || isLeapDay(old) || isLeapDay(now)) throw cannotFollow();
  if (bound && !(sameSide && sameYear)) throw cannotFollow();
  if (!isOnly(byMonth, old.getUTCMonth() + 1) || !isOnly(byMonthDay, old.getUTCDate())) throw cannotFollow();
  return {
    ...(byMonth && { BYMONTH: String(now.getUTCMonth() + 1) }),
    ...(byMonthDay && { BYMONTHDAY: String(now.getUTCDate()) }),
  };
}

function isOnly(values: readonly number[] | undefined, value: number): boolean {
  return values === undefined || (values.length === 1 && values[0] === value);
}

function cannotFollow(): MailboxError {
  return new MailboxError(
    'unsupported',
    'The rule of this series names days or hours that cannot follow the move.',
    {
      hint: 'Give recurrence, too: the rule as it shall be from the new start on.',
    },
  );
}
