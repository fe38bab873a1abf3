import { addDays, namedDay, namedWeek, type Week, weekOf } from '../domain/days.ts';
import type { Given, InLanguages, Language } from './define-prompt.ts';

export interface SpokenDay {
  /** `Friday, 2026-11-27`; as the user wrote it where that is no date we know. */
  name: string;
  /** For arguments of tools. Undefined where the assistant must work it out. */
  date: string | undefined;
}

/** The day an argument means; today by default. */
export function dayGiven(given: Given, argument: string, language: Language): SpokenDay {
  const text = given.value(argument) ?? given.today;
  const date = namedDay(text, given.today);
  return { name: date ? spoken(date, language) : (given.quoted(argument) ?? text), date };
}

export interface SpokenWeek {
  name: string;
  /** Monday and Sunday of the week, and the Sunday after: what lies ahead of it. Undefined as `date` above. */
  span: { monday: string; sunday: string; nextSunday: string } | undefined;
}

const weekWord: InLanguages<string> = { en: 'week', de: 'Woche' };

/** The week an argument means; by default the one today is in. */
export function weekGiven(given: Given, argument: string, language: Language): SpokenWeek {
  const text = given.value(argument);
  const week = text === undefined ? weekOf(given.today) : weekOfWords(text, given.today);
  if (!week) return { name: `${weekWord[language]} ${given.quoted(argument) ?? ''}`, span: undefined };
  const { monday } = week;
  const span = { monday, sunday: addDays(monday, 6), nextSunday: addDays(monday, 13) };
  return { name: `${weekWord[language]} ${week.name} (${span.monday} – ${span.sunday})`, span };
}

/** The week that is meant, also by its number alone (`47`, `W47`, `KW 47`): then the latest up to next week. */
export function weekOfWords(text: string, today: string): Week | undefined {
  const [, year, number = ''] = /^(?:(\d{4})[ -]?)?(?:kw|w)? ?(\d{1,2})$/iu.exec(text) ?? [];
  const name = number.padStart(2, '0');
  // 2026-11 is a month.
  const isNumbered = number !== '' && (year === undefined || /w/iu.test(text));
  if (!isNumbered) return namedWeek(text, today);
  if (year !== undefined) return namedWeek(`${year}-W${name}`, today);
  const { monday: latest } = weekOf(addDays(today, 7));
  const years = [1, 0, -1].map((offset) => Number(today.slice(0, 4)) + offset);
  return years
    .flatMap((each) => namedWeek(`${each}-W${name}`, today) ?? [])
    .find(({ monday }) => monday <= latest);
}

/** A date as a person says it, and as tools take it. */
export function spoken(date: string, language: Language): string {
  const name = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(
    Date.parse(date),
  );
  return `${name}, ${date}`;
}
