import { calendarQuery } from './calendar-query.ts';
import type { CalendarCollection } from './calendars.ts';
import { type DavAnswer, type DavContext, DavRefusal, type DavRequest } from './exchange.ts';
import { listed } from './listing.ts';
import { multistatus, propertyResponse, statusResponse } from './multistatus.ts';
import { calendarData } from './properties.ts';
import { bodyXml, propertyNames } from './propfind.ts';
import { currentToken, revisionOf, tokenOf } from './sync-token.ts';
import { child, childrenOf, element, escapeXml, type XmlElement } from './xml.ts';

const extra = { 'C:calendar-data': calendarData };

/** REPORT on a collection (RFC 3253 §3.6). @throws DavRefusal */
export function report(context: DavContext, request: DavRequest, collection: CalendarCollection): DavAnswer {
  const asked = bodyXml(request);
  switch (asked.name) {
    case 'D:sync-collection':
      return syncCollection(context, request, collection, asked);
    case 'C:calendar-multiget':
      return multiget(context, request, asked);
    case 'C:calendar-query':
      return multistatus(
        calendarQuery(context, collection, asked).map((found) =>
          propertyResponse(context, request, found, propertyNames(asked), extra),
        ),
      );
    default:
      // free-busy-query among them, which Open-Xchange answers so, too.
      throw new DavRefusal(context.dialect.name === 'plain' ? 403 : 400, 'D:supported-report');
  }
}

/** RFC 6578 §3. Oldest changes first, so that a truncated answer can be continued from its token. */
function syncCollection(
  context: DavContext,
  request: DavRequest,
  collection: CalendarCollection,
  asked: XmlElement,
): DavAnswer {
  const token = child(asked, 'D:sync-token')?.text.trim() ?? '';
  const since = token === '' ? undefined : revisionOf(context, collection, token);
  if (token !== '' && since === undefined) throw new DavRefusal(403, 'D:valid-sync-token');
  const names = propertyNames(asked);
  const changed = listed(context, collection, since).map((found) => ({
    revision: found.resource.revision,
    xml: () => propertyResponse(context, request, found, names, extra),
  }));
  const removed = [...(since === undefined ? [] : collection.deleted)]
    .filter(([, revision]) => revision > (since ?? 0))
    .map(([name, revision]) => ({
      revision,
      xml: () => statusResponse(context.hrefs.resource(collection, name), 404),
    }));
  const all = [...changed, ...removed].toSorted((a, b) => a.revision - b.revision);
  const wanted = Number(child(child(asked, 'D:limit'), 'D:nresults')?.text || Infinity);
  const shown = all.slice(0, Math.min(wanted, context.maxResults));
  const isCut = shown.length < all.length;
  const next = isCut
    ? tokenOf(context, collection, shown.at(-1)?.revision ?? since ?? 0, true)
    : currentToken(context, collection);
  const responses = shown.map(({ xml }) => xml());
  if (isCut) {
    const path = context.hrefs.collection(collection);
    responses.push(statusResponse(path, 507, 'D:number-of-matches-within-limits'));
  }
  return multistatus(responses, element('D:sync-token', escapeXml(next)));
}

/** RFC 4791 §7.9: what is not there is a 404 inside. */
function multiget(context: DavContext, request: DavRequest, asked: XmlElement): DavAnswer {
  const names = propertyNames(asked);
  const responses = childrenOf(asked, 'D:href').map(({ text }) => {
    const path = text.trim().replace(/^https?:\/\/[^/]+/u, '');
    const target = context.hrefs.resolve(path, request.viewer, context.calendars);
    if (target.kind !== 'resource' || target.owner !== request.viewer) return statusResponse(path, 404);
    return propertyResponse(context, request, target, names, extra);
  });
  return multistatus(responses);
}
