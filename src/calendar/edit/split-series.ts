import type { EventFields } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { OccurrenceKey } from '../event.ts';
import {
  type Component,
  type ContentLine,
  type IcsDocument,
  linesOf,
  writeDocument,
} from '../ics/document.ts';
import { idOf, keyOf } from '../reading/event-set.ts';
import { sequenceOf } from '../reading/view.ts';
import type { EditContext, Edited } from './edit.ts';
import { editEvent } from './edit-event.ts';
import { property, textOf, withValue } from './lines.ts';
import { seriesFields } from './series-fields.ts';
import { setWhen } from './set-when.ts';
import { cutAt, isWhole, requireOwn, type Series, sideOfSeries, uncuttable } from './split-series-cut.ts';
import type { Cut } from './split-series-dates.ts';
import { requireSameOccurrences } from './split-series-proof.ts';
import { mapEvents, readStored, unlessEmpty } from './split-series-stored.ts';
import { setSequence, stamped, touch } from './stamp.ts';
import { addLine, editableDocument, lineOf, replaceComponent, setLine } from './tree.ts';
import { whenOf } from './when.ts';
import { withZones } from './with-zones.ts';

/**
 * This and the following: from the occurrence's original start on, a new series under its own UID with the fields applied, and
 * the old one ended before it; each names the other as its sibling (RFC 5545 §3.8.4.5). Whatever belongs to a later
 * occurrence (EXDATE, RDATE, overrides) goes along; no occurrence is lost, doubled or moved but by the fields. `ics` is
 * undefined when the old series keeps none. From the first occurrence on it is an edit of all.
 *
 * The new series is a new invitation: SEQUENCE 0, but answers to times that stay are still answers.
 * @throws MailboxError `not_found`; `forbidden` for somebody else's series; `unsupported` when it cannot be cut exactly;
 * `invalid_input` naming the field at fault.
 */
export function splitSeries(
  ics: string,
  occurrence: OccurrenceKey,
  given: EventFields,
  context: EditContext,
): Edited {
  const { series, cut } = cutAt(readStored(ics, context.zone), occurrence);
  requireOwn(series, context);
  if (isWhole(cut)) return editEvent(ics, { scope: 'all', occurrence }, given, context);
  const fields = seriesFields(series, occurrence, given, context);
  if (series.set.futures.length > 0)
    throw uncuttable('A change of this and the future stands in it already.');
  const uid = context.newUid();
  const [before, following] = [nearHalf(series, cut, uid, context), farHalf(series, cut, uid, context)];
  requireSameOccurrences(series, cut, [before, following], context.zone);
  const edited = editAll(writeDocument(following), fields, context);
  if (edited.changed.length === 0) return { ics, changed: [] };
  if (edited.ics === undefined) throw nothingFollows();
  const fresh = asNew(editableDocument(edited.ics));
  const text = writeDocument(withZones(fresh, undefined, context.zone));
  const { changed } = edited;
  return { ics: unlessEmpty(before, context.zone), changed, following: { uid, ics: text } };
}

function nearHalf(series: Series, cut: Cut, newUid: string, context: EditContext): IcsDocument {
  const { document, master } = sideOfSeries('before', series, cut);
  const linked = withSibling(master, newUid);
  return replaceComponent(document, master, stamped(linked, series.master, series.document, context));
}

function farHalf(series: Series, cut: Cut, uid: string, context: EditContext): IcsDocument {
  const { document, master } = sideOfSeries('from', series, cut);
  const { moments } = series;
  const when = whenOf(master, moments);
  const moved = setWhen(master, { ...when, start: cut.at }, when, moments);
  const oldUid = lineOf(master, 'UID');
  const linked = oldUid ? withSibling(moved, textOf(oldUid)) : moved;
  const started = replaceComponent(document, master, linked);
  return mapEvents(started, (event) => touch(setLine(event, uidLine(event, uid)), context));
}

function uidLine(event: Component, uid: string): ContentLine {
  const line = lineOf(event, 'UID');
  return line ? withValue(line, uid) : property('UID', uid);
}

function withSibling(event: Component, uid: string): Component {
  const isThere = linesOf(event, 'RELATED-TO').some((line) => textOf(line) === uid);
  return isThere ? event : addLine(event, property('RELATED-TO', uid, { RELTYPE: 'SIBLING' }));
}

/** The occurrence the edit was asked for may have changes of its own, which the fields then outrank. */
function editAll(ics: string, fields: EventFields, context: EditContext): Edited {
  const all = editEvent(ics, { scope: 'all' }, fields, context);
  if (all.ics === undefined) return all;
  const { set } = readStored(all.ics, context.zone);
  const first = set.master && keyOf(set.master.start);
  if (!first || !set.changes.has(idOf(first))) return all;
  const { recurrence: _recurrence, ...own } = fields;
  const one = editEvent(all.ics, { scope: 'this', occurrence: first }, own, context);
  return { ics: one.ics, changed: [...new Set([...all.changed, ...one.changed])] };
}

function asNew(document: IcsDocument): IcsDocument {
  return mapEvents(document, (event) => (sequenceOf(event) > 0 ? setSequence(event, 0) : event));
}

function nothingFollows(): MailboxError {
  return new MailboxError('invalid_input', 'With this recurrence nothing would follow.', {
    hint: 'To end the series here, use delete_event with scope following.',
  });
}
