import { cleanLine } from '../content/clean.ts';
import { defaultListBytes, jsonBytes, listBytes, withinBytes } from '../domain/answer-size.ts';
import type { CalendarIncomplete, CalendarInfo, CalendarList } from '../domain/calendar.ts';
import type { CalendarEntry } from './calendar-directory.ts';

/** Of a name where there is room for it. */
const maxChars = 200;
/** However many there are, so much of a name tells it from others. */
const fewestChars = 25;
const maxUntold = 40;

/**
 * The calendars as one answer holds them: of many with long names the names are cut, as the `…` at their end shows; of
 * more than that those at the end are counted.
 */
export function calendarList(entries: readonly CalendarEntry[], timezone: string): CalendarList {
  const told = entries.filter(({ collection }) => collection.untold === undefined);
  let calendars = told.map((entry) => infoOf(entry, maxChars));
  for (
    let chars = maxChars / 2;
    chars >= fewestChars && jsonBytes(calendars) > defaultListBytes;
    chars /= 2
  ) {
    calendars = told.map((entry) => infoOf(entry, chars));
  }
  const room = withinBytes(calendars, listBytes);
  const more = calendars.length - room;
  const incomplete = [...untold(entries), ...(more > 0 ? [leftOut(more)] : [])];
  return {
    calendars: calendars.slice(0, room),
    timezone,
    ...(incomplete.length > 0 ? { incomplete } : {}),
  };
}

function infoOf(
  { id, name, collection, isDefault, holdsEvents, holdsTasks }: CalendarEntry,
  chars: number,
): CalendarInfo {
  return {
    ...{ id, name: cleanLine(name, chars) },
    ...(collection.color ? { color: collection.color } : {}),
    ...(collection.writable ? {} : { readOnly: true }),
    ...(isDefault ? { default: true } : {}),
    holds: [...(holdsEvents ? ['events' as const] : []), ...(holdsTasks ? ['tasks' as const] : [])],
  };
}

function untold(entries: readonly CalendarEntry[]): CalendarIncomplete {
  const found = entries.flatMap(({ id, collection: { untold: status } }) =>
    status === undefined
      ? []
      : [
          {
            ...{ where: id, code: status === 403 ? ('forbidden' as const) : ('unavailable' as const) },
            reason: `The server does not tell what this is (status ${status}).`,
          },
        ],
  );
  return found.slice(0, maxUntold);
}

function leftOut(count: number): CalendarIncomplete[number] {
  return {
    where: `${count} more`,
    code: 'cut',
    reason: 'They have no room here. Other tools know them by their names.',
  };
}
