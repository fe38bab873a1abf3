import type { DavCollection } from '../connections/caldav/types.ts';
import { hashNames, slugOf } from './calendar-id.ts';

interface Named {
  id: string;
  name: string;
  collection: DavCollection;
}

/**
 * The calendars a parameter means: by id, else by name, for an id in other letters may be the name of several, of which
 * only one has it; else by what would be an id if no other calendar had that name.
 */
export function namedBy<Entry extends Named>(calendars: readonly Entry[], wanted: string): Entry[] {
  const text = folded(wanted);
  const rules: ((entry: Entry) => boolean)[] = [
    ({ id, collection }) => id === wanted.trim() || hashNames(text, collection.url),
    ({ name }) => folded(name) === text,
    ({ id }) => folded(id) === text,
  ];
  const found = rules.map((means) => calendars.filter(means)).find(({ length }) => length > 0);
  return found ?? sluggedAs(calendars, wanted);
}

/** What one entry of MAILBOX_CALENDARS lets through: it need not be of one calendar alone. */
export function allowedBy<Entry extends Named>(calendars: readonly Entry[], wanted: string): Entry[] {
  const text = folded(wanted);
  const named = calendars.filter((entry) => hasId(entry, wanted) || folded(entry.name) === text);
  return named.length > 0 ? named : sluggedAs(calendars, wanted);
}

/** The calendar part of an event id means this one. Names do not count: another calendar may have the same. */
export function hasId({ id, collection }: Named, wanted: string): boolean {
  return folded(id) === folded(wanted) || hashNames(folded(wanted), collection.url);
}

/** Of the calendars those whose name gives this slug: more than one where it has become ambiguous. */
export function sluggedAs<Entry extends Named>(calendars: readonly Entry[], wanted: string): Entry[] {
  return calendars.filter(({ collection }) => slugOf(collection) === folded(wanted));
}

function folded(text: string): string {
  return text.trim().normalize('NFC').toLowerCase();
}
