import { type IcsDocument, writeDocument } from '../ics/document.ts';
import { type EventSet, inTypeOf, keyOf } from '../reading/event-set.ts';
import type { Moment } from '../reading/moment.ts';
import { readMoment } from './moment-line.ts';
import { filterExdates } from './series-dates.ts';
import { instanceAt, readStored } from './split-series-stored.ts';
import { lineOf, overridesOf, replaceComponent } from './tree.ts';

/**
 * A series without the overrides and EXDATEs of instances its rule does not have: Open-Xchange drops them on a changed
 * rule, others would show the overrides as events of their own.
 */
export function withoutOrphans(
  document: IcsDocument,
  zone: string,
): { document: IcsDocument; dropped: boolean } {
  const { document: read, master, set, moments } = readStored(writeDocument(document), zone);
  const start = set.master?.start;
  if (!master || !start) return { document, dropped: false };
  const whole: EventSet = { ...set, excluded: { ...set.excluded, ids: new Set(), days: new Set() } };
  const isInstance = (moment: Moment) =>
    instanceAt(whole, keyOf(inTypeOf(start, moment, moments.user))) !== undefined;
  // A day among times may take out several instances; where it has none left it does no harm.
  const pruned = filterExdates(master, start, moments, (moment) =>
    moment.allDay !== start.allDay ? true : isInstance(moment),
  );
  const orphans = overridesOf(read).filter((override) => {
    const line = lineOf(override, 'RECURRENCE-ID');
    const original = line && readMoment(line, moments, start.clock);
    return original && !isInstance(original);
  });
  const left = orphans.reduce((kept, orphan) => replaceComponent(kept, orphan), read);
  return {
    document: replaceComponent(left, master, pruned),
    dropped: orphans.length > 0 || pruned !== master,
  };
}
