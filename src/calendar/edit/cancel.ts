import type { OccurrenceKey } from '../event.ts';
import type { Component, IcsDocument } from '../ics/document.ts';
import { idOf, inTypeOf, keyOf } from '../reading/event-set.ts';
import type { EditContext, Edited, Target } from './edit.ts';
import { momentLine, originalIn, readMoment } from './moment-line.ts';
import { requireSingle } from './override.ts';
import { cutAt, isWhole, requireOwn, sideOfSeries } from './split-series-cut.ts';
import { withoutDate } from './split-series-dates.ts';
import {
  hasOccurrence,
  instanceAt,
  mapEvents,
  noSuchOccurrence,
  readStored,
  type Stored,
  unlessEmpty,
} from './split-series-stored.ts';
import { stamped } from './stamp.ts';
import { addLine, lineOf, replaceComponent } from './tree.ts';
import { withZones } from './with-zones.ts';

/**
 * Takes out one occurrence (EXDATE in the zone and type of DTSTART, or its RDATE; its override goes), it and the
 * following (UNTIL or COUNT, and later dates and overrides go), or all. `ics` is undefined where nothing is left.
 * @throws MailboxError `not_found` when there is no such occurrence; `forbidden` for `following` of somebody else's series;
 * `unsupported` when the series cannot be cut exactly.
 */
export function cancel(ics: string, target: Target, context: EditContext): Edited {
  const changed = ['cancelled'];
  if (target.scope === 'all') return { ics: undefined, changed };
  const stored = readStored(ics, context.zone);
  if (!hasOccurrence(stored.set, target.occurrence)) throw noSuchOccurrence();
  if (target.scope === 'this') requireSingle(stored.set, target.occurrence);
  const left =
    target.scope === 'this'
      ? withoutOccurrence(stored, target.occurrence, context)
      : withoutFollowing(stored, target.occurrence, context);
  if (!left) return { ics: undefined, changed };
  return { ics: unlessEmpty(withZones(left, stored.document, context.zone), context.zone), changed };
}

function withoutFollowing(stored: Stored, key: OccurrenceKey, context: EditContext): IcsDocument | undefined {
  const { series, cut } = cutAt(stored, key);
  requireOwn(series, context);
  if (isWhole(cut)) return undefined;
  const { document, master } = sideOfSeries('before', series, cut);
  return replaceComponent(document, master, stamped(master, series.master, series.document, context));
}

function withoutOccurrence(stored: Stored, key: OccurrenceKey, context: EditContext): IcsDocument {
  const { document, master } = stored;
  return mapEvents(document, (event) => {
    if (event !== master) return isAt(event, key, stored) ? undefined : event;
    return stamped(withoutInstance(master, key, stored), master, document, context);
  });
}

function withoutInstance(master: Component, key: OccurrenceKey, stored: Stored): Component {
  const { set, moments } = stored;
  const start = set.master?.start;
  const gone = instanceAt(set, key)?.start ?? set.changes.get(idOf(key))?.original;
  if (!start || !gone) return master;
  if (isOnlyDate(stored, key)) return withoutDate(master, gone, start, moments);
  return addLine(master, momentLine('EXDATE', originalIn(start, gone)));
}

/** An RDATE the rule does not have, too: taking it back says more plainly than an EXDATE that it is gone. */
function isOnlyDate({ set }: Stored, key: OccurrenceKey): boolean {
  return instanceAt(set, key) !== undefined && instanceAt({ ...set, dates: [] }, key) === undefined;
}

function isAt(override: Component, key: OccurrenceKey, { set, moments }: Stored): boolean {
  const line = lineOf(override, 'RECURRENCE-ID');
  const start = set.master?.start;
  const original = line && readMoment(line, moments, start?.clock);
  return original !== undefined && idOf(keyOf(inTypeOf(start, original, moments.user))) === idOf(key);
}
