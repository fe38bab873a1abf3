import * as z from 'zod';
import { eventPage, eventPageOfAll } from '../../domain/calendar.ts';
import { count, words } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';
import { calendarId, moment } from './event-fields.ts';

export const getCalendarEvents = defineTool({
  name: 'get_calendar_events',
  toolset: 'calendar',
  title: 'Show calendar events',
  description:
    'Show every event in a range of time, each occurrence of a series by itself, from all calendars. ' +
    'incomplete: what could not be read.',
  input: z.strictObject({
    start: moment.describe('First day or time (ISO 8601)'),
    end: moment.describe('Last day, or time before which; default 7 days').optional(),
    calendar: calendarId.optional(),
    limit: count(500).describe('Events per page; default 100').optional(),
    cursor: words(2_000).describe('nextCursor of the previous page').optional(),
  }),
  output: eventPage,
  spansAccounts: eventPageOfAll,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  handler: (input, { calendar, signal }) => calendar.getEvents(input, { signal }),
});
