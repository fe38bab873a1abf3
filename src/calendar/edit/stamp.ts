import { type Component, type IcsDocument, linesOf } from '../ics/document.ts';
import { attendeesOf, organizerOf } from '../reading/people.ts';
import { sequenceOf } from '../reading/view.ts';
import type { EditContext } from './edit.ts';
import { property, withValue } from './lines.ts';
import { eventsOf, lineOf, setLine } from './tree.ts';

/** A change of these is one the invited have to hear of and answer anew (RFC 5546 §2.1.4). */
const significant = ['DTSTART', 'DTEND', 'DURATION', 'RRULE', 'RDATE', 'EXDATE', 'RECURRENCE-ID'];

/**
 * The edited event with the stamps of now, and with a SEQUENCE above every one of the resource where its times or its
 * rule differ from `before`, or somebody is no longer invited, and this account organises it, or nobody does (RFC 5546
 * §2.1.4): the cancellation they get has the same one, and a later invitation is newer than that. SEQUENCE and DTSTAMP
 * of somebody else's are theirs.
 * @param document the resource before the edit
 */
export function stamped(
  event: Component,
  before: Component,
  document: IcsDocument,
  context: EditContext,
): Component {
  if (!organises(before, context)) return touchCopy(event, context);
  const touched = touch(event, context);
  const isNewer = differsIn(significant, before, event) || losesAttendee(before, event);
  return isNewer ? setSequence(touched, nextSequence(document)) : touched;
}

/** DTSTAMP and LAST-MODIFIED of now. */
export function touch(event: Component, context: Pick<EditContext, 'now'>): Component {
  return setStamp(setStamp(event, 'DTSTAMP', context), 'LAST-MODIFIED', context);
}

/**
 * LAST-MODIFIED of now in the own copy of what somebody else organises: its DTSTAMP says which version of theirs it is, and
 * is kept to be compared with that of later mails (RFC 5546 §2.1.5). An answer that is sent gets one of its own.
 */
export function touchCopy(event: Component, context: Pick<EditContext, 'now'>): Component {
  return lineOf(event, 'DTSTAMP') ? setStamp(event, 'LAST-MODIFIED', context) : touch(event, context);
}

function setStamp(event: Component, name: string, { now }: Pick<EditContext, 'now'>): Component {
  const line = lineOf(event, name);
  const text = formatUtc(now);
  return setLine(event, line ? withValue(line, text) : property(name, text));
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

/** Whether the lines of these names, taken together, are others. */
export function differsIn(names: readonly string[], one: Component, other: Component): boolean {
  const written = (event: Component) =>
    names.flatMap((name) => linesOf(event, name).map(({ raw }) => raw.replace(/\r\n?/gu, '\n')));
  return written(one).join('') !== written(other).join('');
}

function losesAttendee(before: Component, event: Component): boolean {
  const left = new Set(attendeesOf(event).map(({ email }) => email));
  return attendeesOf(before).some(({ email }) => !left.has(email));
}
