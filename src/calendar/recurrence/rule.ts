/** A wall clock: its fields read as though they were UTC (`Date.UTC`), so day arithmetic knows no DST. */
export type WallMs = number;

export const frequencies = [
  'YEARLY',
  'MONTHLY',
  'WEEKLY',
  'DAILY',
  'HOURLY',
  'MINUTELY',
  'SECONDLY',
] as const;
export type Frequency = (typeof frequencies)[number];

/** As RFC 5545 writes them; the index is the weekday's number, Sunday 0. */
export const weekdayCodes = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;

/** Which of these weekdays: `nth` counts in the month or year, negative from its end; without it all of them. */
export interface ByDay {
  weekday: number;
  nth?: number;
}

/** Inclusive. `ms` is the instant for `utc`, else a wall clock; a `date` means the whole of that day. */
export interface Until {
  kind: 'date' | 'local' | 'utc';
  ms: number;
}

/** A RECUR value (RFC 5545 §3.3.10, with SKIP of RFC 7529). Lists are in ascending order without duplicates. */
export interface Rule {
  frequency: Frequency;
  interval: number;
  count?: number;
  until?: Until;
  /** First day of the week, Sunday 0; Monday when the rule does not say. */
  weekStart: number;
  bySecond?: number[];
  byMinute?: number[];
  byHour?: number[];
  byDay?: ByDay[];
  byMonthDay?: number[];
  byYearDay?: number[];
  byWeekNo?: number[];
  byMonth?: number[];
  bySetPos?: number[];
  /** What becomes of 31 April; left out they are omitted, as RFC 5545 wants. */
  skip?: 'backward' | 'forward';
}

/** Finer than a day. */
export function isSubDaily({ frequency }: Rule): boolean {
  return frequency === 'HOURLY' || frequency === 'MINUTELY' || frequency === 'SECONDLY';
}
