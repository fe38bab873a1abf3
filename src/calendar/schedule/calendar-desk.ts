import type { CalendarStore } from '../../connections/caldav-types.ts';
import type { EventDetails, EventSummary } from '../../domain/calendar.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { EventRef } from '../../domain/event-id.ts';
import type { CalendarDirectory, CalendarEntry } from '../calendar-directory.ts';
import type { CalendarMirror } from '../calendar-mirror.ts';
import { detailsOf } from '../details.ts';
import type { Occurrence, OccurrenceKey, TimeWindow } from '../event.ts';
import type { EventLookup, LocatedResource } from '../event-lookup.ts';
import type { OccurrenceReader } from '../occurrence-reader.ts';
import type { Entry, Occurrences } from '../occurrences.ts';
import { blocking, takesNoTime } from '../participation.ts';
import { summaryOf, type Viewer } from '../present.ts';
import { resourceOf } from '../resource-name.ts';
import type { Account, Desk, Look, OpenCalendar, StoredEvent } from './desk.ts';

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

/** A series is compared over so long and so many of its occurrences; people ask about the near ones. */
const horizonMs = 366 * 86_400_000;
const maxCompared = 200;
const maxConflicts = 20;

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
    return { addresses: [...new Set([...both, ...own, ...known])], name, schedules };
  }

  async open(ref: EventRef, signal: AbortSignal): Promise<StoredEvent> {
    return stored(await this.options.lookup.locate(ref, signal));
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

  async conflicts(
    event: StoredEvent,
    signal: AbortSignal,
  ): Promise<{ conflicts: EventSummary[]; incomplete: boolean }> {
    const viewer = await this.viewer(signal);
    const own = await this.takingTime(event, viewer, signal);
    const window = spanning(own);
    if (!window) return { conflicts: [], incomplete: false };
    const { directory, mirror, occurrences } = this.options;
    const { fresh, failed } = await mirror.fresh(await directory.eventCalendars(signal), signal);
    const { entries, incomplete } = await occurrences.of(fresh, window, () => true, signal);
    const uids = new Set(own.map(({ view }) => view.uid));
    const conflicts = entries
      .filter(({ occurrence }) => !uids.has(occurrence.view.uid))
      .filter((entry) => takesTime(entry, viewer) && own.some((mine) => overlap(mine, entry.occurrence)))
      .sort((a, b) => a.occurrence.start - b.occurrence.start)
      .slice(0, maxConflicts);
    return {
      conflicts: conflicts.map((entry) => summaryOf(entry, viewer)),
      incomplete: failed.length > 0 || incomplete.length > 0,
    };
  }

  keep({ collection, href, etag, ics }: StoredEvent): void {
    this.options.mirror.offer(collection, { href, etag, ics });
  }

  private async takingTime(event: StoredEvent, { own }: Viewer, signal: AbortSignal): Promise<Occurrence[]> {
    const { reader } = this.options;
    const { event: first } = await this.read(event.href, event.ics, undefined, signal);
    const window = { from: first.start, to: Math.max(first.end, first.start) + horizonMs };
    const texts = [{ key: event.href, ics: event.ics }];
    const { found } = await reader.occurrences(texts, window, maxCompared, signal);
    return found.map(({ occurrence }) => occurrence).filter((occurrence) => blocking(occurrence, own));
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
    return entry ?? (await this.options.directory.resolve(calendar, signal));
  }

  private async viewer(signal: AbortSignal): Promise<Viewer> {
    return { zone: this.options.zone, own: new Set((await this.account(signal)).addresses) };
  }
}

function stored({ calendar, href, etag, scheduleTag, ics }: LocatedResource): StoredEvent {
  return { calendar: calendar.id, collection: calendar.collection, href, etag, scheduleTag, ics };
}

function takesTime({ calendar, occurrence }: Entry, { own }: Viewer): boolean {
  return blocking(occurrence, own) !== undefined && !takesNoTime(calendar.collection, occurrence);
}

function overlap(a: Occurrence, b: Occurrence): boolean {
  return a.start < b.end && b.start < a.end;
}

function spanning(occurrences: readonly Occurrence[]): TimeWindow | undefined {
  if (occurrences.length === 0) return undefined;
  return {
    from: Math.min(...occurrences.map(({ start }) => start)),
    to: Math.max(...occurrences.map(({ end }) => end)),
  };
}
