import type { CalendarStore } from '../../connections/caldav/types.ts';
import type { EventDetails } from '../../domain/calendar.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { EventRef } from '../../domain/event-id.ts';
import type { CalendarDirectory, CalendarEntry } from '../calendar-directory.ts';
import type { CalendarMirror } from '../calendar-mirror.ts';
import { detailsOf } from '../details.ts';
import type { OccurrenceKey } from '../event.ts';
import type { EventLookup, LocatedResource } from '../event-lookup.ts';
import type { OccurrenceReader } from '../occurrence-reader.ts';
import type { Occurrences } from '../occurrences.ts';
import type { Viewer } from '../present.ts';
import { resourceOf } from '../resource-name.ts';
import { conflictsWith } from './conflicts.ts';
import type { Account, Conflicts, Desk, Look, OpenCalendar, StoredEvent, Written } from './desk.ts';

export interface CalendarDeskOptions {
  store: CalendarStore;
  directory: CalendarDirectory;
  mirror: CalendarMirror;
  lookup: EventLookup;
  reader: OccurrenceReader;
  occurrences: Occurrences;
  zone: string;
  /** As configured, the main one first. */
  addresses: readonly string[];
  name: string | undefined;
}

/** The reading half, as the writing half needs it. */
export class CalendarDesk implements Desk {
  private readonly options: CalendarDeskOptions;

  constructor(options: CalendarDeskOptions) {
    this.options = options;
  }

  /** An organizer must be an address the server knows as the user's (RFC 6638 §3.2.1), best the one that was configured. */
  async account(signal: AbortSignal): Promise<Account> {
    const { directory, addresses: configured, name } = this.options;
    const { addresses: known, schedules } = await directory.home(signal);
    const own = configured.map((address) => address.toLowerCase());
    const both = own.filter((address) => known.includes(address));
    return { addresses: [...new Set([...both, ...own, ...known])], known, name, schedules };
  }

  async open(ref: EventRef, signal: AbortSignal): Promise<StoredEvent> {
    return stored(await this.options.lookup.locate(ref, signal));
  }

  async openAmong(ref: EventRef, signal: AbortSignal) {
    const provenAt = performance.now();
    const { located, around } = await this.options.lookup.locateAmong(ref, signal);
    const event = stored(located);
    return { event, around: around && { ...around, provenAt, opened: event.href } };
  }

  async reopen(event: StoredEvent, signal: AbortSignal): Promise<StoredEvent | undefined> {
    const now = await this.options.store.get(event.href, signal);
    return now && { ...event, etag: now.etag, scheduleTag: now.scheduleTag, ics: now.ics };
  }

  async ofUid(uid: string, signal: AbortSignal): Promise<StoredEvent | undefined> {
    const found = await this.options.lookup.ofUid(uid, signal);
    return found && stored(found);
  }

  async writable(wanted: string | undefined, signal: AbortSignal): Promise<OpenCalendar> {
    const { directory } = this.options;
    const entry =
      wanted === undefined ? await this.standard(signal) : await directory.resolve(wanted, signal);
    if (entry.collection.writable) return { calendar: entry.id, collection: entry.collection };
    throw new MailboxError('forbidden', 'This calendar is read-only.', {
      hint: 'Nothing was changed. list_calendars shows which calendars can be changed.',
    });
  }

  async look(ics: string, occurrence: OccurrenceKey | undefined, signal: AbortSignal): Promise<Look> {
    const { event, recurring, occurrence: one } = await this.read('', ics, occurrence, signal);
    const shown = one ?? event;
    return { view: shown.view, recurring, original: shown.original };
  }

  async details(
    event: StoredEvent,
    occurrence: OccurrenceKey | undefined,
    signal: AbortSignal,
  ): Promise<EventDetails> {
    const reading = await this.read(event.href, event.ics, occurrence, signal);
    const calendar = await this.entry(event, signal);
    return detailsOf({ calendar, resource: resourceOf(event.href) }, reading, await this.viewer(signal));
  }

  async conflicts(written: Written, signal: AbortSignal): Promise<Conflicts> {
    return await conflictsWith(this.options, written, await this.viewer(signal), signal);
  }

  keep({ collection, href, etag, ics }: StoredEvent): void {
    this.options.mirror.offer(collection, { href, etag, ics });
  }

  private async read(href: string, ics: string, occurrence: OccurrenceKey | undefined, signal: AbortSignal) {
    return await this.options.lookup.read({ href, ics }, occurrence, signal);
  }

  private async standard(signal: AbortSignal): Promise<CalendarEntry> {
    const calendars = await this.options.directory.eventCalendars(signal);
    const found =
      calendars.find(({ isDefault }) => isDefault) ?? calendars.find(({ collection }) => collection.writable);
    if (found) return found;
    throw new MailboxError('not_found', 'There is no calendar that can be written to.', {
      hint: 'list_calendars shows what there is.',
    });
  }

  private async entry({ calendar }: StoredEvent, signal: AbortSignal): Promise<CalendarEntry> {
    const { calendars } = await this.options.directory.home(signal);
    const entry = calendars.find(({ id }) => id === calendar);
    return entry ?? (await this.options.directory.resolveId(calendar, signal));
  }

  private async viewer(signal: AbortSignal): Promise<Viewer> {
    return { zone: this.options.zone, own: new Set((await this.account(signal)).addresses) };
  }
}

function stored({ calendar, href, etag, scheduleTag, ics }: LocatedResource): StoredEvent {
  return { calendar: calendar.id, collection: calendar.collection, href, etag, scheduleTag, ics };
}
