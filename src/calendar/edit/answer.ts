import { MailboxError } from '../../domain/errors.ts';
import type { OccurrenceKey } from '../event.ts';
import { type Component, type IcsDocument, writeDocument } from '../ics/document.ts';
import { isAnsweredAlone, occurrencesIn, ownAnswer, ownAttendees, ownCommentName } from './answer-own.ts';
import type { AnswerTarget, EditContext, Edited, OwnAnswer } from './edit.ts';
import { paramsOf, property, rawValue, withParam, withValue } from './lines.ts';
import { overrideAt, withOverride } from './override.ts';
import { mapEvents, readStored, type Stored } from './split-series-stored.ts';
import { touchCopy } from './stamp.ts';
import { addLine, eventsOf, lineOf, removeLines, replaceComponent, replaceItem, setLine } from './tree.ts';
import { withZones } from './with-zones.ts';

/**
 * Sets PARTSTAT of the own ATTENDEE lines and takes their RSVP: in single occurrences (an override, made where there is none),
 * or in the series and all of its overrides the account is invited to. SEQUENCE is the organizer's and stays (RFC 5546 §2.1.4).
 * @throws MailboxError `not_found` when there is no such occurrence or no own address is invited; `unsupported` for `following`.
 */
export function answer(ics: string, target: AnswerTarget, given: OwnAnswer, context: EditContext): Edited {
  const stored = readStored(ics, context.zone);
  const { document, events } = answered(stored, target);
  const { ownAddresses } = context;
  const meant = new Set(events.filter((event) => given.joins || ownAnswer(event, ownAddresses)));
  if (meant.size === 0) {
    throw new MailboxError('not_found', 'No own address is invited to this event.', {
      hint: 'Only invitations can be answered; own events are changed with update_event.',
    });
  }
  // A comment on the series stands there alone.
  const ofSeries = target.scope === 'all' && stored.master && meant.has(stored.master) && stored.master;
  const changed = new Set<string>();
  const edited = mapEvents(document, (event) => {
    if (!meant.has(event) || staysSo(event, stored, given, ownAddresses)) return event;
    const said = ofSeries && event !== ofSeries ? { ...given, comment: undefined } : given;
    const replied = withAnswer(event, said, context, changed);
    return replied === event ? event : touchCopy(replied, context);
  });
  if (changed.size === 0) return { ics, changed: [] };
  return { ics: writeDocument(withZones(edited, stored.document, context.zone)), changed: [...changed] };
}

function answered(stored: Stored, target: AnswerTarget): { document: IcsDocument; events: Component[] } {
  if (target.scope === 'following') {
    throw new MailboxError('unsupported', 'An invitation cannot be answered from one occurrence on.', {
      hint: 'Answer single occurrences (scope this) or the whole series (scope all).',
    });
  }
  if (target.scope === 'all' || !stored.set.recurring) {
    return { document: stored.document, events: eventsOf(stored.document) };
  }
  const events: Component[] = [];
  let { document } = stored;
  for (const occurrence of occurrencesIn(target)) {
    const grown = withOccurrence({ ...stored, document }, occurrence);
    document = grown.document;
    events.push(grown.override);
  }
  return { document, events };
}

/** A comment on the series says nothing of one occurrence. */
function withOccurrence(stored: Stored, occurrence: OccurrenceKey) {
  const grown = withOverride(stored, occurrence);
  if (overrideAt(stored, occurrence)) return grown;
  const override = removeLines(grown.override, [ownCommentName]);
  return { document: replaceComponent(grown.document, grown.override, override), override };
}

function staysSo(
  event: Component,
  { master }: Stored,
  { keepsSingles, response }: OwnAnswer,
  ownAddresses: readonly string[],
): boolean {
  if (!keepsSingles || !master || event === master || response === 'declined') return false;
  return isAnsweredAlone(event, master, ownAddresses);
}

/** @param changed gets the names of what differs now */
function withAnswer(
  event: Component,
  { response, comment }: OwnAnswer,
  context: EditContext,
  changed: Set<string>,
): Component {
  const status = response.toUpperCase();
  let edited = withOwnLine(event, context);
  for (const line of ownAttendees(edited, context.ownAddresses)) {
    if (paramsOf(line).PARTSTAT?.toUpperCase() === status) continue;
    changed.add('myStatus');
    const told = withParam(withParam(line, 'PARTSTAT', status), 'RSVP', undefined);
    edited = replaceItem(edited, line, told);
  }
  const commented = withComment(edited, comment);
  if (commented !== edited) changed.add('comment');
  return commented;
}

function withOwnLine(event: Component, { ownAddresses, ownName }: EditContext): Component {
  if (ownAttendees(event, ownAddresses).length > 0) return event;
  return addLine(event, property('ATTENDEE', `mailto:${ownAddresses[0] ?? ''}`, { CN: ownName }));
}

function withComment(event: Component, comment: string | undefined): Component {
  if (!comment) return removeLines(event, [ownCommentName]);
  const text = rawValue(property('COMMENT', comment));
  const line = lineOf(event, ownCommentName);
  if (line && rawValue(line) === text) return event;
  return setLine(event, line ? withValue(line, text) : property(ownCommentName, text));
}
