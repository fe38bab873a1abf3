import { MailboxError } from '../../domain/errors.ts';
import {
  type Component,
  type ContentLine,
  componentsOf,
  type IcsDocument,
  unfolded,
} from '../ics/document.ts';
import { paramsOf, textOf, withParam, withValue } from './lines.ts';
import { calendarsOf, component, lineOf } from './tree.ts';
import { withZones } from './with-zones.ts';

export const productId = '-//mailbox-mcp-server//EN';

/** What a client tells its own server (RFC 6638 §7): never part of an iTIP message, and not a sender's to decide. */
const serverParams = ['SCHEDULE-AGENT', 'SCHEDULE-FORCE-SEND', 'SCHEDULE-STATUS'];

/** No person needs more; tens of thousands of parameters would only take time. */
const maxPersonChars = 10_000;

const maxZones = 10;

/** The line as every parser takes it: CRLF, folded at 75 octets, and no character at which any of them might break. */
export function wireLine(line: ContentLine): ContentLine {
  const text = unfolded(line.raw).replace(/^\uFEFF/u, '');
  // An empty line that gets the whole text as its value: cleaned and folded like any new line.
  const { raw } = withValue({ kind: 'line', name: '', raw: '' }, text);
  return withoutServerParams({ ...line, raw });
}

/** The lines of a component as they may travel, without METHOD, which each message says anew; what is no line is left out. */
export function wireLines({ items }: Component): ContentLine[] {
  return items.flatMap((item) => (item.kind === 'line' && travels(item) ? [wireLine(item)] : []));
}

function travels({ name, raw }: ContentLine): boolean {
  return name !== '' && name !== 'METHOD' && !(isPerson(name) && raw.length > maxPersonChars);
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

/**
 * A VCALENDAR of these lines and events with a VTIMEZONE for each TZID they name (RFC 5545 §3.6.5): as `source` defines
 * it, else by its name.
 * @throws MailboxError `unsupported` for more zones than any invitation has: each takes its time to define.
 */
export function wireCalendar(
  lines: readonly ContentLine[],
  events: readonly Component[],
  source: IcsDocument,
): IcsDocument {
  const used = namesUsed(events);
  if (used.size > maxZones) {
    throw new MailboxError('unsupported', `The event names more than ${maxZones} time zones.`);
  }
  const zones = new Map<string, Component>();
  for (const zone of calendarsOf(source).flatMap((calendar) => componentsOf(calendar, 'VTIMEZONE'))) {
    const name = lineOf(zone, 'TZID');
    const tzid = name ? textOf(name).trim() : '';
    if (used.has(tzid) && !zones.has(tzid)) zones.set(tzid, wireZone(zone));
  }
  const calendar = component('VCALENDAR', [...lines, ...zones.values(), ...events]);
  return withZones({ items: [calendar] }, undefined, 'UTC');
}

function namesUsed(events: readonly Component[]): Set<string> {
  const items = events.flatMap((event) => event.items);
  return new Set(items.flatMap((item) => (item.kind === 'line' ? (paramsOf(item).TZID ?? []) : [])));
}

function withoutServerParams(line: ContentLine): ContentLine {
  if (!isPerson(line.name)) return line;
  return serverParams.reduce((cleaned, name) => withParam(cleaned, name, undefined), line);
}

function isPerson(name: string): boolean {
  return name === 'ATTENDEE' || name === 'ORGANIZER';
}
