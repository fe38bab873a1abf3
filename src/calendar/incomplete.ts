import type { CalendarIncomplete } from '../domain/calendar.ts';
import type { FreshCalendar, FreshCalendars } from './calendar-mirror.ts';
import type { TimeWindow } from './event.ts';
import type { ResourceFailure } from './resource-index.ts';

type Missing = CalendarIncomplete[number];

/** A thousand broken resources must not bury the answer they are missing from. */
const maxResources = 5;
/** Nor hundreds of calendars, though each of them counts for more. */
const maxOthers = 40;

/** Calendars that gave no answer. @throws the first one's error when none did. */
export function unansweredCalendars({ fresh, failed }: FreshCalendars): Missing[] {
  const [first] = failed;
  if (first && fresh.length === 0) throw first.error;
  return failed.map(({ calendar, error }) => ({
    where: calendar.id,
    code: error.code,
    reason: error.message,
  }));
}

/** Resources of which nothing is known, so that they may take place in any window. */
export function brokenResources(calendars: readonly FreshCalendar[]): Missing[] {
  return calendars.flatMap(({ calendar, index }) =>
    index.failed.flatMap(({ name, failure }) => (failure ? [missing(calendar.id, name, failure)] : [])),
  );
}

export function missing(calendar: string, resource: string, { code, reason }: ResourceFailure): Missing {
  return { where: `${calendar}/${resource}`, code, reason };
}

/** A server that keeps only some years says so (RFC 4791 §5.2.6, §5.2.7); before and after them it shows nothing. */
export function beyondServer(calendars: readonly FreshCalendar[], { from, to }: TimeWindow): Missing[] {
  return calendars.flatMap(({ calendar: { id, collection } }) => {
    const [min, max] = [collection.minDateTime, collection.maxDateTime];
    const reasons = [
      ...(min && min.getTime() > from ? [`nothing before ${dateOf(min)}`] : []),
      ...(max && max.getTime() < to ? [`nothing after ${dateOf(max)}`] : []),
    ];
    return reasons.map((what) => ({ where: id, code: 'unsupported', reason: `The server shows ${what}.` }));
  });
}

/** The parts of a window the server keeps nothing of. */
export function timeBeyond(calendars: readonly FreshCalendar[], { from, to }: TimeWindow): TimeWindow[] {
  return calendars.flatMap(({ calendar: { collection } }) => {
    const min = collection.minDateTime?.getTime() ?? from;
    const max = collection.maxDateTime?.getTime() ?? to;
    return [
      ...(min > from ? [{ from, to: Math.min(min, to) }] : []),
      ...(max < to ? [{ from: Math.max(max, from), to }] : []),
    ];
  });
}

/** Each place once: of resources five, of calendars forty, and an entry that counts the rest of each. */
export function bounded(entries: readonly Missing[]): Missing[] {
  const once = [...new Map(entries.map((entry) => [`${entry.where} ${entry.reason}`, entry])).values()];
  const resources = once.filter(isResource).slice(maxResources);
  const others = once.filter((entry) => !isResource(entry)).slice(maxOthers);
  const rest = new Set([...resources, ...others]);
  return [
    ...once.filter((entry) => !rest.has(entry)),
    ...counted(others, 'more calendars', 'These could not be read either'),
    ...counted(resources, 'more', 'These events could not be read for certain either'),
  ];
}

function counted(rest: readonly Missing[], what: string, sentence: string): Missing[] {
  const codes = [...new Set(rest.map(({ code }) => code))];
  const [code] = codes;
  if (code === undefined) return [];
  return [{ where: `${rest.length} ${what}`, code, reason: `${sentence}: ${codes.join(', ')}.` }];
}

/** Ids of calendars hold no slash. */
function isResource({ where }: Missing): boolean {
  return where.includes('/');
}

/** The field as answers have it: left out when nothing is missing. */
export function incompleteField(entries: readonly Missing[]): { incomplete?: CalendarIncomplete } {
  return entries.length > 0 ? { incomplete: bounded(entries) } : {};
}

function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
