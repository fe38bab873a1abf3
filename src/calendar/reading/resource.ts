import type { ReadFailure } from '../event.ts';
import { type Component, type Item, readDocument } from '../ics/document.ts';
import type { EventSet } from './event-set.ts';
import { Moments } from './moment.ts';
import { type Findings, readSet } from './read-set.ts';
import { uidOf } from './view.ts';

/** Everything a calendar file says of events. */
export interface ReadResource {
  /** One for each UID. */
  sets: EventSet[];
  /** What of it could not be read, while the rest stands. */
  failures: ReadFailure[];
  /** UIDs of which something may take place at any time, for its own could not be read. */
  lost: string[];
}

/** Open-Xchange stores at most 10 MB. */
const maxChars = 16_000_000;
const maxEvents = 20_000;
const maxDepth = 10;

/** Components beside events that a resource may hold instead of one. */
const others = new Set(['VTODO', 'VJOURNAL', 'VFREEBUSY', 'VAVAILABILITY', 'VTIMEZONE']);

/**
 * Reads a calendar resource; never throws for what stands in it. Tasks, journals and METHOD are passed over.
 *
 * Conventions where files break the rules: of two VEVENTs with the same UID and RECURRENCE-ID the higher SEQUENCE
 * counts, then the later one; events without UID stand for themselves; a rule that cannot be read leaves DTSTART,
 * RDATEs and overrides, and a failure that says so; so does an event whose end mark is missing.
 * @param zone the user's IANA zone: floating times, and where the midnights of days are
 */
export function readResource(ics: string, zone: string): ReadResource {
  if (ics.length > maxChars) return failed('unsupported', 'It is larger than 16 million characters.');
  const document = readDocument(ics);
  const all = components(document.items);
  const events = all.filter(({ name }) => name === 'VEVENT');
  if (events.length > maxEvents) return failed('unsupported', `It holds more than ${maxEvents} events.`);
  if (events.length === 0) {
    const holdsOthers = all.some(({ name }) => others.has(name));
    return holdsOthers ? { sets: [], failures: [], lost: [] } : failed('invalid_input', 'It holds no event.');
  }
  const moments = new Moments(document, zone);
  const found: Findings = { failures: events.some(isUnfinished) ? [unfinished] : [], lost: [] };
  const isCut = all.some(({ name, end }) => name === 'VCALENDAR' && end === '');
  const sets = byUid(events).flatMap((group) => {
    const set = readSet(group, moments, found);
    if (!set) return [];
    return [isCut && group.some(isUnfinished) ? { ...set, openEnd: true } : set];
  });
  return { sets, failures: distinct(found.failures), lost: [...new Set(found.lost)] };
}

const unfinished: ReadFailure = {
  code: 'invalid_input',
  reason: 'An event in it breaks off before its end; what is missing of it is not known.',
};

/** Where the calendar around it is closed it only lacks its mark; else the file was cut, and a rule may be lost. */
function isUnfinished({ end }: Component): boolean {
  return end === '';
}

function failed(code: ReadFailure['code'], reason: string): ReadResource {
  return { sets: [], failures: [{ code, reason }], lost: [] };
}

/** At any depth: a component that is not closed holds what follows it. */
function components(items: readonly Item[], depth = 0): Component[] {
  return items.flatMap((item) => {
    if (item.kind === 'line') return [];
    if (depth >= maxDepth) return [item];
    return [item, ...components(item.items, depth + 1)];
  });
}

function byUid(events: readonly Component[]): Component[][] {
  const groups = new Map<string, Component[]>();
  for (const [index, event] of events.entries()) {
    const uid = uidOf(event);
    const key = uid === '' ? `\n${index}` : uid;
    const group = groups.get(key) ?? [];
    group.push(event);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function distinct(failures: readonly ReadFailure[]): ReadFailure[] {
  return [...new Map(failures.map((failure) => [failure.reason, failure])).values()];
}
