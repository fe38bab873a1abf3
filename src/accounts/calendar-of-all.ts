import { defaultListBytes, withinBytes } from '../domain/answer-size.ts';
import type { CalendarList, EventPage, EventSummary } from '../domain/calendar.ts';
import type { CalendarPort, EventSearchRequest, EventsRequest } from '../domain/calendar-port.ts';
import type { MailboxError } from '../domain/errors.ts';
import type { CallContext } from '../domain/mail-port.ts';
import { parseInstant } from '../domain/time.ts';
import type { Member } from './account.ts';
import { askAll } from './ask-all.ts';
import { answerBytes, incompleteField } from './fitting.ts';
import type { Grace } from './grace.ts';
import type { MergedList, Part } from './merged-list.ts';

type Entry = EventSummary & { account: string };
type Request = EventsRequest | EventSearchRequest;

const usualEvents = 100;
const usualHits = 20;
/** For what could not be read. */
const spareBytes = 7_000;
const cursorBytes = 500;

export interface CalendarOfAllOptions {
  members: readonly Member[];
  list: MergedList<Entry>;
  /** IANA zone of all accounts. */
  zone: string;
  grace: Grace;
}

/** The lists of all accounts' calendars as one. */
export class CalendarOfAll {
  private readonly options: CalendarOfAllOptions;

  constructor(options: CalendarOfAllOptions) {
    this.options = options;
  }

  async getEvents(request: EventsRequest, { signal }: CallContext): Promise<EventPage> {
    return await this.page(request, usualEvents, signal, (calendar, asked, context) =>
      calendar.getEvents({ ...request, ...asked }, context),
    );
  }

  async searchEvents(request: EventSearchRequest, { signal }: CallContext): Promise<EventPage> {
    return await this.page(request, usualHits, signal, (calendar, asked, context) =>
      calendar.searchEvents({ ...request, ...asked }, context),
    );
  }

  private async page(
    request: Request,
    usual: number,
    signal: AbortSignal,
    ask: (
      calendar: CalendarPort,
      page: Pick<Request, 'cursor' | 'limit'>,
      context: CallContext,
    ) => Promise<EventPage>,
  ): Promise<EventPage> {
    const { members, list, zone } = this.options;
    const sources = members.map(({ name, services }) => ({
      account: name,
      page: async (page: Pick<Request, 'cursor' | 'limit'>, limited: AbortSignal) =>
        partOf(name, await ask(services.calendar, page, { signal: limited })),
    }));
    const maxBytes = request.limit === undefined ? defaultListBytes - cursorBytes : answerBytes - spareBytes;
    const options = {
      ...{ sources, usual, maxBytes, order: inOrder(zone) },
      ...(request.calendar !== undefined && { hasNone: isNotFound }),
    };
    const merged = await list.page(request, options, signal);
    return {
      ...(merged.stale && { stale: merged.stale }),
      timezone: zone,
      events: merged.entries,
      ...(merged.nextCursor !== undefined && { nextCursor: merged.nextCursor }),
      ...incompleteField(merged.incomplete),
    };
  }

  /** Only what the default account calls its default calendar is that. */
  async listCalendars(context: CallContext): Promise<CalendarList> {
    const { members, zone, grace } = this.options;
    const asks = members.map(({ name, services }) => ({
      account: name,
      run: (signal: AbortSignal) => services.calendar.listCalendars({}, { signal }),
    }));
    const told = await askAll(asks, context.signal, grace);
    const [failed] = told.flatMap(({ error }) => error ?? []);
    if (failed && told.every(({ error }) => error)) throw failed;
    const all = told.flatMap(({ account, value }) => {
      const calendars = value?.calendars ?? [];
      return account === members[0]?.name
        ? calendars
        : calendars.map(({ default: _others, ...calendar }) => calendar);
    });
    const kept = all.slice(0, withinBytes(all, answerBytes - spareBytes));
    const more = all.length - kept.length;
    const reason = 'They have no room here. Ask for the calendars of one account.';
    const cut = more > 0 ? [{ where: `${more} more`, code: 'cut', reason }] : [];
    const gaps = told.flatMap(({ account, value, error }) =>
      error ? [{ where: account, code: error.code, reason: error.message }] : (value.incomplete ?? []),
    );
    return { calendars: kept, timezone: zone, ...incompleteField([...cut, ...gaps]) };
  }
}

function partOf(account: string, { events, timezone: _same, ...rest }: EventPage): Part<Entry> {
  return { ...rest, entries: events.map((event) => ({ ...event, account })) };
}

/** A calendar of that name is in another account. */
export function isNotFound({ code }: MailboxError): boolean {
  return code === 'not_found';
}

/** As in one calendar: by start, whole days first, then title. */
function inOrder(zone: string): (a: Entry, b: Entry) => number {
  const startOf = ({ start }: Entry) => parseInstant(start, zone)?.getTime() ?? 0;
  const rankOf = ({ allDay }: Entry) => (allDay ? 0 : 1);
  const titleOf = ({ title }: Entry) => title.toLowerCase();
  return (a, b) => {
    const byTime = startOf(a) - startOf(b) || rankOf(a) - rankOf(b);
    if (byTime !== 0 || titleOf(a) === titleOf(b)) return byTime;
    return titleOf(a) < titleOf(b) ? -1 : 1;
  };
}
