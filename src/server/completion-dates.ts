import { addDays, weekday, weekOf } from '../domain/days.ts';

/** What may be filled in, and by what it is found when that is not how it begins. */
export interface Candidate {
  value: string;
  words?: readonly string[];
}

const weekdays = [
  ['monday', 'montag'],
  ['tuesday', 'dienstag'],
  ['wednesday', 'mittwoch'],
  ['thursday', 'donnerstag'],
  ['friday', 'freitag'],
  ['saturday', 'samstag'],
  ['sunday', 'sonntag'],
];

/** Today, tomorrow, and the days of the coming two weeks as ISO dates, found also by their weekday. */
export function dayCandidates(today: string): Candidate[] {
  const days = Array.from({ length: 14 }, (_, offset) => addDays(today, offset));
  return [
    { value: 'today', words: ['heute'] },
    { value: 'tomorrow', words: ['morgen'] },
    ...days.map((value) => ({ value, words: weekdays[weekday(value) - 1] ?? [] })),
  ];
}

/** This week, the next and the four before, as ISO 8601 weeks. */
export function weekCandidates(today: string): Candidate[] {
  const words: Readonly<Record<number, string[]>> = {
    0: ['this week', 'diese woche'],
    1: ['next week', 'nächste woche'],
    [-1]: ['last week', 'letzte woche'],
  };
  return [0, -1, 1, -2, -3, -4].map((offset) => ({
    value: weekOf(addDays(today, offset * 7)).name,
    words: words[offset] ?? [],
  }));
}

/** The first of some months back, as ISO dates: since when to look. */
export function sinceCandidates(today: string): Candidate[] {
  return [-7, -14, -30, -90, -180, -365].map((days) => ({ value: addDays(today, days) }));
}
