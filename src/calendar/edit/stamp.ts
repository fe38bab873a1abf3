import { type Component, type IcsDocument, linesOf } from '../ics/document.ts';
import { organizerOf } from '../reading/people.ts';
import { sequenceOf } from '../reading/view.ts';
import type { EditContext } from './edit.ts';
import { property, withValue } from './lines.ts';
import { eventsOf, lineOf, setLine } from './tree.ts';

/** A change of these is one the invited have to hear of and answer anew (RFC 5546 §2.1.4). */
const significant = ['DTSTART', 'DTEND', 'DURATION', 'RRULE', 'RDATE', 'EXDATE', 'RECURRENCE-ID'];

/**
 * The edited event with DTSTAMP and LAST-MODIFIED of now, and with a SEQUENCE above every one of the resource where its
 * times or its rule differ from `before` and this account organises it, or nobody does (RFC 5546 §2.1.4).
 * @param document the resource before the edit
 */
export function stamped(
  event: Component,
  before: Component,
  document: IcsDocument,
  context: EditContext,
): Component {
  const touched = touch(event, context);
  if (!organises(before, context) || !differsIn(significant, before, event)) return touched;
  return setSequence(touched, nextSequence(document));
}

/** DTSTAMP and LAST-MODIFIED of now. */
export function touch(event: Component, { now }: Pick<EditContext, 'now'>): Component {
  const text = formatUtc(now);
  return ['DTSTAMP', 'LAST-MODIFIED'].reduce((touched, name) => {
    const line = lineOf(touched, name);
    return setLine(touched, line ? withValue(line, text) : property(name, text));
  }, event);
}

/** One above the greatest of the resource; a missing one counts 0 (RFC 5545 §3.8.7.4). */
export function nextSequence(document: IcsDocument): number {
  return Math.max(...eventsOf(document).map(sequenceOf)) + 1;
}

export function setSequence(event: Component, sequence: number): Component {
  const line = lineOf(event, 'SEQUENCE');
  const text = String(sequence);
  return setLine(event, line ? withValue(line, text) : property('SEQUENCE', text));
}

/** `20260328T090000Z`. */
export function formatUtc(instant: Date): string {
  return `${instant.toISOString().slice(0, 19).replace(/[-:]/gu, '')}Z`;
}

/** This account organises it, or nobody does. */
export function organises(event: Component, { ownAddresses }: Pick<EditContext, 'ownAddresses'>): boolean {
  const organizer = organizerOf(event);
  return !organizer || ownAddresses.includes(organizer.email);
}

function differsIn(names: readonly string[], one: Component, other: Component): boolean {
  const written = (event: Component) =>
    names.flatMap((name) => linesOf(event, name).map(({ raw }) => raw.replace(/\r\n?/gu, '\n')));
  return written(one).join('') !== written(other).join('');
}
