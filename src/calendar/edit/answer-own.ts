import type { OccurrenceKey } from '../event.ts';
import { type Component, type ContentLine, linesOf } from '../ics/document.ts';
import { attendeesOf } from '../reading/people.ts';
import type { AnswerTarget } from './edit.ts';
import { paramsOf } from './lines.ts';
import { holding } from './moment-line.ts';

/**
 * Where an attendee's own comment is kept: servers of Apple's kind, mailbox.org among them, take it from here into the reply
 * (caldav-privatecomments). COMMENT would be the organizer's, and an attendee may not change it (RFC 6638 §3.2.2.1).
 */
export const ownCommentName = 'X-CALENDARSERVER-PRIVATE-COMMENT';

/** The ATTENDEE lines of these addresses (lower case), in the order of the file. */
export function ownAttendees(event: Component, addresses: readonly string[]): ContentLine[] {
  return linesOf(event, 'ATTENDEE').filter((line) => isOneOf(line, addresses));
}

/** Of several own lines that of the first address: the one a reply is given for. */
export function firstOwnAttendee(event: Component, addresses: readonly string[]): ContentLine | undefined {
  const own = ownAttendees(event, addresses);
  return addresses.flatMap((address) => own.filter((line) => isOneOf(line, [address])))[0];
}

/** PARTSTAT, upper case, of the line a reply is given for; undefined where no own address is invited. */
export function ownAnswer(event: Component, addresses: readonly string[]): string | undefined {
  const line = firstOwnAttendee(event, addresses);
  return line && (paramsOf(line).PARTSTAT?.toUpperCase() ?? 'NEEDS-ACTION');
}

/** An occurrence that was answered otherwise than its series. */
export function isAnsweredAlone(
  override: Component,
  master: Component,
  addresses: readonly string[],
): boolean {
  const status = ownAnswer(override, addresses) ?? 'NEEDS-ACTION';
  return status !== 'NEEDS-ACTION' && status !== ownAnswer(master, addresses);
}

/** The single occurrences an answer is about; none for a whole. */
export function occurrencesIn(target: AnswerTarget): readonly OccurrenceKey[] {
  if (target.scope === 'these') return target.occurrences;
  return target.scope === 'this' ? [target.occurrence] : [];
}

/** By its address, or by an EMAIL beside it: some servers write a URI of their own as the address (RFC 7986 §6.2). */
function isOneOf(line: ContentLine, addresses: readonly string[]): boolean {
  const spelt = [attendeesOf(holding(line))[0]?.email, paramsOf(line).EMAIL?.trim().toLowerCase()];
  return spelt.some((address) => address !== undefined && addresses.includes(address));
}
