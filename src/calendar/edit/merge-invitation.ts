import { type Component, type IcsDocument, writeDocument } from '../ics/document.ts';
import { isAnsweredAlone, ownCommentName } from './answer-own.ts';
import { definedAs } from './defined-as.ts';
import type { EditContext, Merged } from './edit.ts';
import { occurrenceOf, staysAt, withAnswerOf, withOwn } from './merge-own.ts';
import { withSurvivors } from './merge-survivors.ts';
import { overrideAt, withOverride } from './override.ts';
import { readStored, type Stored } from './split-series-stored.ts';
import { addComponent, calendarsOf, eventsOf, removeLines, replaceComponent } from './tree.ts';
import { withZones } from './with-zones.ts';

type MergeContext = Pick<EditContext, 'zone' | 'ownAddresses'>;

/**
 * The stored event with a newer version of it that came by mail (RFC 5546 §3.2.2): what the organizer says takes its place,
 * alarms, own lines and own answers stay. A mail about single occurrences changes those alone.
 * @param mailed as `storable` gives it
 * @throws MailboxError `not_found` when the stored series has no such occurrence; `unsupported` when one is damaged.
 */
export function mergeInvitation(stored: string, mailed: string, context: MergeContext): Merged {
  const [held, came] = [readStored(stored, context.zone), readStored(mailed, context.zone)];
  const { document, kept, dropped } = merged(held, came, context);
  const base = came.master ? came : held;
  const defined = definedAs(document, [held.document, came.document]);
  return { ics: writeDocument(withZones(defined, base.document, context.zone)), kept, dropped };
}

function merged(held: Stored, came: Stored, context: MergeContext) {
  if (!came.master) return { document: partOf(held, came), kept: [], dropped: [] };
  const whole = wholeOf(held, came, context);
  if (held.master) return withSurvivors(whole, held, came, context);
  // Single occurrences that came before their series are answered already.
  const lone = eventsOf(held.document).filter((event) => !isBrought(event, held, came));
  return { document: lone.reduce(withEvent, whole), kept: [], dropped: [] };
}

function isBrought(event: Component, held: Stored, came: Stored): boolean {
  const key = occurrenceOf(event, held.moments, came);
  return !key || overrideAt(came, key) !== undefined;
}

function wholeOf(held: Stored, came: Stored, { ownAddresses }: MergeContext): IcsDocument {
  return eventsOf(came.document).reduce((left, event) => {
    const key = occurrenceOf(event, came.moments, held);
    const counterpart = key ? overrideAt(held, key) : held.master;
    if (!counterpart) return left;
    const own = withOwn(event, counterpart);
    const isAnswered =
      key &&
      held.master &&
      isAnsweredAlone(counterpart, held.master, ownAddresses) &&
      staysAt(key, held, came);
    return replaceComponent(left, event, isAnswered ? withAnswerOf(own, counterpart, ownAddresses) : own);
  }, came.document);
}

function partOf(held: Stored, came: Stored): IcsDocument {
  return eventsOf(came.document).reduce((left, event) => {
    const key = occurrenceOf(event, came.moments, held);
    if (!key) return left;
    const known = overrideAt(held, key);
    if (!held.master && !known) return withEvent(left, event);
    const grown = withOverride({ ...held, document: left }, key);
    // What was commented on the series says nothing of one occurrence.
    const own = known ?? removeLines(grown.override, [ownCommentName]);
    return replaceComponent(grown.document, grown.override, withOwn(event, own));
  }, held.document);
}

/** Of a series that is not stored as a whole, one more occurrence. */
function withEvent(document: IcsDocument, event: Component): IcsDocument {
  const [calendar] = calendarsOf(document);
  return calendar ? replaceComponent(document, calendar, addComponent(calendar, event)) : document;
}
