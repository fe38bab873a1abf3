import type { CalendarCollection, CalendarResource } from './calendars.ts';
import { DavRefusal, type DavRequest } from './exchange.ts';
import { etagOf, scheduleTagOf } from './properties.ts';

/** @throws DavRefusal 412 when If-Match, If-None-Match (RFC 9110 §13.1) or If-Schedule-Tag-Match (RFC 6638 §8.3) forbids. */
export function requirePreconditions(
  { headers }: Pick<DavRequest, 'headers'>,
  existing: CalendarResource | undefined,
): void {
  const scheduleTag = headers['if-schedule-tag-match'];
  const failed =
    (headers['if-match'] !== undefined && !names(headers['if-match'], existing)) ||
    (headers['if-none-match'] !== undefined && names(headers['if-none-match'], existing)) ||
    (scheduleTag !== undefined && (!existing || scheduleTag !== scheduleTagOf(existing)));
  if (failed) throw new DavRefusal(412);
}

/** @throws DavRefusal 403 when the collection is not the viewer's, or can only be read. */
export function requireWritable(collection: CalendarCollection, { viewer }: DavRequest): void {
  if (collection.options.readOnly || collection.owner !== viewer)
    throw new DavRefusal(403, 'D:need-privileges');
}

/** Open-Xchange takes an ETag with or without quotes (`WebdavIfMatchAction`); harmless in a plain server. */
function names(header: string, existing: CalendarResource | undefined): boolean {
  if (!existing) return false;
  const bare = etagOf(existing).slice(1, -1);
  const tags = header.split(',').map((tag) => tag.trim().replace(/^"|"$/gu, ''));
  return tags.includes('*') || tags.includes(bare);
}
