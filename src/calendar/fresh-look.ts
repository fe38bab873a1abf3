import type { CalendarIncomplete } from '../domain/calendar.ts';
import type { CalendarDirectory, CalendarEntry } from './calendar-directory.ts';
import type { FreshCalendar } from './calendar-mirror.ts';
import type { TimeWindow } from './event.ts';
import { type CalendarSources, freshCalendars } from './fresh-calendars.ts';
import { beyondServer, brokenResources, timeBeyond, unansweredCalendars } from './incomplete.ts';

/** Calendars proven fresh, and what is missing of them. */
export interface FreshLook {
  calendars: readonly FreshCalendar[];
  incomplete: CalendarIncomplete;
  /** Parts of the window that could not be asked for, so that nothing can be said about them. */
  unknown: readonly TimeWindow[];
}

/**
 * Proves the calendars that are asked for, all of them by default. @throws MailboxError when none of them answers, or a wanted one does not exist.
 */
export async function freshLook(
  sources: CalendarSources,
  wanted: readonly string[] | undefined,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<FreshLook> {
  const answer = await freshCalendars(sources, () => select(sources.directory, wanted, signal), signal);
  const { unmatched } = await sources.directory.home(signal);
  const unanswered = [...(wanted?.length ? [] : unmatched.map(missing)), ...unansweredCalendars(answer)];
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

function missing(where: string): CalendarIncomplete[number] {
  return {
    where,
    code: 'not_found',
    reason: 'MAILBOX_CALENDARS names it, and the server has no such calendar.',
  };
}
