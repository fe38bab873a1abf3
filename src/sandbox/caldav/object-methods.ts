import type { CalendarCollection } from './calendars.ts';
import { type DavAnswer, type DavContext, DavRefusal, type DavRequest } from './exchange.ts';
import { objectsOf, textOf, writeIcs } from './ics.ts';
import { type CalendarObject, readObject } from './object-rules.ts';
import { inOwnWords, requireInSequence, sameObject } from './own-words.ts';
import { organizerOf } from './participants.ts';
import type { Target } from './paths.ts';
import { requirePreconditions, requireWritable } from './preconditions.ts';
import { etagOf, scheduleTagOf } from './properties.ts';
import { announceDelete, announcePut } from './scheduling.ts';
import { element, escapeXml } from './xml.ts';

type Existing = Extract<Target, { kind: 'resource' }>;
type Place = Existing | Extract<Target, { kind: 'no-resource' }>;

export function get({ resource }: Existing): DavAnswer {
  const scheduleTag = scheduleTagOf(resource);
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/calendar; charset=utf-8',
      ETag: etagOf(resource),
      ...(scheduleTag ? { 'Schedule-Tag': scheduleTag } : {}),
    },
    body: resource.body,
  };
}

/** @throws DavRefusal */
export function put(context: DavContext, request: DavRequest, place: Place): DavAnswer {
  const { collection } = place;
  const { dialect } = context;
  const existing = place.kind === 'resource' ? place.resource : undefined;
  requireWritable(collection, request);
  requirePreconditions(request, existing);
  const { calendar, uid } = acceptable(context, request, collection);
  requireUid(context, place, uid);
  const before = existing?.copy;
  requireRights(request, calendar, before);
  if (dialect.ownsBody) requireInSequence(calendar, before);
  const marked = announcePut(context, request, calendar, before);
  if (dialect.ownsBody) inOwnWords(calendar, before, context.clock());
  const isOurs = marked || dialect.ownsBody;
  const name = existing?.name ?? (place.kind === 'no-resource' ? place.name : '');
  const stored = collection.put(name, isOurs ? writeIcs(calendar) : request.body.toString('utf8'));
  const scheduleTag = scheduleTagOf(stored);
  return {
    status: existing && dialect.tellsEtag ? 204 : 201,
    headers: {
      // Strong, so only of what was stored as it was sent (RFC 4791 §5.3.4).
      ...(dialect.tellsEtag && !isOurs ? { ETag: etagOf(stored) } : {}),
      ...(dialect.tellsEtag && scheduleTag ? { 'Schedule-Tag': scheduleTag } : {}),
    },
  };
}

/** @throws DavRefusal */
export function remove(
  context: DavContext,
  request: DavRequest,
  { collection, resource }: Existing,
): DavAnswer {
  requireWritable(collection, request);
  requirePreconditions(request, resource);
  collection.delete(resource.name);
  const before = resource.copy;
  if (before) announceDelete(context, request, before);
  return { status: 204 };
}

function acceptable(
  context: DavContext,
  request: DavRequest,
  collection: CalendarCollection,
): CalendarObject {
  if (request.body.length > context.maxResourceSize) throw new DavRefusal(403, 'C:max-resource-size');
  const type = request.headers['content-type'];
  if (type !== undefined && !/^text\/calendar\b/iu.test(type)) {
    throw new DavRefusal(403, 'C:supported-calendar-data');
  }
  return readObject(context, collection, request.body.toString('utf8'));
}

/** A resource keeps its UID, and nobody else has it: in the collection, or of a scheduled event, anywhere. */
function requireUid({ hrefs, dialect }: DavContext, place: Place, uid: string): void {
  const { collection, owner } = place;
  const taken = collection.findUid(uid);
  const other = owner.findUid(uid);
  const conflict = (status: number, condition: string, path: string) => {
    return new DavRefusal(status, condition, element('D:href', escapeXml(path)));
  };
  if (place.kind === 'resource' && place.resource.uid !== undefined && place.resource.uid !== uid) {
    const path = hrefs.resource(collection, place.resource.name);
    throw conflict(dialect.uidConflict, 'C:no-uid-conflict', path);
  }
  if (taken && !(place.kind === 'resource' && taken === place.resource)) {
    throw conflict(dialect.uidConflict, 'C:no-uid-conflict', hrefs.resource(collection, taken.name));
  }
  const isScheduled = dialect.ownsBody || organizerOf(other?.resource.calendar) !== undefined;
  if (other && other.collection !== collection && isScheduled) {
    const path = hrefs.resource(other.collection, other.resource.name);
    throw conflict(403, 'C:unique-scheduling-object-resource', path);
  }
}

/** An attendee cannot move the meeting (RFC 6638 §3.2.2.1). */
function requireRights(
  { viewer }: DavRequest,
  after: CalendarObject['calendar'],
  before: CalendarObject['calendar'] | undefined,
): void {
  const organizer = organizerOf(before);
  if (!organizer || viewer.account.owns(organizer)) return;
  const fixed = ['DTSTART', 'DTEND', 'DURATION', 'RRULE', 'ORGANIZER'];
  for (const object of objectsOf(after)) {
    const old = sameObject(before, object);
    if (old && fixed.some((name) => textOf(object, name) !== textOf(old, name))) {
      throw new DavRefusal(403, 'C:allowed-attendee-scheduling-object-change');
    }
  }
}
