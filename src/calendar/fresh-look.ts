import type { CalendarIncomplete } from '../domain/calendar.ts';
import { MailboxError } from '../domain/errors.ts';
import { askOrRecall, isUnreachable } from '../domain/stale.ts';
import type { CalendarDirectory, CalendarEntry, CalendarHome } from './calendar-directory.ts';
import type { FreshCalendar, FreshCalendars } from './calendar-mirror.ts';
import type { TimeWindow } from './event.ts';
import { type CalendarSources, freshCalendars } from './fresh-calendars.ts';
import { inTime } from './in-time.ts';
import { beyondServer, brokenResources, timeBeyond, unansweredCalendars } from './incomplete.ts';

/** Calendars proven fresh, or recalled while the server cannot be reached, and what is missing of them. */
export interface FreshLook {
  home: CalendarHome;
  /** Epoch ms; set when they are recalled, and were last proven then. */
  since: number | undefined;
  calendars: readonly FreshCalendar[];
  incomplete: CalendarIncomplete;
  /** Parts of the window that could not be asked for, so that nothing can be said about them. */
  unknown: readonly TimeWindow[];
}

/** What hangs longer is named: a call ends at 44 s, and what did answer has still to be read. */
const lookMs = 38_000;

interface Answer extends FreshCalendars {
  home: CalendarHome;
  since?: number;
}

/**
 * Proves the calendars that are asked for, all of them by default. @throws MailboxError when none of them answers and none
 * can be recalled, or a wanted one does not exist.
 */
export async function freshLook(
  sources: CalendarSources,
  wanted: readonly string[] | undefined,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<FreshLook> {
  const answer = await askOrRecall({
    signal,
    ask: (limited, answered) => ask(sources, wanted, limited, answered),
    recall: () => recall(sources, wanted),
  });
  const { fresh, home, since } = answer;
  const unmatched = wanted?.length ? [] : home.unmatched.map(missing);
  const unanswered = [...unmatched, ...unansweredCalendars(answer)];
  const withheld = unanswered.length > 0 || fresh.some(({ index }) => index.failed.some(({ text }) => !text));
  return {
    ...{ home, since },
    calendars: fresh,
    incomplete: [...unanswered, ...beyondServer(fresh, window), ...brokenResources(fresh)],
    unknown: withheld ? [window] : timeBeyond(fresh, window),
  };
}

/** @throws the error of a calendar when none of them answers */
async function ask(
  sources: CalendarSources,
  wanted: readonly string[] | undefined,
  signal: AbortSignal,
  answered: () => void,
): Promise<Answer> {
  const { directory } = sources;
  const named = () => select(directory, wanted, signal);
  const answer = await inTime(lookMs, (until) => freshCalendars(sources, named, signal, { answered, until }));
  const [first] = answer.failed;
  const refused = answer.failed.find(({ error }) => !isUnreachable(error));
  if (first && answer.fresh.length === 0) throw (refused ?? first).error;
  return { ...answer, home: await directory.home(signal) };
}

/** Those that were never read stay unanswered. */
function recall(
  { directory, mirror }: CalendarSources,
  wanted: readonly string[] | undefined,
): Answer | undefined {
  const home = directory.remembered;
  const calendars = directory.recall(wanted) ?? [];
  const fresh = calendars.flatMap((calendar) => {
    const recalled = mirror.recall(calendar.collection.url);
    return recalled ? [{ calendar, ...recalled }] : [];
  });
  if (!home || fresh.length === 0) return undefined;
  const known = fresh.map(({ calendar }) => calendar);
  const others = calendars.filter((calendar) => !known.includes(calendar));
  const failed = others.map((calendar) => ({ calendar, error: away() }));
  return { home, fresh, failed, listed: [], since: Math.min(...fresh.map(({ since }) => since)) };
}

function away(): MailboxError {
  return new MailboxError('unavailable', 'The calendar server cannot be reached.');
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
