/** Calendar days as ISO dates (`2026-11-22`), counted without any zone: only "today" depends on one. */

const dayMs = 86_400_000;

/** @param date ISO date */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}

/** 1 for Monday to 7 (ISO 8601). @param date ISO date */
export function weekday(date: string): number {
  return new Date(Date.parse(date)).getUTCDay() || 7;
}

const offsets: Readonly<Record<string, number>> = {
  ...{ today: 0, tomorrow: 1, yesterday: -1 },
  ...{ heute: 0, morgen: 1, gestern: -1 },
};

/** The day a word or an ISO date means; undefined for anything else, also 31 February. */
export function namedDay(text: string, today: string): string | undefined {
  const word = text.trim().toLowerCase();
  const offset = Object.hasOwn(offsets, word) ? offsets[word] : undefined;
  if (offset !== undefined) return addDays(today, offset);
  return isDate(word) ? word : undefined;
}

export interface Week {
  /** Monday, as ISO date. */
  monday: string;
  /** ISO 8601 week: `2026-W47`. */
  name: string;
}

const weekOffsets: Readonly<Record<string, number>> = {
  ...{ this: 0, last: -7, next: 7 },
  ...{ diese: 0, letzte: -7, nächste: 7 },
};

/** The week a word (`last`), an ISO week (`2026-W47`) or a day in it means; undefined for anything else. */
export function namedWeek(text: string, today: string): Week | undefined {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/ ?(?:week|woche)$/u, '');
  const offset = Object.hasOwn(weekOffsets, word) ? weekOffsets[word] : undefined;
  if (offset !== undefined) return weekOf(addDays(today, offset));
  const [, year, number] = /^((?:19|20|21)\d{2})-?w(\d{2})$/u.exec(word) ?? [];
  if (year && number) {
    // 4 January is always in the first week.
    const week = weekOf(addDays(`${year}-01-04`, (Number(number) - 1) * 7));
    return week.name === `${year}-W${number}` ? week : undefined;
  }
  const day = namedDay(word, today);
  return day === undefined ? undefined : weekOf(day);
}

/** The week a day is in. @param date ISO date */
export function weekOf(date: string): Week {
  const monday = addDays(date, 1 - weekday(date));
  // A week belongs to the year its Thursday is in.
  const thursday = addDays(monday, 3);
  const year = thursday.slice(0, 4);
  const number = Math.floor((Date.parse(thursday) - Date.parse(`${year}-01-01`)) / dayMs / 7) + 1;
  return { monday, name: `${year}-W${String(number).padStart(2, '0')}` };
}

function isDate(text: string): boolean {
  if (!/^(?:19|20|21)\d{2}-\d{2}-\d{2}$/u.test(text)) return false;
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}
