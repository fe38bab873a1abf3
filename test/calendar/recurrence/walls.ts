import type { WallMs } from '../../../src/calendar/recurrence/rule.ts';

/** `20260630` or `20260630T093000`, also with Z, as a wall clock. */
export function wall(text: string): WallMs {
  const [, year, month, day, hour = '00', minute = '00', second = '00'] =
    /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})Z?)?$/u.exec(text) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** In the form of `like`: a date, a local time, or with Z. */
export function written(ms: WallMs, like = '00000000T000000'): string {
  const text = new Date(ms).toISOString().slice(0, 19).replace(/[-:]/gu, '');
  return like.length === 8 ? text.slice(0, 8) : like.endsWith('Z') ? `${text}Z` : text;
}
