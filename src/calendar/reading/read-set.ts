import { MailboxError } from '../../domain/errors.ts';
import type { EventView, ReadFailure } from '../event.ts';
import { type Component, linesOf } from '../ics/document.ts';
import { parseRule } from '../recurrence/parse-rule.ts';
import { isSubDaily, type Rule } from '../recurrence/rule.ts';
import {
  type ChangedEvent,
  type EventBody,
  type EventSet,
  type Exclusions,
  type Instance,
  idOf,
  inTypeOf,
  type KeyId,
  keyOf,
} from './event-set.ts';
import { between, type Length, readDuration, readLength } from './length.ts';
import { instantOf, type Moment, type Moments } from './moment.ts';
import { type Property, properties, property, rawValue } from './property.ts';
import { sequenceOf, uidOf, viewOf } from './view.ts';

type DateList = 'RDATE' | 'EXDATE';

const maxRules = 20;
const maxDates = 20_000;

/** What could not be read of a resource. */
export interface Findings {
  failures: ReadFailure[];
  /** UIDs of what may take place at any time. */
  lost: string[];
}

interface Flaw {
  code?: ReadFailure['code'];
  /** When what is missing may take place, where the rest of the event does not tell; `onward`: from each of its starts. */
  reach?: 'onward' | 'later' | 'anytime';
}

interface Reading {
  moments: Moments;
  fail(reason: string, flaw?: Flaw): void;
}

/** The VEVENTs of one UID. Undefined when none of them can be shown; what could not be read is added to `findings`. */
export function readSet(
  events: readonly Component[],
  moments: Moments,
  { failures, lost }: Findings,
): EventSet | undefined {
  const uid = uidOf(events[0] ?? emptyEvent);
  let openEnd = false;
  let unknownLength = false;
  const fail: Reading['fail'] = (reason, { code = 'invalid_input', reach } = {}) => {
    failures.push({ code, reason });
    openEnd ||= reach === 'later';
    unknownLength ||= reach === 'onward';
    if (reach === 'anytime') lost.push(uid);
  };
  const reading: Reading = { moments, fail };
  const mains = events.filter((event) => !isChange(event));
  const main = mains.toSorted(bySequence).at(-1);
  const master = main && readBody(main, reading, undefined);
  if (main && !master) fail('The start of the event cannot be read.', { reach: 'anytime' });
  const start = master?.start;
  const { changes, futures, unplaced } = readChanges(events.filter(isChange), master, reading);
  if (!master && changes.size === 0) return undefined;
  const rules = start && main ? readRules(main, 'RRULE', start, reading) : [];
  const dates = start && main ? readDates(main, start, reading) : [];
  const excluded = start && main ? readExclusions(main, start, reading) : nothing;
  return {
    uid,
    recurring: changes.size > 0 || dates.length > 0 || Boolean(main && linesOf(main, 'RRULE').length > 0),
    ...(master && { master }),
    rules,
    dates,
    // Where a change nobody can place took an occurrence from is known: it is no longer there.
    excluded: { ...excluded, ids: new Set([...excluded.ids, ...unplaced]) },
    changes,
    futures: [...futures.values()].sort((a, b) => instantOf(a.original) - instantOf(b.original)),
    openEnd,
    unknownLength,
  };
}

const emptyEvent: Component = { kind: 'component', name: 'VEVENT', begin: '', items: [], end: '' };
const nothing: Exclusions = { ids: new Set(), days: new Set(), rules: [] };

/** Stable: of equal ones the later in the file stays behind, and counts. */
function bySequence(a: Component, b: Component): number {
  return sequenceOf(a) - sequenceOf(b);
}

function isChange(event: Component): boolean {
  return linesOf(event, 'RECURRENCE-ID').length > 0;
}

/** @param fallback start and length of an override that has none of its own; not of one whose own cannot be read */
function readBody(
  event: Component,
  { moments, fail }: Reading,
  fallback: { start: Moment; length: Length | undefined } | undefined,
): EventBody | undefined {
  const own = moments.first(event, 'DTSTART');
  const start = own ?? (linesOf(event, 'DTSTART').length === 0 ? fallback?.start : undefined);
  if (!start) return undefined;
  const inherited = own ? undefined : fallback?.length;
  const { length, flaw, unknown } = inherited ? { length: inherited } : readLength(event, start, moments);
  if (flaw) fail(flaw, unknown && { reach: 'onward' });
  let view: EventView | undefined;
  return {
    start,
    length,
    sequence: sequenceOf(event),
    view: () => {
      view ??= viewOf(event, moments);
      return view;
    },
  };
}

