import type { OccurrenceKey } from '../event.ts';
import { type Component, componentsOf, linesOf } from '../ics/document.ts';
import { idOf, inTypeOf, keyOf } from '../reading/event-set.ts';
import { instantOf, type Moments } from '../reading/moment.ts';
import { firstOwnAttendee, ownAttendees } from './answer-own.ts';
import { paramsOf, withParam } from './lines.ts';
import { readMoment } from './moment-line.ts';
import type { Stored } from './split-series-stored.ts';
import { addComponent, addLine, lineOf, removeLines, replaceItem } from './tree.ts';

/** What the invited person may keep as they like (RFC 6638 §3.2.2.1), and what other programs of theirs noted. */
export const ownLines = /^(?:CATEGORIES|CLASS|COLOR|CREATED|TRANSP)$/u;
export const notedLines = /^X-/u;

/** The occurrence an event is about, in the terms of that series; undefined for a whole. */
export function occurrenceOf(event: Component, moments: Moments, series: Stored): OccurrenceKey | undefined {
  const start = series.set.master?.start;
  const line = lineOf(event, 'RECURRENCE-ID');
  const moment = line && readMoment(line, moments, start?.clock);
  return moment && keyOf(inTypeOf(start, moment, series.moments.user));
}

/** The event with the own lines and alarms of another version of it. */
export function withOwn(event: Component, held: Component): Component {
  const lines = held.items.filter((item) => item.kind === 'line');
  const own = lines.filter(({ name }) => ownLines.test(name));
  const noted = lines.filter(({ name }) => notedLines.test(name) && linesOf(event, name).length === 0);
  const bare = removeLines(event, [...new Set(own.map(({ name }) => name))]);
  const grown = [...own, ...noted].reduce(addLine, bare);
  return componentsOf(held, 'VALARM').reduce(addComponent, grown);
}

/** The event with the own answer of another version of it, where that names an own address. */
export function withAnswerOf(event: Component, other: Component, ownAddresses: readonly string[]): Component {
  const line = firstOwnAttendee(other, ownAddresses);
  if (!line) return event;
  const own = ownAttendees(event, ownAddresses);
  if (own.length === 0) return addLine(event, line);
  const { PARTSTAT, RSVP } = paramsOf(line);
  return own.reduce((edited, mine) => {
    const answered = withParam(withParam(mine, 'PARTSTAT', PARTSTAT), 'RSVP', RSVP);
    return replaceItem(edited, mine, answered);
  }, event);
}

/** Whether a changed occurrence is at the same time in both. */
export function staysAt(key: OccurrenceKey, held: Stored, came: Stored): boolean {
  const [before, now] = [held, came].map(({ set }) => set.changes.get(idOf(key)));
  if (!before || !now) return false;
  const { days, ms } = now.length;
  const isAsLong = before.length.days === days && before.length.ms === ms;
  return isAsLong && instantOf(before.start) === instantOf(now.start);
}
