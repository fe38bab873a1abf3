import type { CalendarIncomplete } from '../domain/calendar.ts';
import type { CalendarDirectory, CalendarEntry } from './calendar-directory.ts';
import type { CalendarMirror, FreshCalendar } from './calendar-mirror.ts';
import type { TimeWindow } from './event.ts';
import { beyondServer, brokenResources, timeBeyond, unansweredCalendars } from './incomplete.ts';

/** Calendars proven fresh, and what is missing of them. */
export interface FreshLook {
  calendars: readonly FreshCalendar[];
  incomplete: CalendarIncomplete;
  /** Parts of the window that could not be asked for, so that nothing can be said about them. */
  unknown: readonly TimeWindow[];
}

/**
 * Proves the calendars that are asked for, all of them by default. One that is gone meanwhile means the list is old: it
 * is asked for once more. @throws MailboxError when none of them answers, or a wanted one does not exist.
 */
export async function freshLook(
  { directory, mirror }: { directory: CalendarDirectory; mirror: CalendarMirror },
  wanted: readonly string[] | undefined,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<FreshLook> {
  let answer = await mirror.fresh(await select(directory, wanted, signal), signal);
  if (answer.failed.some(({ error }) => error.code === 'not_found')) {
    directory.forget();
    answer = await mirror.fresh(await select(directory, wanted, signal), signal);
  }
  const unanswered = unansweredCalendars(answer);
  const { fresh } = answer;
  const withheld = unanswered.length > 0 || fresh.some(({ index }) => index.failed.some(({ text }) => !text));
  return {
    calendars: fresh,
    incomplete: [...unanswered, ...beyondServer(fresh, window), ...brokenResources(fresh)],
    unknown: withheld ? [window] : timeBeyond(fresh, window),
  };
}

async function select(
  directory: CalendarDirectory,
  wanted: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<readonly CalendarEntry[]> {
  if (!wanted || wanted.length === 0) return await directory.eventCalendars(signal);
  const entries = new Set<CalendarEntry>();
  for (const name of wanted) entries.add(await directory.resolve(name, signal));
  return [...entries];
}
