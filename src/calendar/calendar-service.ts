import type { CalendarList, EventDetails, EventPage, FreeBusy } from '../domain/calendar.ts';
import type {
  CalendarPort,
  EventRequest,
  EventSearchRequest,
  EventsRequest,
  FreeBusyRequest,
} from '../domain/calendar-port.ts';
import { parseEventId } from '../domain/event-id.ts';
import type { InvitedEvent } from '../domain/mail.ts';
import type { CallContext } from '../domain/mail-port.ts';
import { askOrRecall, staleField } from '../domain/stale.ts';
import { calendarList } from './calendar-list.ts';
import type { CalendarParts } from './calendar-parts.ts';
import { detailsOf } from './details.ts';
import { EventList } from './event-list.ts';
import type { FoundEvent } from './event-lookup.ts';
import { freeBusyAnswer } from './free-busy-answer.ts';
import { invitedEventId } from './invited-event.ts';
import { occurrenceKey } from './schedule/occurrence-key.ts';

/** Reads the calendars: each method is one job of the port, done by the part that knows how. */
export class CalendarService implements CalendarPort {
  private readonly parts: CalendarParts;
  private readonly lists: EventList;

  constructor(parts: CalendarParts) {
    this.parts = parts;
    this.lists = new EventList(parts);
  }

  async listCalendars(_request: Record<never, never>, { signal }: CallContext): Promise<CalendarList> {
    const { calendars } = await this.parts.directory.ask(signal);
    const shown = calendars.filter((entry) => entry.shown && (entry.holdsEvents || entry.holdsTasks));
    return calendarList(shown, this.parts.zone);
  }

  async getEvents(request: EventsRequest, { signal }: CallContext): Promise<EventPage> {
    return await this.lists.events(request, signal);
  }

  async getEvent({ id, offset }: EventRequest, { signal }: CallContext): Promise<EventDetails> {
    const { lookup, directory, viewerOf, zone } = this.parts;
    const ref = parseEventId(id);
    const key = occurrenceKey(ref.occurrence);
    const { located, home, since } = await askOrRecall<FoundEvent>({
      signal,
      ask: async (limited) => {
        return { located: await lookup.locate(ref, limited), home: await directory.home(limited) };
      },
      recall: () => lookup.recall(ref),
    });
    const reading = await lookup.read(located, key, signal);
    return { ...detailsOf(located, reading, viewerOf(home), offset), ...staleField(since, zone) };
  }

  async searchEvents(request: EventSearchRequest, { signal }: CallContext): Promise<EventPage> {
    return await this.lists.search(request, signal);
  }

  async getFreeBusy(request: FreeBusyRequest, { signal }: CallContext): Promise<FreeBusy> {
    return await freeBusyAnswer(this.parts, request, signal);
  }

  async eventIdOf(event: InvitedEvent, { signal }: CallContext): Promise<string | undefined> {
    return await invitedEventId(this.parts, event, signal);
  }
}
