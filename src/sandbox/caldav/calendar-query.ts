import { type CalendarCollection, CalendarResource } from './calendars.ts';
import { type DavContext, DavRefusal } from './exchange.ts';
import { type IcsComponent, objectsOf, recurrenceId, writeIcs } from './ics.ts';
import { type Listed, listed } from './listing.ts';
import { always, overlaps, type Span, spanOf } from './span.ts';
import { child, childrenOf, type XmlElement } from './xml.ts';

/** calendar-query (RFC 4791 §7.8). `expand` is not looked at: both give whole resources. @throws DavRefusal */
export function calendarQuery(
  context: DavContext,
  collection: CalendarCollection,
  asked: XmlElement,
): Listed[] {
  const outer = child(child(asked, 'C:filter'), 'C:comp-filter');
  const filter = child(outer, 'C:comp-filter');
  const kind = filter?.attributes.name ?? '';
  const known = outer?.attributes.name === 'VCALENDAR' && (kind === 'VEVENT' || kind === 'VTODO');
  if (!known || !filter) throw new DavRefusal(403, 'C:supported-filter');
  const window = windowOf(child(filter, 'C:time-range'));
  const properties = context.dialect.filters ? childrenOf(filter, 'C:prop-filter') : [];
  return listed(context, collection).flatMap((found) => {
    const { calendar } = found.resource;
    const objects = objectsOf(calendar).filter(({ name }) => name === kind);
    const inside = objects.filter((object) => overlaps(spanOf(object), window));
    if (!calendar || !inside.some((object) => properties.every((one) => matches(object, one)))) return [];
    if (context.dialect.filters || inside.length === objects.length) return [found];
    return [{ ...found, resource: significant(found.resource, calendar, inside) }];
  });
}

/**
 * Open-Xchange builds a body of the overrides alone when only those lie inside and the master does not
 * (`EventResource.generateIcal`): no base for a PUT.
 */
function significant(
  resource: CalendarResource,
  calendar: IcsComponent,
  inside: readonly IcsComponent[],
): CalendarResource {
  if (inside.some((object) => recurrenceId(object) === '')) return resource;
  const zones = calendar.parts.filter(({ name }) => name === 'VTIMEZONE');
  const body = writeIcs({ ...calendar, parts: [...zones, ...inside] });
  const { name, revision, scheduleRevision, modified } = resource;
  return new CalendarResource(name, body, revision, scheduleRevision, modified);
}

/** Times must be in UTC, in exactly this form. */
function windowOf(range: XmlElement | undefined): Span {
  if (!range) return always;
  const { start, end } = range.attributes;
  return { from: instant(start) ?? -Infinity, to: instant(end) ?? Infinity };
}

function instant(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const fields = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/u.exec(value)?.slice(1).map(Number);
  if (!fields) throw new DavRefusal(400, 'C:valid-filter');
  const [year = 0, month = 1, day, hour, minute, second] = fields;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function matches(object: IcsComponent, filter: XmlElement): boolean {
  const values = object.lines.filter(({ name }) => name === filter.attributes.name?.toUpperCase());
  if (child(filter, 'C:is-not-defined')) return values.length === 0;
  if (child(filter, 'C:param-filter') || child(filter, 'C:time-range')) {
    throw new DavRefusal(403, 'C:supported-filter');
  }
  const match = child(filter, 'C:text-match');
  if (!match) return values.length > 0;
  const text = match.text.toLowerCase();
  const isNegated = match.attributes['negate-condition'] === 'yes';
  return values.some(({ value }) => value.toLowerCase().includes(text)) !== isNegated;
}
