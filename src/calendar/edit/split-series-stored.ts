import { MailboxError } from '../../domain/errors.ts';
import type { OccurrenceKey, ReadFailure } from '../event.ts';
import { type Component, type IcsDocument, type Item, writeDocument } from '../ics/document.ts';
import { type EventSet, type Instance, idOf } from '../reading/event-set.ts';
import { instancesBetween, maxInstances } from '../reading/instances.ts';
import { Moments } from '../reading/moment.ts';
import { readResource } from '../reading/resource.ts';
import { isExcluded } from '../reading/shown.ts';
import { dayMs, lastWall, parseDay } from '../time/wall.ts';
import { editableDocument, eventsOf, lineOf } from './tree.ts';

/** A resource both ways: as lines that can be edited, and as what they mean. */
export interface Stored {
  document: IcsDocument;
  /** Absent when only changed occurrences of somebody's series are stored. */
  master: Component | undefined;
  set: EventSet;
  moments: Moments;
  /** Some of it is not understood, so what an edit would move cannot be told. */
  failures: readonly ReadFailure[];
}

/** @throws MailboxError `unsupported` when it is damaged, or not the one event a resource may hold (RFC 4791 §4.1). */
export function readStored(ics: string, zone: string): Stored {
  const document = editableDocument(ics);
  const { sets, failures } = readResource(ics, zone);
  const [set, ...further] = sets;
  const masters = eventsOf(document).filter((event) => !lineOf(event, 'RECURRENCE-ID'));
  if (!set || further.length > 0 || masters.length > 1) {
    throw new MailboxError('unsupported', 'The stored event is damaged and cannot be edited safely.', {
      hint: failures[0]?.reason ?? 'Open it in the calendar it was made with.',
    });
  }
  return { document, master: masters[0], set, moments: new Moments(document, zone), failures };
}

/** The instance of rule, dates or DTSTART with that original start, where it is not excluded. */
export function instanceAt(set: EventSet, key: OccurrenceKey): Instance | undefined {
  const wall = 'date' in key ? parseDay(key.date) : set.master?.start.clock.toWall(key.instant);
  if (wall === undefined) return undefined;
  // A wall clock in a DST gap lies hours off the one its instant shows; a day of seconds would be too many to look at.
  const ranges = [
    { from: wall, to: wall + 1, limit: 1 },
    { from: wall - dayMs, to: wall + dayMs, limit: maxInstances },
  ];
  for (const range of ranges) {
    const found = instancesBetween(set, range, never).found.get(idOf(key));
    if (found) return found;
  }
  return undefined;
}

/** Whether people see an occurrence with that original start: an instance, or a change of its own. */
export function hasOccurrence(set: EventSet, key: OccurrenceKey): boolean {
  const change = set.changes.get(idOf(key));
  return instanceAt(set, key) !== undefined || (change !== undefined && !isExcluded(set, change));
}

/** @returns the text, or undefined when no occurrence is left in it (some servers answer 403 or 500 to such). */
export function unlessEmpty(document: IcsDocument, zone: string): string | undefined {
  const ics = writeDocument(document);
  const { sets } = readResource(ics, zone);
  return sets.some(hasAny) ? ics : undefined;
}

/** Every VEVENT changed, in one pass over a file that may hold thousands; those that become undefined are taken out. */
export function mapEvents(
  document: IcsDocument,
  change: (event: Component) => Component | undefined,
): IcsDocument {
  const mapped = (item: Item) =>
    item.kind === 'component' && item.name === 'VEVENT' ? (change(item) ?? []) : [item];
  const items = document.items.map((item) =>
    item.kind === 'component' && item.name === 'VCALENDAR'
      ? { ...item, items: item.items.flatMap(mapped) }
      : item,
  );
  return { ...document, items };
}

/** @throws MailboxError always. */
export function noSuchOccurrence(): never {
  throw new MailboxError('not_found', 'The series has no such occurrence.', {
    hint: 'Take the id of an occurrence from get_calendar_events; this one may have been moved or removed.',
  });
}

/** Most series have one soon: only what a few dozen exclusions leave open is looked at to its end. */
function hasAny(set: EventSet): boolean {
  if ([...set.changes.values()].some((change) => !isExcluded(set, change))) return true;
  const from = set.master?.start.wall;
  if (from === undefined) return false;
  return [50, maxInstances].some((limit) => {
    const { found, complete } = instancesBetween(set, { from, to: lastWall + 1, limit }, never);
    return found.size > 0 || (limit === maxInstances && !complete);
  });
}

const never = () => false;
