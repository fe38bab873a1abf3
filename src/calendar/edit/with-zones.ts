import { ianaZone } from '../../content/zone-names.ts';
import type { TimeWindow } from '../event.ts';
import { type Component, type ContentLine, componentsOf, type IcsDocument } from '../ics/document.ts';
import { instantOf, Moments } from '../reading/moment.ts';
import { dayMs } from '../time/wall.ts';
import { paramsOf, textOf } from './lines.ts';
import { isSeries } from './set-rule.ts';
import { addComponent, calendarsOf, eventsOf, lineOf, replaceComponent } from './tree.ts';
import { vtimezone } from './vtimezone.ts';

/**
 * The document with a VTIMEZONE (RFC 5545 §3.6.5) for each TZID of a line that `before` did not hold. What is named without
 * a definition in lines nobody edited stays so.
 * @param userZone IANA name
 */
export function withZones(
  document: IcsDocument,
  before: IcsDocument | undefined,
  userZone: string,
): IcsDocument {
  const defined = new Set(namesDefined(document));
  const missing = [...namesWritten(document, before)].filter((tzid) => !defined.has(tzid) && ianaZone(tzid));
  if (missing.length === 0) return document;
  const span = spanOf(document, userZone);
  return missing.reduce((grown, tzid) => withZone(grown, vtimezone(tzid, span)), document);
}

function withZone(document: IcsDocument, zone: Component): IcsDocument {
  const [calendar] = calendarsOf(document);
  return calendar ? replaceComponent(document, calendar, addComponent(calendar, zone)) : document;
}

function namesWritten(document: IcsDocument, before: IcsDocument | undefined): Set<string> {
  const old = new Set(before && linesOfEvents(before).map(({ raw }) => raw));
  const written = linesOfEvents(document).filter(({ raw }) => !old.has(raw));
  return new Set(written.flatMap((line) => paramsOf(line).TZID ?? []));
}

function linesOfEvents(document: IcsDocument): ContentLine[] {
  return eventsOf(document).flatMap(({ items }) => items.filter((item) => item.kind === 'line'));
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
