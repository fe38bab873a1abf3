import { instanceAt, mapEvents } from '../edit/split-series-stored.ts';
import { overridesOf } from '../edit/tree.ts';
import type { EventView, Occurrence } from '../event.ts';
import { type Component, type IcsDocument, readDocument, writeDocument } from '../ics/document.ts';
import type { EventSet, KeyId } from '../reading/event-set.ts';
import { instancesBetween } from '../reading/instances.ts';
import { readResource } from '../reading/resource.ts';
import { changedOccurrence, instanceOccurrence, isExcluded } from '../reading/shown.ts';
import { dayMs, type WallMs } from '../time/wall.ts';

/** What people see of an event, by the names under which it is changed. */
export type Field =
  | ('start' | 'end' | 'recurrence' | 'busy' | 'status')
  | ('title' | 'location' | 'description' | 'url')
  | ('attendees' | 'myStatus' | 'reminders');

/** What one part of an event says of one field: a set, for servers have an order of their own. */
export interface Fact {
  /** One occurrence, by its original start; else the whole. */
  part: KeyId | undefined;
  field: Field;
  values: ReadonlySet<string>;
}

/** By part and field; what is not shown has none. */
export type Facts = ReadonlyMap<string, Fact>;

/** Of the texts of a change. */
export interface ThreeFacts {
  before: Facts;
  planned: Facts;
  /** Undefined when it cannot be read, or is of another event. */
  held: Facts | undefined;
}

export interface Eyes {
  /** The user's IANA zone. */
  zone: string;
  /** Own addresses, lower case. */
  own: readonly string[];
}

/** Where two rules have these in common, people see no difference for years. */
const yearMs = 366 * dayMs;
const instances = { span: 12 * yearMs, limit: 1_000 };

/**
 * What three texts of one event say of the same parts: the whole, and each occurrence that a change to `planned` touches.
 * The value counts, not how it is written: one instant in whatever zone, one set of occurrences by whatever rule. A text
 * that cannot be read says nothing.
 * @param before undefined for a new event
 */
export function factsOf(
  before: string | undefined,
  planned: string,
  held: string,
  { zone, own }: Eyes,
): ThreeFacts {
  const [old, meant] = withoutShared([before ?? '', planned].map(readDocument));
  const [first, second] = [old, meant].map((ics) => readResource(ics, zone).sets[0]);
  const keys = touched(first, second);
  const from = [...ends(first), ...ends(second)];
  const of = (set: EventSet | undefined): Facts => (set ? factsIn(set, { keys, from, own }) : new Map());
  const third = readResource(held, zone).sets.find(({ uid }) => uid === second?.uid);
  return { before: of(first), planned: of(second), held: third && of(third) };
}

/** A year before each rule ends: about there a series is cut, maybe after thousands of occurrences. */
function ends(set: EventSet | undefined): WallMs[] {
  return (set?.rules ?? []).flatMap(({ until }) => (until ? [until.ms - yearMs] : []));
}

/** A series may have thousands of changed occurrences that a change leaves byte for byte as they are. */
function withoutShared(documents: readonly IcsDocument[]): [string, string] {
  const texts = documents.map((document) => new Set(overridesOf(document).map(textOf)));
  const isShared = (event: Component) => texts.every((held) => held.has(textOf(event)));
  const [old = '', meant = ''] = documents.map((document) =>
    writeDocument(mapEvents(document, (event) => (isShared(event) ? undefined : event))),
  );
  return [old, meant];
}

function textOf(event: Component): string {
  return writeDocument({ items: [event] });
}

function touched(before: EventSet | undefined, planned: EventSet | undefined): ReadonlySet<KeyId> {
  const changes = [before, planned].flatMap((set) => [...(set?.changes.keys() ?? [])]);
  if (!before || !planned) return new Set(changes);
  const [old, meant] = [before.excluded.ids, planned.excluded.ids];
  const excluded = [...old, ...meant].filter((id) => !(old.has(id) && meant.has(id)));
  return new Set([...changes, ...excluded]);
}

/** Where to look. */
interface Places {
  keys: ReadonlySet<KeyId>;
  /** From where on occurrences are compared, but for the first. */
  from: readonly WallMs[];
  own: readonly string[];
}

function factsIn(set: EventSet, { keys, from, own }: Places): Facts {
  const facts = new Map<string, Fact>();
  const add = (part: KeyId | undefined, field: Field, values: readonly string[]) =>
    facts.set(JSON.stringify([part, field]), { part, field, values: new Set(values) });
  const shown = new Map([...keys].map((key) => [key, shownAt(set, key)]));
  if (set.master) {
    const first = instanceOccurrence({ ...set, futures: [] }, set.master, { start: set.master.start });
    for (const [field, values] of saidIn(first, own)) add(undefined, field, values);
  }
  add(undefined, 'recurrence', set.recurring ? listed(set, shown, { from, own }) : []);
  for (const [key, occurrence] of shown) {
    if (occurrence) for (const [field, values] of saidIn(occurrence, own)) add(key, field, values);
  }
  return facts;
}

/** Original starts. One that is cancelled, or that the user has declined, is as good as taken out. */
function listed(
  set: EventSet,
  shown: ReadonlyMap<KeyId, Occurrence | undefined>,
  { from, own }: Omit<Places, 'keys'>,
): string[] {
  const found = new Set(
    [set.master?.start.wall ?? 0, ...from].flatMap((start) => {
      const range = { from: start, to: start + instances.span, limit: instances.limit };
      return [...instancesBetween(set, range, () => false).found.keys()];
    }),
  );
  for (const [key, occurrence] of shown) {
    if (occurrence && !isOff(occurrence.view, own)) found.add(key);
    else found.delete(key);
  }
  return [...found].map(String);
}

function isOff({ status, attendees }: EventView, own: readonly string[]): boolean {
  return (
    status === 'cancelled' || attendees.some((one) => one.status === 'declined' && own.includes(one.email))
  );
}

/** The occurrence with that original start as people see it, if they do. */
function shownAt(set: EventSet, key: KeyId): Occurrence | undefined {
  const change = set.changes.get(key);
  if (change) return isExcluded(set, change) ? undefined : changedOccurrence(change);
  const instance = instanceAt(set, typeof key === 'string' ? { date: key } : { instant: key });
  return instance && set.master && instanceOccurrence(set, set.master, instance);
}

function saidIn({ start, end, allDay, view }: Occurrence, own: readonly string[]): [Field, string[]][] {
  const { title, location, description, url, status, transparent, attendees, reminders } = view;
  const mine = attendees.filter(({ email }) => own.includes(email));
  return [
    ['start', [allDay?.first ?? String(start)]],
    ['end', [allDay?.last ?? String(end)]],
    ['title', worded(title)],
    ['location', worded(location)],
    ['description', worded(description)],
    ['url', worded(url)],
    ['status', status && status !== 'confirmed' ? [status] : []],
    ['busy', transparent ? ['free'] : []],
    ['attendees', attendees.map(({ email }) => email)],
    ['myStatus', mine.map((one) => one.status)],
    ['reminders', reminders.map(String)],
  ];
}

/** Blanks and line ends are the server's own affair. */
function worded(text = ''): string[] {
  const words = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  return words === '' ? [] : [words];
}
