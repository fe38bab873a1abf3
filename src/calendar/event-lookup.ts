import type { CalendarStore, DavResource } from '../connections/caldav-types.ts';
import { MailboxError } from '../domain/errors.ts';
import type { EventRef } from '../domain/event-id.ts';
import type { CalendarDirectory, CalendarEntry } from './calendar-directory.ts';
import type { CalendarMirror } from './calendar-mirror.ts';
import type { OccurrenceKey } from './event.ts';
import type { EventReading, OccurrenceReader } from './occurrence-reader.ts';
import { hrefOf, resourceOf } from './resource-name.ts';

/** A resource as the server holds it at this moment. */
export interface LocatedResource extends DavResource {
  calendar: CalendarEntry;
  /** The resource part of its event id. */
  resource: string;
}

export interface EventLookupOptions {
  store: CalendarStore;
  directory: CalendarDirectory;
  mirror: CalendarMirror;
  reader: OccurrenceReader;
}

/** Finds single resources. One round trip each, so what they say is never older than the question. */
export class EventLookup {
  private readonly options: EventLookupOptions;

  constructor(options: EventLookupOptions) {
    this.options = options;
  }

  /** @throws MailboxError `not_found` when there is no such calendar or resource. */
  async locate(ref: EventRef, signal: AbortSignal): Promise<LocatedResource> {
    const { directory, mirror } = this.options;
    const calendar = await directory.resolve(ref.calendar, signal);
    const { url } = calendar.collection;
    const known = mirror.known(url)?.named(ref.resource);
    const found = await this.get(calendar, known?.href ?? hrefOf(url, ref.resource), signal);
    if (found) return found;
    throw new MailboxError('not_found', 'There is no such event any more.', {
      hint: 'List the events again with get_calendar_events or search_calendar.',
    });
  }

  /** Undefined when it is not there. */
  async get(
    calendar: CalendarEntry,
    href: string,
    signal: AbortSignal,
  ): Promise<LocatedResource | undefined> {
    const resource = await this.options.store.get(href, signal);
    return resource && { ...resource, calendar, resource: resourceOf(href) };
  }

  /**
   * Looks in all calendars, shown or not. @throws MailboxError when one of them could not be asked and none of the
   * others has it: it may be there.
   */
  async ofUid(uid: string, signal: AbortSignal): Promise<LocatedResource | undefined> {
    const { directory, mirror } = this.options;
    const { calendars } = await directory.home(signal);
    const { fresh, failed } = await mirror.fresh(
      calendars.filter(({ holdsEvents }) => holdsEvents),
      signal,
    );
    for (const { calendar, index } of inWritingOrder(fresh)) {
      for (const { href } of index.ofUid(uid)) {
        const found = await this.get(calendar, href, signal);
        if (found) return found;
      }
    }
    if (failed[0]) throw failed[0].error;
    return undefined;
  }

  /**
   * @throws MailboxError `not_found` when the series has no such occurrence, `unsupported` or `timeout` when it cannot
   * be read.
   */
  async read(
    { href, ics }: Pick<DavResource, 'href' | 'ics'>,
    occurrence: OccurrenceKey | undefined,
    signal: AbortSignal,
  ): Promise<EventReading> {
    const reading = await this.options.reader.event({ key: href, ics }, occurrence, signal);
    if ('code' in reading)
      throw new MailboxError(reading.code, `The event cannot be read. ${reading.reason}`);
    if (occurrence && !reading.occurrence) {
      throw new MailboxError('not_found', 'The series has no occurrence at that time.', {
        hint: 'It may have been moved or cancelled. List the events again with get_calendar_events.',
      });
    }
    return reading;
  }
}

/** Somebody's shared calendar may hold the same event; the own one comes first. */
function inWritingOrder<T extends { calendar: CalendarEntry }>(calendars: readonly T[]): T[] {
  const rank = ({ calendar }: T) => (calendar.isDefault ? 0 : calendar.collection.writable ? 1 : 2);
  return calendars.toSorted((a, b) => rank(a) - rank(b));
}
