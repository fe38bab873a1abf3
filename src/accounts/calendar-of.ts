import { jsonBytes, withinBytes } from '../domain/answer-size.ts';
import type { EventPage } from '../domain/calendar.ts';
import type { CalendarPort, SchedulePort } from '../domain/calendar-port.ts';
import type { Account } from './account.ts';
import { OwnIds, splitId } from './account-id.ts';
import { answerBytes } from './fitting.ts';

/** The calendars of one account, with ids that say so. @param names of all accounts */
export function calendarOf({ name, open }: Account, names: readonly string[]): CalendarPort {
  const ids = new OwnIds(name);
  const calendar = async () => (await open()).calendar;
  const own = <T extends ListRequest>(request: T): T => ({
    ...request,
    calendar: ids.bare(request.calendar),
    cursor: ids.bare(request.cursor),
  });
  return {
    async listCalendars(request, context) {
      const list = ids.gaps(await (await calendar()).listCalendars(request, context));
      // Passed on as it is, a name like `home:Team` would mean another account's.
      const told = (title: string) => (splitId(title, names).account === undefined ? title : ids.full(title));
      const calendars = list.calendars.map((entry) => ({ ...ids.entry(entry), name: told(entry.name) }));
      return { ...list, calendars };
    },
    async getEvents(request, context) {
      const { getEvents } = bound(await calendar());
      return await fittingPage(own(request), ids, (asked) => getEvents(asked, context));
    },
    async searchEvents(request, context) {
      const { searchEvents } = bound(await calendar());
      return await fittingPage(own(request), ids, (asked) => searchEvents(asked, context));
    },
    async getEvent(request, context) {
      return detailed(
        await (await calendar()).getEvent({ ...request, id: ids.bare(request.id) }, context),
        ids,
      );
    },
    async getFreeBusy(request, context) {
      const calendars = request.calendars?.map((id) => ids.bare(id));
      return ids.gaps(await (await calendar()).getFreeBusy({ ...request, calendars }, context));
    },
    async eventIdOf({ account: _own, ...event }, context) {
      const id = await (await calendar()).eventIdOf(event, context);
      return id === undefined ? undefined : ids.full(id);
    },
  };
}

/** Changes to the calendars of one account. */
export function scheduleOf({ name, open }: Account): SchedulePort {
  const ids = new OwnIds(name);
  const schedule = async () => (await open()).schedule;
  const own = <T extends { id: string }>(request: T): T => ({ ...request, id: ids.bare(request.id) });
  return {
    async createEvent(request, context) {
      const bare = { ...request, calendar: ids.bare(request.calendar) };
      return changed(await (await schedule()).createEvent(bare, context), ids);
    },
    async updateEvent(request, context) {
      return changed(await (await schedule()).updateEvent(own(request), context), ids);
    },
    async deleteEvent(request, context) {
      const { deleted, ...rest } = await (await schedule()).deleteEvent(own(request), context);
      return { ...rest, deleted: ids.entry(deleted) };
    },
    async respond(request, context) {
      const bare = { ...request, id: ids.bare(request.id), emailId: ids.bare(request.emailId) };
      return detailed(await (await schedule()).respond(bare, context), ids);
    },
  };
}

interface ListRequest {
  calendar?: string | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}

function bound(calendar: CalendarPort): Pick<CalendarPort, 'getEvents' | 'searchEvents'> {
  return {
    getEvents: (request, context) => calendar.getEvents(request, context),
    searchEvents: (request, context) => calendar.searchEvents(request, context),
  };
}

/** Longer ids may leave no room for the last events of a page: then it is asked for anew without those. */
async function fittingPage<T extends ListRequest>(
  request: T,
  ids: OwnIds,
  ask: (request: T) => Promise<EventPage>,
): Promise<EventPage> {
  const page = pageOf(await ask(request), ids);
  const room = withinBytes(page.events, answerBytes - jsonBytes({ ...page, events: [] }));
  if (room >= page.events.length) return page;
  return pageOf(await ask({ ...request, limit: Math.max(1, room) }), ids);
}

function pageOf(page: EventPage, ids: OwnIds): EventPage {
  const events = page.events.map((event) => placed(event, ids));
  return ids.page(ids.gaps({ ...page, events }));
}

function placed<T extends { id: string; calendar: string }>(event: T, ids: OwnIds): T {
  return { ...ids.entry(event), calendar: ids.full(event.calendar) };
}

interface Details {
  id: string;
  calendar: string;
  series?: { id: string; start: string } | undefined;
}

function detailed<T extends Details>(event: T, ids: OwnIds): T {
  const { series } = event;
  return { ...placed(event, ids), ...(series && { series: ids.entry(series) }) };
}

function changed<T extends Details & { conflicts?: { id: string; calendar: string }[] | undefined }>(
  event: T,
  ids: OwnIds,
): T {
  const { conflicts } = event;
  return {
    ...detailed(event, ids),
    ...(conflicts && { conflicts: conflicts.map((other) => placed(other, ids)) }),
  };
}
