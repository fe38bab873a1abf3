import type { CalendarWarning } from '../../domain/calendar.ts';
import type { EventFields } from '../../domain/calendar-port.ts';
import { offsetMinutes } from '../../domain/time.ts';
import type { Edited } from '../edit/edit.ts';
import { isUtc } from '../edit/moment-line.ts';
import { readStored } from '../edit/split-series-stored.ts';
import type { Change } from './update-letters.ts';

/**
 * A series in UTC stays there when it gets a local time or a rule, as an event does that becomes one: what is ten o'clock
 * now is eleven, or nine, when the clocks change. Nothing of it where the user's clocks never do.
 * @param zone the user's IANA zone
 */
export function utcWarnings({ target, fields, edited, base }: Change, zone: string): CalendarWarning[] {
  if (target.scope === 'this' || fields.timezone !== undefined || !givesLocalTimes(fields, edited)) return [];
  const { set } = readStored(edited.following?.ics ?? edited.ics ?? base.ics, zone);
  const start = set.master?.start;
  if (!set.recurring || !start || start.allDay || !isUtc(start.clock) || !changesClocks(zone, start.wall))
    return [];
  const detail = `The event is stored in UTC: through the year its times will not follow the daylight saving of ${zone}. If they should, give timezone: ${zone}.`;
  return [{ code: 'times_in_utc', detail }];
}

function givesLocalTimes({ recurrence, start = '' }: EventFields, { changed }: Edited): boolean {
  if (changed.includes('recurrence') && recurrence?.trim()) return true;
  return changed.includes('start') && !/(?:Z|[+-]\d{2}:?\d{2})$/iu.test(start.trim());
}

/** In the year of that time. */
function changesClocks(zone: string, wall: number): boolean {
  const year = new Date(wall).getUTCFullYear();
  const offsets = [0, 6].map((month) => offsetMinutes(new Date(Date.UTC(year, month, 1)), zone));
  return new Set(offsets).size > 1;
}
