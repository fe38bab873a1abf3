import type { CalendarIncomplete } from '../domain/calendar.ts';
import type { FreshCalendar, FreshCalendars } from './calendar-mirror.ts';
import type { TimeWindow } from './event.ts';
import type { ResourceFailure } from './resource-index.ts';

type Missing = CalendarIncomplete[number];

/** A thousand broken resources must not bury the answer they are missing from. */
const maxListed = 20;

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

/** Resources that cannot be shown, whenever they may take place. */
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

/** At most twenty entries and one that counts the rest; each place once. */
export function bounded(entries: readonly Missing[]): Missing[] {
  const once = [...new Map(entries.map((entry) => [`${entry.where} ${entry.reason}`, entry])).values()];
  if (once.length <= maxListed) return once;
  const rest = once.slice(maxListed);
  const codes = [...new Set(rest.map(({ code }) => code))];
  const [code = 'invalid_input'] = codes;
  return [
    ...once.slice(0, maxListed),
    {
      where: `${rest.length} more`,
      code,
      reason: `These events could not be read either: ${codes.join(', ')}.`,
    },
  ];
}

/** The field as answers have it: left out when nothing is missing. */
export function incompleteField(entries: readonly Missing[]): { incomplete?: CalendarIncomplete } {
  return entries.length > 0 ? { incomplete: bounded(entries) } : {};
}

function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
