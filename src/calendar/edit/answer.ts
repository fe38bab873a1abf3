import { MailboxError } from '../../domain/errors.ts';
import { type Component, type IcsDocument, writeDocument } from '../ics/document.ts';
import { ownAttendees } from './answer-own.ts';
import type { EditContext, Edited, Target } from './edit.ts';
import { paramsOf, property, rawValue, withParam, withValue } from './lines.ts';
import { withOverride } from './override.ts';
import { mapEvents, readStored, type Stored } from './split-series-stored.ts';
import { touch } from './stamp.ts';
import { eventsOf, lineOf, replaceItem, setLine } from './tree.ts';
import { withZones } from './with-zones.ts';

interface Answer {
  response: 'accepted' | 'declined' | 'tentative';
  comment?: string | undefined;
}

/**
 * Where an attendee's own comment is kept: servers of Apple's kind, mailbox.org among them, take it from here into the reply
 * (caldav-privatecomments). COMMENT would be the organizer's, and an attendee may not change it (RFC 6638 §3.2.2.1).
 */
const commentName = 'X-CALENDARSERVER-PRIVATE-COMMENT';

/**
 * Sets PARTSTAT of the own ATTENDEE lines and takes their RSVP: in one occurrence (an override, made where there is none),
 * or in the series and all of its overrides the account is invited to. SEQUENCE is the organizer's and stays (RFC 5546 §2.1.4).
 * @throws MailboxError `not_found` when there is no such occurrence or no own address is invited; `unsupported` for `following`.
 */
export function answer(ics: string, target: Target, given: Answer, context: EditContext): Edited {
  const stored = readStored(ics, context.zone);
  const { document, events } = answered(stored, target);
  const invited = new Set(events.filter((event) => ownAttendees(event, context.ownAddresses).length > 0));
  if (invited.size === 0) {
    throw new MailboxError('not_found', 'No own address is invited to this event.', {
      hint: 'Only invitations can be answered; own events are changed with update_event.',
    });
  }
  const changed = new Set<string>();
  const edited = mapEvents(document, (event) => {
    if (!invited.has(event)) return event;
    const replied = withAnswer(event, given, context.ownAddresses, changed);
    return replied === event ? event : touch(replied, context);
  });
  if (changed.size === 0) return { ics, changed: [] };
  return { ics: writeDocument(withZones(edited, stored.document, context.zone)), changed: [...changed] };
}

function answered(stored: Stored, target: Target): { document: IcsDocument; events: Component[] } {
  if (target.scope === 'following') {
    throw new MailboxError('unsupported', 'An invitation cannot be answered from one occurrence on.', {
      hint: 'Answer single occurrences (scope this) or the whole series (scope all).',
    });
  }
  if (target.scope === 'all' || !stored.set.recurring) {
    return { document: stored.document, events: eventsOf(stored.document) };
  }
  const { document, override } = withOverride(stored, target.occurrence);
  return { document, events: [override] };
}

/** @param changed gets the names of what differs now */
function withAnswer(
  event: Component,
  { response, comment }: Answer,
  ownAddresses: readonly string[],
  changed: Set<string>,
): Component {
  const status = response.toUpperCase();
  let edited = event;
  for (const line of ownAttendees(event, ownAddresses)) {
    if (paramsOf(line).PARTSTAT?.toUpperCase() === status) continue;
    changed.add('myStatus');
    const told = withParam(withParam(line, 'PARTSTAT', status), 'RSVP', undefined);
    edited = replaceItem(edited, line, told);
  }
  const commented = comment ? withComment(edited, comment) : edited;
  if (commented !== edited) changed.add('comment');
  return commented;
}

function withComment(event: Component, comment: string): Component {
  const text = rawValue(property('COMMENT', comment));
  const line = lineOf(event, commentName);
  if (line && rawValue(line) === text) return event;
  return setLine(event, line ? withValue(line, text) : property(commentName, text));
}
