import { namedDay } from '../domain/days.ts';
import { weekOfWords } from './days.ts';
import type { Sense } from './define-prompt.ts';

/** The most minutes get_free_busy takes. */
const maxMinutes = 10_080;

/** More than a page holds is as much as it holds. */
export const count: Sense = (value) =>
  /^0*[1-9]\d{0,5}$/u.test(value) ? undefined : 'must be a whole number from 1 on';

/** None at all is none that was meant. */
export const minutes: Sense = (value) => {
  const isNumber = /^[-+]?\d*[.,]?\d+$/u.test(value);
  const isMinutes = /^\d{1,9}$/u.test(value) && Number(value) <= maxMinutes;
  return isNumber && !isMinutes ? `must be whole minutes, at most ${maxMinutes}` : undefined;
};

export const day: Sense = (value, today) =>
  isDate(value) && namedDay(value, today) === undefined ? `must be a day there is, like ${today}` : undefined;

export const week: Sense = (value, today) => {
  const isNumber = /^[-+]?\d+(?:[.,]\d+)?$|^(?:\d{4}[ -]?)?(?:kw|w) ?-?\d+$|^\d{4}-\d+$/iu.test(value);
  if (!(isNumber || isDate(value)) || weekOfWords(value, today)) return undefined;
  return 'must be this, last, next, the number of a week there is, 2026-W47 or a day in the week';
};

function isDate(value: string): boolean {
  return /^\d{4}-\d{1,2}-\d{1,2}$/u.test(value);
}
