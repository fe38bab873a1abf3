import { MailboxError } from '../../domain/errors.ts';
import { type Component, type ContentLine, linesOf, writeDocument } from '../ics/document.ts';
import { firstOwnAttendee, occurrencesIn } from './answer-own.ts';
import type { AnswerTarget, EditContext } from './edit.ts';
import { productId, wireCalendar, wireLine, wireLines } from './itip-wire.ts';
import { property, rawValue, withParam } from './lines.ts';
import { withOverride } from './override.ts';
import { readStored, type Stored } from './split-series-stored.ts';
import { formatUtc, nextSequence } from './stamp.ts';
import { component, eventsOf, lineOf } from './tree.ts';

type ItipContext = EditContext & { comment?: string | undefined };

type Writer = (stored: Stored, target: AnswerTarget, context: ItipContext) => Component[];

/** What names the event and the occurrence, and lets a person see which one is meant. */
const identifying = ['UID', 'RECURRENCE-ID', 'ORGANIZER', 'SUMMARY', 'DTSTART', 'DTEND', 'DURATION'];

/** What a client notes for itself or its server, and what only answers carry (RFC 5546 §3.2.2). */
const privateLine = /^(?:DTSTAMP|REQUEST-STATUS|X-MOZ-.*|X-CALENDARSERVER-.*|X-LIC-.*)$/u;

/**
 * An iMIP object of the stored text (RFC 5546 §3.2.2, §3.2.3, §3.2.5): METHOD, the events of one UID with what that method
 * may carry and no alarms, and a VTIMEZONE for each TZID; CRLF, folded. `this` is that occurrence alone, `these` are those.
 * @throws MailboxError `not_found` when there is no such occurrence, or no own line to reply with; `unsupported` for
 * `following` (each of its two series is announced by itself, as `all`) and for an event nobody organises.
 */
export function itip(
  ics: string,
  method: 'REQUEST' | 'REPLY' | 'CANCEL',
  target: AnswerTarget,
  context: ItipContext,
): string {
  const stored = readStored(ics, context.zone);
  const events = writers[method](stored, target, context);
  const lines = [property('VERSION', '2.0'), property('PRODID', productId), property('METHOD', method)];
  return writeDocument(wireCalendar(lines, events, stored.document));
}

const writers: Record<'REQUEST' | 'REPLY' | 'CANCEL', Writer> = {
  REQUEST: (stored, target, context) =>
    eventsMeant(stored, target).map((event) =>
      message(
        wireLines(event).filter(({ name }) => !privateLine.test(name)),
        context,
      ),
    ),
  REPLY: (stored, target, context) => {
    const replies = replyEvents(eventsMeant(stored, target), context);
    if (replies.length > 0) return replies;
    throw new MailboxError('not_found', 'No own address is invited to this event.');
  },
  CANCEL: (stored, target, context) => cancellations(eventsMeant(stored, target), stored, context),
};

function eventsMeant(stored: Stored, target: AnswerTarget): Component[] {
  if (target.scope === 'following') {
    throw new MailboxError('unsupported', 'No invitation mail can say "this and the following".', {
      hint: 'Announce the shortened series and the new one, each as a whole.',
    });
  }
  const { document, set } = stored;
  const isPart = target.scope !== 'all' && set.recurring;
  const events = isPart
    ? occurrencesIn(target).map((occurrence) => withOverride(stored, occurrence).override)
    : eventsOf(document);
  // People may be invited to single occurrences of a series that is nobody else's business.
  const organised = events.filter((event) => lineOf(event, 'ORGANIZER'));
  if (organised.length > 0) return organised;
  throw new MailboxError('unsupported', 'Nobody organises this event, so nobody can be written to about it.');
}

/** A comment on a series is said once, with the series. */
function replyEvents(events: readonly Component[], context: ItipContext): Component[] {
  const mine = events.filter((event) => firstOwnAttendee(event, context.ownAddresses));
  const silent = { ...context, comment: undefined };
  const hasSeries = mine.some(isWhole);
  return mine.flatMap((event) => reply(event, hasSeries && !isWhole(event) ? silent : context));
}

/** Exactly one ATTENDEE, the SEQUENCE answered (RFC 5546 §3.2.3); nothing of what else the calendar holds. */
function reply(event: Component, context: ItipContext): Component[] {
  const own = firstOwnAttendee(event, context.ownAddresses);
  if (!own) return [];
  const lines = wireLines(event).filter(({ name }) => name === 'SEQUENCE' || identifying.includes(name));
  return [
    message([...lines, withParam(wireLine(own), 'RSVP', undefined), ...commentLines(context)], context),
  ];
}

function isWhole(event: Component): boolean {
  return lineOf(event, 'RECURRENCE-ID') === undefined;
}

/** Of a whole series the master stands for all, with everybody who is invited to any part of it (RFC 5546 §3.2.5). */
function cancellations(
  events: readonly Component[],
  { document }: Stored,
  context: ItipContext,
): Component[] {
  const masters = events.filter(isWhole);
  return (masters.length > 0 ? masters : events).map((event) => {
    const lines = wireLines(event).filter(({ name }) => identifying.includes(name));
    const attendees = attendeesOf(masters.includes(event) ? events : [event]);
    const state = [property('SEQUENCE', String(nextSequence(document))), property('STATUS', 'CANCELLED')];
    return message([...lines, ...state, ...attendees, ...commentLines(context)], context);
  });
}

function attendeesOf(events: readonly Component[]): ContentLine[] {
  const byAddress = new Map<string, ContentLine>();
  for (const line of events.flatMap((event) => linesOf(event, 'ATTENDEE'))) {
    const address = rawValue(line).trim().toLowerCase();
    if (!byAddress.has(address)) byAddress.set(address, wireLine(line));
  }
  return [...byAddress.values()];
}

function message(lines: readonly ContentLine[], { now }: EditContext): Component {
  return component('VEVENT', [property('DTSTAMP', formatUtc(now)), ...lines]);
}

function commentLines({ comment }: ItipContext): ContentLine[] {
  return comment ? [property('COMMENT', comment)] : [];
}