/** A THISANDFUTURE override still holds for the later ones where another takes its own occurrence. */
function readChanges(events: readonly Component[], master: EventBody | undefined, reading: Reading) {
  const { user } = reading.moments;
  const changes = new Map<KeyId, ChangedEvent>();
  const futures = new Map<KeyId, ChangedEvent>();
  const unplaced = new Set<KeyId>();
  for (const event of events) {
    const line = property(event, 'RECURRENCE-ID');
    const written = line && reading.moments.read(line, line.values[0], master?.start.clock);
    const original = written && inTypeOf(master?.start, written, user);
    const body = original && readBody(event, reading, { start: original, length: master?.length });
    if (!line || !original || !body) {
      reading.fail('A changed occurrence of it cannot be read.', { reach: 'anytime' });
      if (original) unplaced.add(idOf(keyOf(original)));
      continue;
    }
    const id = idOf(keyOf(original));
    const andFuture = line.parameters.range?.toUpperCase() === 'THISANDFUTURE';
    const change = { ...body, original, andFuture };
    if (!isOutdone(change, changes.get(id))) changes.set(id, change);
    if (andFuture && !isOutdone(change, futures.get(id))) futures.set(id, change);
  }
  // Another change of the same occurrence that can be read counts.
  for (const id of changes.keys()) unplaced.delete(id);
  return { changes, futures, unplaced };
}

/** By a higher SEQUENCE; at the same one, what is said of an occurrence alone is later than what is said of many. */
function isOutdone(change: ChangedEvent, by: ChangedEvent | undefined): boolean {
  if (!by || change.sequence !== by.sequence) return change.sequence < (by?.sequence ?? 0);
  return change.andFuture && !by.andFuture;
}

function readRules(event: Component, name: 'RRULE' | 'EXRULE', start: Moment, { fail }: Reading): Rule[] {
  const lines = linesOf(event, name);
  if (lines.length > maxRules) fail('It has too many rules.', { code: 'unsupported', reach: 'later' });
  return lines.slice(0, maxRules).flatMap((line) => {
    try {
      const rule = parseRule(rawValue(line));
      if (!start.allDay || !isSubDaily(rule)) return [rule];
      throw new MailboxError('unsupported', 'An all-day event cannot repeat by the hour.');
    } catch (error) {
      if (!(error instanceof MailboxError)) throw error;
      const code = error.code === 'unsupported' ? 'unsupported' : 'invalid_input';
      const what = name === 'RRULE' ? 'later occurrences are missing' : 'what it takes out is still there';
      fail(`Its recurrence rule cannot be followed, ${what}: ${error.message}`, {
        code,
        ...(name === 'RRULE' && { reach: 'later' }),
      });
      return [];
    }
  });
}

function readDates(event: Component, start: Moment, reading: Reading): Instance[] {
  const { moments } = reading;
  return valuesOf(event, 'RDATE', reading).flatMap(({ line, value }) => {
    const [first, last]: unknown[] = Array.isArray(value) ? value : [value];
    const moment = moments.read(line, first, start.clock);
    if (!moment) return unreadable(first, 'RDATE', reading);
    const instance = { start: inTypeOf(start, moment, moments.user) };
    if (last === undefined) return [instance];
    const end = moments.read(line, last, start.clock);
    const length = end ? between(moment, end) : readDuration(last);
    if (!length) reading.fail('The end of an RDATE of it cannot be read.');
    return [{ ...instance, ...(length && !start.allDay && { length }) }];
  });
}

function readExclusions(event: Component, start: Moment, reading: Reading): Exclusions {
  const { moments } = reading;
  const ids = new Set<KeyId>();
  const days = new Set<number>();
  for (const { line, value } of valuesOf(event, 'EXDATE', reading)) {
    const moment = moments.read(line, value, start.clock);
    if (!moment) unreadable(value, 'EXDATE', reading);
    else if (moment.allDay && !start.allDay) days.add(moment.wall);
    else ids.add(idOf(keyOf(inTypeOf(start, moment, moments.user))));
  }
  return { ids, days, rules: readRules(event, 'EXRULE', start, reading) };
}

function valuesOf(event: Component, name: DateList, reading: Reading): { line: Property; value: unknown }[] {
  const lines = properties(event, name);
  const values = lines.flatMap((line) => line.values.map((value) => ({ line, value })));
  if (lines.length < linesOf(event, name).length || values.length > maxDates) failDate(name, reading);
  return values.slice(0, maxDates);
}

/** An empty line says nothing, and says it often: `--T::` is how ical.js reads it. */
function unreadable(value: unknown, name: DateList, reading: Reading): [] {
  if (!/^-*(?:T:*)?$/u.test(String(value))) failDate(name, reading);
  return [];
}

function failDate(name: DateList, { fail }: Reading): void {
  fail(`An ${name} of it cannot be read.`, name === 'RDATE' ? { reach: 'later' } : {});
}
