import type { CalendarCollection } from './calendars.ts';
import { type DavContext, DavRefusal } from './exchange.ts';
import { type IcsComponent, objectsOf, readIcs, recurrenceId, textOf } from './ics.ts';

/** A body that may be stored (RFC 4791 §4.1, §5.3.2.1). */
export interface CalendarObject {
  calendar: IcsComponent;
  uid: string;
}

/** @throws DavRefusal with the precondition the body breaks. */
export function readObject(
  { dialect }: DavContext,
  collection: CalendarCollection,
  body: string,
): CalendarObject {
  const calendar = readCalendar(body, dialect.unreadable);
  const objects = objectsOf(calendar);
  const kinds = new Set(objects.map(({ name }) => name));
  const uids = new Set(objects.map((object) => textOf(object, 'UID') ?? ''));
  const [uid = ''] = uids;
  const [kind = ''] = kinds;
  const ids = new Set(objects.map(recurrenceId));
  const isOne = kinds.size === 1 && uids.size === 1 && uid !== '' && ids.size === objects.length;
  if (textOf(calendar, 'METHOD') !== undefined || !isOne) {
    throw new DavRefusal(dialect.unreadable, 'C:valid-calendar-object-resource');
  }
  if (!collection.components.includes(kind)) throw new DavRefusal(403, 'C:supported-calendar-component');
  const organizers = new Set(objects.map((object) => textOf(object, 'ORGANIZER')?.toLowerCase()));
  if (organizers.size > 1) throw new DavRefusal(403, 'C:same-organizer-in-all-components');
  if (dialect.ownsBody) requireKnownRules(objects);
  return { calendar, uid };
}

function readCalendar(body: string, status: number): IcsComponent {
  const invalid = new DavRefusal(status, 'C:valid-calendar-data');
  let calendar: IcsComponent;
  try {
    calendar = readIcs(body);
  } catch {
    throw invalid;
  }
  const isDated = (object: IcsComponent) =>
    object.name !== 'VEVENT' || /^\d{8}(?:T\d{6}Z?)?$/u.test(textOf(object, 'DTSTART') ?? '');
  if (!objectsOf(calendar).every(isDated)) throw invalid;
  return calendar;
}

/** What Open-Xchange can keep of rules: everything else is a 400. */
function requireKnownRules(objects: readonly IcsComponent[]): void {
  for (const object of objects) {
    const rule = textOf(object, 'RRULE');
    if (rule === undefined) continue;
    const unknown = /BYWEEKNO|BYYEARDAY|BYHOUR|BYMINUTE|BYSECOND|FREQ=(?:HOURLY|MINUTELY|SECONDLY)/iu;
    if (object.name === 'VTODO' || unknown.test(rule)) throw new DavRefusal(400);
  }
}
