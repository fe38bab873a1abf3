import {
  type Component,
  type ContentLine,
  componentsOf,
  type IcsDocument,
  unfolded,
} from '../ics/document.ts';
import { paramsOf, textOf, withParam, withValue } from './lines.ts';
import { calendarsOf, component, lineOf } from './tree.ts';

export const productId = '-//mailbox-mcp-server//EN';

/** What a client tells its own server (RFC 6638 §7): never part of an iTIP message, and not a sender's to decide. */
const serverParams = ['SCHEDULE-AGENT', 'SCHEDULE-FORCE-SEND', 'SCHEDULE-STATUS'];

/** The line as every parser takes it: CRLF, folded at 75 octets, and no character at which any of them might break. */
export function wireLine(line: ContentLine): ContentLine {
  const text = unfolded(line.raw).replace(/^\uFEFF/u, '');
  // An empty line that gets the whole text as its value: cleaned and folded like any new line.
  const { raw } = withValue({ kind: 'line', name: '', raw: '' }, text);
  return withoutServerParams({ ...line, raw });
}

/** The lines of a component as they may travel, without METHOD, which each message says anew; what is no line is left out. */
export function wireLines({ items }: Component): ContentLine[] {
  return items.flatMap((item) =>
    item.kind === 'line' && item.name !== '' && item.name !== 'METHOD' ? [wireLine(item)] : [],
  );
}

/** A VTIMEZONE as it may travel: its lines and its observances. */
function wireZone(zone: Component): Component {
  const observances = zone.items.flatMap((item) =>
    item.kind === 'component' && (item.name === 'STANDARD' || item.name === 'DAYLIGHT')
      ? [component(item.name, wireLines(item))]
      : [],
  );
  return component('VTIMEZONE', [...wireLines(zone), ...observances]);
}

/** The definitions of the zones these components name, as far as the document has them; each once. */
export function zonesUsed(components: readonly Component[], document: IcsDocument): Component[] {
  const items = components.flatMap((used) => used.items);
  const used = new Set(items.flatMap((item) => (item.kind === 'line' ? (paramsOf(item).TZID ?? []) : [])));
  const zones = new Map<string, Component>();
  for (const zone of calendarsOf(document).flatMap((calendar) => componentsOf(calendar, 'VTIMEZONE'))) {
    const name = lineOf(zone, 'TZID');
    const tzid = name ? textOf(name).trim() : '';
    if (used.has(tzid) && !zones.has(tzid)) zones.set(tzid, wireZone(zone));
  }
  return [...zones.values()];
}

function withoutServerParams(line: ContentLine): ContentLine {
  if (line.name !== 'ATTENDEE' && line.name !== 'ORGANIZER') return line;
  return serverParams.reduce((cleaned, name) => withParam(cleaned, name, undefined), line);
}
