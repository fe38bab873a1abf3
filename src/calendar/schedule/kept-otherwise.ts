import type { CalendarWarning } from '../../domain/calendar.ts';
import type { Proven } from './desk.ts';

/** What a person has to know of a change that the server did not keep as it was sent. */
export function otherwiseWarnings(...events: readonly (Proven | undefined)[]): CalendarWarning[] {
  const differences = events.flatMap((event) => event?.otherwise ?? []);
  if (differences.length === 0) return [];
  const fields = new Set(
    differences.map(({ field, asBefore }) => (asBefore ? `${field} (as before)` : field)),
  );
  const people = differences.flatMap(({ field, missing }) => (field === 'attendees' ? missing : []));
  const without = people.length > 0 ? ` Not invited: ${[...new Set(people)].slice(0, 20).join(', ')}.` : '';
  const detail = `The calendar server keeps this otherwise than it was sent: ${[...fields].join(', ')}.${without} What it keeps is what counts.`;
  return [{ code: 'stored_otherwise', detail }];
}

/** Without the names of fields of which the server kept nothing new. */
export function shownOf(changed: readonly string[], { otherwise }: Proven): string[] {
  const kept = new Set<string>(otherwise.flatMap(({ field, asBefore }) => (asBefore ? [field] : [])));
  return changed.filter((name) => !kept.has(name));
}
