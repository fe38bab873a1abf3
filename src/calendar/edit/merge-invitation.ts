import type { OccurrenceKey } from '../event.ts';
import { type Component, componentsOf, type IcsDocument, linesOf, writeDocument } from '../ics/document.ts';
import { inTypeOf, keyOf } from '../reading/event-set.ts';
import { readMoment } from './moment-line.ts';
import { overrideAt, withOverride } from './override.ts';
import { readStored, type Stored } from './split-series-stored.ts';
import {
  addComponent,
  addLine,
  calendarsOf,
  eventsOf,
  lineOf,
  removeLines,
  replaceComponent,
} from './tree.ts';
import { withZones } from './with-zones.ts';

/** What the invited person may keep as they like (RFC 6638 §3.2.2.1), and what other programs of theirs noted. */
const ownLines = /^(?:CATEGORIES|CLASS|COLOR|CREATED|TRANSP)$/u;
const notedLines = /^X-/u;

/**
 * The stored event with a newer version of it that came by mail (RFC 5546 §3.2.2): what the organizer says takes its place,
 * alarms and own lines stay. A mail about one occurrence changes that one alone.
 * @param mailed as `storable` gives it
 * @param zone IANA name, the user's
 * @throws MailboxError `not_found` when the stored series has no such occurrence; `unsupported` when one is damaged.
 */
export function mergeInvitation(stored: string, mailed: string, zone: string): string {
  const [held, came] = [readStored(stored, zone), readStored(mailed, zone)];
  const merged = came.master ? wholeOf(held, came) : partOf(held, came);
  return writeDocument(withZones(merged, came.master ? came.document : held.document, zone));
}

function wholeOf(held: Stored, came: Stored): IcsDocument {
  const document = eventsOf(came.document).reduce((left, event) => {
    const key = keyIn(held, came, event);
    const counterpart = key ? overrideAt(held, key) : held.master;
    return replaceComponent(left, event, withOwn(event, counterpart));
  }, came.document);
  if (held.master) return document;
  // Single occurrences that came before their series are answered already.
  const alone = eventsOf(held.document).filter((event) => {
    const key = keyIn(came, held, event);
    return key && !overrideAt(came, key);
  });
  return alone.reduce(withEvent, document);
}

function partOf(held: Stored, came: Stored): IcsDocument {
  return eventsOf(came.document).reduce((left, event) => {
    const key = keyIn(held, came, event);
    if (!key) return left;
    if (!held.master && !overrideAt(held, key)) return withEvent(left, event);
    const grown = withOverride({ ...held, document: left }, key);
    return replaceComponent(grown.document, grown.override, withOwn(event, grown.override));
  }, held.document);
}

/** Of a series that is not stored as a whole, one more occurrence. */
function withEvent(document: IcsDocument, event: Component): IcsDocument {
  const [calendar] = calendarsOf(document);
  return calendar ? replaceComponent(document, calendar, addComponent(calendar, event)) : document;
}

/** In the stored series' own terms; undefined for what is the whole. */
function keyIn(held: Stored, came: Stored, event: Component): OccurrenceKey | undefined {
  const line = lineOf(event, 'RECURRENCE-ID');
  const moment = line && readMoment(line, came.moments, held.set.master?.start.clock);
  return moment && keyOf(inTypeOf(held.set.master?.start, moment, held.moments.user));
}

function withOwn(event: Component, held: Component | undefined): Component {
  if (!held) return event;
  const lines = held.items.filter((item) => item.kind === 'line');
  const own = lines.filter(({ name }) => ownLines.test(name));
  const noted = lines.filter(({ name }) => notedLines.test(name) && linesOf(event, name).length === 0);
  const bare = removeLines(event, [...new Set(own.map(({ name }) => name))]);
  const grown = [...own, ...noted].reduce(addLine, bare);
  return componentsOf(held, 'VALARM').reduce(addComponent, grown);
}
