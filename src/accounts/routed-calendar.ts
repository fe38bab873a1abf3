import type { CalendarPort, SchedulePort } from '../domain/calendar-port.ts';
import type { CalendarOfAll } from './calendar-of-all.ts';
import type { Choice } from './choice.ts';
import { freeBusyOfAll, sharesOf } from './free-busy-of-all.ts';
import type { Grace } from './grace.ts';

export interface SpanOptions {
  /** IANA zone of all accounts. */
  zone: string;
  /** How long the others have once an account has answered. */
  grace: Grace;
}

/** Calendars of the account a call is for, or of all. A calendar that says its account is asked there alone. */
export function routedCalendar(choice: Choice, all: CalendarOfAll, options: SpanOptions): CalendarPort {
  const isInOne = ({ calendar, cursor }: { calendar?: string | undefined; cursor?: string | undefined }) =>
    choice.ownerOf(calendar) !== undefined || !choice.spans(cursor);
  return {
    listCalendars: async (request, context) =>
      choice.spans()
        ? await all.listCalendars(context)
        : await choice.one([]).calendar.listCalendars(request, context),
    getEvents: async (request, context) =>
      isInOne(request)
        ? await choice.byCalendars([request.calendar], request.cursor).calendar.getEvents(request, context)
        : await all.getEvents(request, context),
    searchEvents: async (request, context) =>
      isInOne(request)
        ? await choice.byCalendars([request.calendar], request.cursor).calendar.searchEvents(request, context)
        : await all.searchEvents(request, context),
    getEvent: async (request, context) =>
      await choice.byIds([request.id]).calendar.getEvent(request, context),
    async getFreeBusy(request, context) {
      const { calendars } = request;
      const owners = new Set(calendars?.map((id) => choice.ownerOf(id) ?? choice.default));
      const isOfOne = choice.named !== undefined || (!choice.spans() && owners.size < 2);
      if (isOfOne) return await choice.byCalendars(calendars ?? []).calendar.getFreeBusy(request, context);
      const ownerOf = (id: string) => choice.ownerOf(id) ?? (choice.spans() ? undefined : choice.default);
      const shares = sharesOf(choice.members, calendars, ownerOf);
      return await freeBusyOfAll(shares, request, context, options);
    },
    async eventIdOf(event, context) {
      const member = choice.members.find(({ name }) => name === event.account);
      return await (member ?? choice.default).services.calendar.eventIdOf(event, context);
    },
  };
}

/** Changes to calendars of the account a call is for. */
export function routedSchedule(choice: Choice): SchedulePort {
  return {
    createEvent: async (request, context) =>
      await choice.byCalendars([request.calendar]).schedule.createEvent(request, context),
    updateEvent: async (request, context) =>
      await choice.byIds([request.id]).schedule.updateEvent(request, context),
    deleteEvent: async (request, context) =>
      await choice.byIds([request.id]).schedule.deleteEvent(request, context),
    respond: async (request, context) =>
      await choice.byIds([request.id, request.emailId]).schedule.respond(request, context),
  };
}
