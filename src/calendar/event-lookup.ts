import type { CalendarStore, DavResource } from '../connections/caldav/types.ts';
import { pathSegment } from '../connections/dav/href.ts';
import { MailboxError } from '../domain/errors.ts';
import type { EventRef } from '../domain/event-id.ts';
import type { CalendarDirectory, CalendarEntry, CalendarHome } from './calendar-directory.ts';
import type { CalendarMirror, FreshCalendars } from './calendar-mirror.ts';
import type { OccurrenceKey } from './event.ts';
import { freshCalendars } from './fresh-calendars.ts';
import type { EventReading, OccurrenceReader } from './occurrence-reader.ts';
import type { IndexedResource } from './resource-index.ts';
import { hrefOf, resourceOf } from './resource-name.ts';

/** A resource as the server holds it at this moment. */
export interface LocatedResource extends DavResource {
  calendar: CalendarEntry;
  /** The resource part of its event id. */
  resource: string;
}

/** A resource and the list its calendar is from. */
export interface FoundEvent {
  located: LocatedResource;
  home: CalendarHome;
  /** Epoch ms; set when it is recalled, and was last proven then. */
  since?: number;
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

  /** @throws MailboxError `not_found` when there is no such calendar or resource, `stale_reference` as `resolveId`. */
  async locate(ref: EventRef, signal: AbortSignal): Promise<LocatedResource> {
    const { directory, mirror } = this.options;
    const calendar = await directory.resolveId(ref.calendar, signal);
    const { url } = calendar.collection;
    const known = mirror.known(url)?.named(ref.resource);
    const found = await this.get(calendar, known?.href ?? hrefOf(url, ref.resource), signal);
    if (found) return found;
    throw new MailboxError('not_found', 'There is no such event any more.', {
      hint: 'List the events again with get_calendar_events or search_calendar.',
    });
  }

  /** As it was when its calendar was last proven; undefined where the calendar cannot be recalled or had none such. */
  recall(ref: EventRef): FoundEvent | undefined {
    const { directory, mirror } = this.options;
    const calendar = directory.recallId(ref.calendar);
    const recalled = calendar && mirror.recall(calendar.collection.url);
    const home = directory.remembered;
    if (!calendar || !recalled || !home) return undefined;
    const held = recalled.index.named(ref.resource);
    const located = held && indexed(calendar, held);
    return located ? { located, home, since: recalled.since } : undefined;
  }

  /**
   * Together with the calendars around it, which are proven by the same round trips; without them unless each had been
   * read before, for reading a large one takes long. @throws as `locate`.
   */
  async locateAmong(
    ref: EventRef,
    signal: AbortSignal,
  ): Promise<{ located: LocatedResource; around: FreshCalendars | undefined }> {
    const { directory, mirror } = this.options;
    const calendar = await directory.resolveId(ref.calendar, signal);
    const calendars = await directory.eventCalendars(signal);
    if (!calendars.every(({ collection }) => mirror.known(collection.url)?.isRead)) {
      return { located: await this.locate(ref, signal), around: undefined };
    }
    const around = await mirror.fresh(calendars, signal);
    const held = around.fresh.find((one) => one.calendar.id === calendar.id)?.index.named(ref.resource);
    return { located: (held && indexed(calendar, held)) ?? (await this.locate(ref, signal)), around };
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
    const { directory } = this.options;
    const likely = await this.whereExpected(uid, signal);
    if (likely) return likely;
    const holding = async () =>
      (await directory.home(signal)).calendars.filter(({ holdsEvents }) => holdsEvents);
    const { fresh, failed } = await freshCalendars(this.options, holding, signal);
    const { schedules } = await directory.home(signal);
    const ordered = fresh.toSorted((a, b) => inWritingOrder(a.calendar, b.calendar));
    for (const { calendar, index } of ordered) {
      for (const held of index.ofUid(uid)) {
        // The schedule tag comes with the resource alone.
        const known = schedules ? undefined : indexed(calendar, held);
        const found = known ?? (await this.get(calendar, held.href, signal));
        if (found) return found;
      }
    }
    if (failed[0]) throw failed[0].error;
    return undefined;
  }

  /**
   * One request instead of a look into all calendars: the default one is looked into first anyway. Where the server puts
   * invitations there itself, Open-Xchange names them by their UID.
   */
  private async whereExpected(uid: string, signal: AbortSignal): Promise<LocatedResource | undefined> {
    const { directory, mirror } = this.options;
    const { calendars, schedules } = await directory.home(signal);
    const calendar = calendars.find(({ isDefault, holdsEvents }) => isDefault && holdsEvents);
    if (!calendar) return undefined;
    const { url } = calendar.collection;
    const known = mirror.known(url)?.ofUid(uid)[0]?.href;
    const href = known ?? (schedules ? hrefOf(url, pathSegment(uid)) : undefined);
    if (href === undefined) return undefined;
    try {
      const found = await this.get(calendar, href, signal);
      return found && (await this.hasUid(found, uid, signal)) ? found : undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof MailboxError)) throw error;
      return undefined; // what stands in the way will tell when all are looked into
    }
  }

  private async hasUid({ href, ics }: LocatedResource, uid: string, signal: AbortSignal): Promise<boolean> {
    const spans = (await this.options.reader.spans([{ key: href, ics }], signal)).get(href) ?? [];
    return !('code' in spans) && spans.some((span) => span.uid === uid);
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

/** Undefined where the index does not have all that a change needs. A schedule tag it never has. */
function indexed(
  calendar: CalendarEntry,
  { href, etag, name, text }: IndexedResource,
): LocatedResource | undefined {
  if (etag === undefined || !text) return undefined;
  return { calendar, resource: name, href, etag, scheduleTag: undefined, ics: text.toString('utf8') };
}

/** Somebody's shared calendar may hold the same event; the own one comes first. */
export function inWritingOrder(a: CalendarEntry, b: CalendarEntry): number {
  const rank = ({ isDefault, collection }: CalendarEntry) => (isDefault ? 0 : collection.writable ? 1 : 2);
  return rank(a) - rank(b);
}
