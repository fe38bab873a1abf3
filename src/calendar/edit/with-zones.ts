import { ianaZone } from '../../content/zone-names.ts';
import type { TimeWindow } from '../event.ts';
import { type Component, componentsOf, type IcsDocument } from '../ics/document.ts';
import { instantOf, Moments } from '../reading/moment.ts';
import { dayMs } from '../time/wall.ts';
import { paramsOf, textOf } from './lines.ts';
import { isSeries } from './set-rule.ts';
import { addComponent, calendarsOf, eventsOf, lineOf, replaceComponent } from './tree.ts';
import { vtimezone } from './vtimezone.ts';

/**
 * The document with a VTIMEZONE (RFC 5545 §3.6.5) for each TZID that `before` did not name. What was named there without a
 * definition stays so: nobody edited it.
 * @param userZone IANA name
 */
export function withZones(
  document: IcsDocument,
  before: IcsDocument | undefined,
  userZone: string,
): IcsDocument {
  const known = new Set([...(before ? namesUsed(before) : []), ...namesDefined(document)]);
  const missing = [...namesUsed(document)].filter((tzid) => !known.has(tzid) && ianaZone(tzid));
  if (missing.length === 0) return document;
  const span = spanOf(document, userZone);
  return missing.reduce((grown, tzid) => withZone(grown, vtimezone(tzid, span)), document);
}

function withZone(document: IcsDocument, zone: Component): IcsDocument {
  const [calendar] = calendarsOf(document);
  return calendar ? replaceComponent(document, calendar, addComponent(calendar, zone)) : document;
}

function namesUsed(document: IcsDocument): Set<string> {
  const lines = eventsOf(document).flatMap(({ items }) => items.filter((item) => item.kind === 'line'));
  return new Set(lines.flatMap((line) => paramsOf(line).TZID ?? []));
}

function namesDefined(document: IcsDocument): string[] {
  const zones = calendarsOf(document).flatMap((calendar) => componentsOf(calendar, 'VTIMEZONE'));
  return zones.flatMap((zone) => {
    const line = lineOf(zone, 'TZID');
    return line ? [textOf(line).trim()] : [];
  });
}

/** What the times of the events cover, generously. */
function spanOf(document: IcsDocument, userZone: string): TimeWindow {
  const moments = new Moments(document, userZone);
  const events = eventsOf(document);
  const named = ['DTSTART', 'DTEND', 'RECURRENCE-ID', 'RDATE', 'EXDATE'];
  const instants = events
    .flatMap((event) => named.flatMap((name) => moments.all(event, name)))
    .map((moment) => instantOf(moment));
  const to = events.some(isSeries) ? Number.POSITIVE_INFINITY : Math.max(...instants) + 366 * dayMs;
  return { from: Math.min(...instants), to };
}
