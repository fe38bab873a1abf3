import { type Component, type ContentLine, linesOf } from '../ics/document.ts';
import { attendeesOf } from '../reading/people.ts';
import { paramsOf } from './lines.ts';
import { holding } from './moment-line.ts';

/** The ATTENDEE lines of these addresses (lower case), in the order of the file. */
export function ownAttendees(event: Component, addresses: readonly string[]): ContentLine[] {
  return linesOf(event, 'ATTENDEE').filter((line) => isOneOf(line, addresses));
}

/** Of several own lines that of the first address: the one a reply is given for. */
export function firstOwnAttendee(event: Component, addresses: readonly string[]): ContentLine | undefined {
  const own = ownAttendees(event, addresses);
  return addresses.flatMap((address) => own.filter((line) => isOneOf(line, [address])))[0];
}

/** By its address, or by an EMAIL beside it: some servers write a URI of their own as the address (RFC 7986 §6.2). */
function isOneOf(line: ContentLine, addresses: readonly string[]): boolean {
  const spelt = [attendeesOf(holding(line))[0]?.email, paramsOf(line).EMAIL?.trim().toLowerCase()];
  return spelt.some((address) => address !== undefined && addresses.includes(address));
}
