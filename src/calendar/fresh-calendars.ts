import type { CalendarDirectory, CalendarEntry } from './calendar-directory.ts';
import type { CalendarMirror, FreshCalendars, LookOptions } from './calendar-mirror.ts';

/** The list of calendars and what they hold. */
export interface CalendarSources {
  directory: CalendarDirectory;
  mirror: CalendarMirror;
}

/**
 * Proves the calendars that `select` names. When one of them is gone, or the server has one that nobody knew of, the list
 * is old: it is asked for once more.
 */
export async function freshCalendars(
  { directory, mirror }: CalendarSources,
  select: () => Promise<readonly CalendarEntry[]>,
  signal: AbortSignal,
  options: Omit<LookOptions, 'withHome'> = {},
): Promise<FreshCalendars> {
  const look = { ...options, withHome: true };
  const answer = await mirror.fresh(await select(), signal, look);
  const isGone = answer.failed.some(({ error }) => error.code === 'not_found');
  if (!isGone && !directory.lacks(answer.listed)) return answer;
  directory.forget();
  return await mirror.fresh(await select(), signal, look);
}
