import type { OccurrenceKey } from '../event.ts';
import { type Component, type IcsDocument, writeDocument } from '../ics/document.ts';
import { keyOf } from '../reading/event-set.ts';
import { isAnsweredAlone, ownAnswer, ownCommentName } from './answer-own.ts';
import { definedAs } from './defined-as.ts';
import type { EditContext, Merged } from './edit.ts';
import { isTakenOut, withoutExdate } from './merge-exdates.ts';
import { occurrenceOf, staysAt, withAnswerOf, withOwn } from './merge-own.ts';
import { withSurvivors } from './merge-survivors.ts';
import { overrideAt, withOverride } from './override.ts';
import { readStored, type Stored } from './split-series-stored.ts';
import { addComponent, calendarsOf, eventsOf, removeLines, replaceComponent } from './tree.ts';
import { withZones } from './with-zones.ts';

type MergeContext = Pick<EditContext, 'zone' | 'ownAddresses'>;
type MergedDocument = Omit<Merged, 'ics'> & { document: IcsDocument };

/**
 * The stored event with a newer version of it that came by mail (RFC 5546 §3.2.2): what the organizer says takes its place,
 * alarms, own lines and own answers stay. A mail about single occurrences changes those alone.
 * @param mailed as `storable` gives it
 * @throws MailboxError `not_found` when the stored series has no such occurrence; `unsupported` when one is damaged.
 */
export function mergeInvitation(stored: string, mailed: string, context: MergeContext): Merged {
  const [held, came] = [readStored(stored, context.zone), readStored(mailed, context.zone)];
  const { document, ...fates } = merged(held, came, context);
  const base = came.master ? came : held;
  const defined = definedAs(document, [held.document, came.document]);
  return { ics: writeDocument(withZones(defined, base.document, context.zone)), ...fates };
}

function merged(held: Stored, came: Stored, context: MergeContext): MergedDocument {
  if (!came.master) return { ...untold, ...partOf(held, came, context) };
  const whole = wholeOf(held, came, context);
  if (held.master) {
    const restored = keysIn(came).filter((key) => isTakenOut(held.set, key));
    return { ...withSurvivors(whole.document, held, came, context), restored, reasked: whole.reasked };
  }
  // Single occurrences that came before their series are answered already.
  const lone = eventsOf(held.document).filter((event) => !isBrought(event, held, came));
  return { ...untold, document: lone.reduce(withEvent, whole.document) };
}

const untold = { kept: [], dropped: [], restored: [], reasked: [] };

/** Of the single occurrences it brings. */
function keysIn({ set }: Stored): OccurrenceKey[] {
  return [...set.changes.values()].map(({ original }) => keyOf(original));
}

function isBrought(event: Component, held: Stored, came: Stored): boolean {
  const key = occurrenceOf(event, held.moments, came);
  return !key || overrideAt(came, key) !== undefined;
}

function wholeOf(held: Stored, came: Stored, { ownAddresses }: MergeContext) {
  const reasked: OccurrenceKey[] = [];
  const document = eventsOf(came.document).reduce((left, event) => {
    const key = occurrenceOf(event, came.moments, held);
    const counterpart = key ? overrideAt(held, key) : held.master;
    if (!counterpart) return left;
    const own = withOwn(event, counterpart);
    if (!key || !held.master || !isAnsweredAlone(counterpart, held.master, ownAddresses))
      return replaceComponent(left, event, own);
    if (staysAt(key, held, came))
      return replaceComponent(left, event, withAnswerOf(own, counterpart, ownAddresses));
    if (ownAnswer(event, ownAddresses) !== ownAnswer(counterpart, ownAddresses)) reasked.push(key);
    return replaceComponent(left, event, own);
  }, came.document);
  return { document, reasked };
}

function partOf(held: Stored, came: Stored, { zone }: MergeContext) {
  const restored: OccurrenceKey[] = [];
  let left = held;
  for (const event of eventsOf(came.document)) {
    const key = occurrenceOf(event, came.moments, held);
    if (!key) continue;
    const known = overrideAt(held, key);
    if (!held.master && !known) {
      left = { ...left, document: withEvent(left.document, event) };
      continue;
    }
    if (isTakenOut(held.set, key)) {
      left = withoutExdate(left, key, zone);
      restored.push(key);
    }
    const grown = withOverride(left, key);
    // What was commented on the series says nothing of one occurrence.
    const own = known ?? removeLines(grown.override, [ownCommentName]);
    left = { ...left, document: replaceComponent(grown.document, grown.override, withOwn(event, own)) };
  }
  return { document: left.document, restored };
}

/** Of a series that is not stored as a whole, one more occurrence. */
function withEvent(document: IcsDocument, event: Component): IcsDocument {
  const [calendar] = calendarsOf(document);
  return calendar ? replaceComponent(document, calendar, addComponent(calendar, event)) : document;
}
