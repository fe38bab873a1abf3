import { type Component, linesOf } from '../ics/document.ts';
import { organizerOf } from '../reading/people.ts';
import { ownAttendees } from './answer-own.ts';
import type { EditContext } from './edit.ts';
import { paramsOf, withParam } from './lines.ts';
import { differsIn } from './stamp.ts';
import { replaceItem } from './tree.ts';

/** What an answer is an answer to. */
const answered = ['DTSTART', 'DTEND', 'DURATION', 'RRULE'];

/**
 * The edited event; where its times or its rule differ from `before` and this account organises it, the others are asked
 * anew: PARTSTAT NEEDS-ACTION with RSVP (RFC 5546 §3.2.2, RFC 6638 §3.2.8). An answer to times that stay is still one.
 */
export function askedAnew(event: Component, before: Component, context: EditContext): Component {
  const organizer = organizerOf(event);
  const isOwn = organizer !== undefined && context.ownAddresses.includes(organizer.email);
  return isOwn && differsIn(answered, before, event) ? withoutAnswers(event, context) : event;
}

/** The own lines stay, and those about which the organizer has settled that nobody is asked (RFC 6638 §7.1). */
function withoutAnswers(event: Component, { ownAddresses }: EditContext): Component {
  const own = new Set(ownAttendees(event, ownAddresses));
  return linesOf(event, 'ATTENDEE').reduce((edited, line) => {
    const { PARTSTAT: status = 'NEEDS-ACTION', 'SCHEDULE-AGENT': agent } = paramsOf(line);
    const isSettled = own.has(line) || agent?.toUpperCase() === 'NONE';
    if (isSettled || status.toUpperCase() === 'NEEDS-ACTION') return edited;
    const asked = withParam(withParam(line, 'PARTSTAT', 'NEEDS-ACTION'), 'RSVP', 'TRUE');
    return replaceItem(edited, line, asked);
  }, event);
}
