import type { Occurrence } from '../../../src/calendar/event.ts';
import { occurrencesOf } from '../../../src/calendar/reading/occurrences.ts';
import { type ReadResource, readResource } from '../../../src/calendar/reading/resource.ts';
import { formatInstant } from '../../../src/domain/time.ts';

export const berlin = 'Europe/Berlin';

/** A VEVENT of these lines; UID and SUMMARY where they are not given. */
export function event(...lines: string[]): string {
  const has = (name: string) => lines.some((line) => line.startsWith(name));
  const own = [...(has('UID') ? [] : ['UID:a@x']), ...(has('SUMMARY') ? [] : ['SUMMARY:Event'])];
  return ['BEGIN:VEVENT', ...own, ...lines, 'END:VEVENT', ''].join('\r\n');
}

export function calendar(...components: string[]): string {
  return `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t\r\n${components.join('')}END:VCALENDAR\r\n`;
}

export function read(...components: string[]): ReadResource {
  return readResource(calendar(...components), berlin);
}

/** Every occurrence of a window given as dates or date-times in Berlin, 2026 when left out. */
export function occurrences(
  resource: ReadResource,
  from = '2026-01-01T00:00:00+01:00',
  to = '2027-01-01T00:00:00+01:00',
): Occurrence[] {
  return occurrencesOf(resource, { from: Date.parse(from), to: Date.parse(to) }, 1_000).occurrences;
}

/** `start/end` in Berlin, days as `first/last`, with the title of what is shown. */
export function listed(found: readonly Occurrence[]): string[] {
  const text = (instant: number) => formatInstant(new Date(instant), berlin).replace(/:00\+/u, '+');
  return found.map(({ start, end, allDay, view }) => {
    const when = allDay ? `${allDay.first}/${allDay.last}` : `${text(start)}/${text(end)}`;
    return view.title === 'Event' ? when : `${when} ${view.title}`;
  });
}
