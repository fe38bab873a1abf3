import * as z from 'zod';
import { eventPage, eventPageOfAll } from '../../domain/calendar.ts';
import { count, words } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';
import { calendarId, moment } from './event-fields.ts';

export const searchCalendar = defineTool({
  name: 'search_calendar',
  toolset: 'calendar',
  title: 'Search the calendar',
  description: 'Search events by words in title, description, place and people, a year back and ahead.',
  input: z.strictObject({
    query: words(500).describe('Words; all must occur'),
    start: moment.describe('From this day or time on').optional(),
    end: moment.describe('Up to this day, or before this time').optional(),
    calendar: calendarId.optional(),
    limit: count(100).describe('Events per page; default 20').optional(),
    cursor: words(2_000).describe('nextCursor of the previous page').optional(),
  }),
  output: eventPage,
  spansAccounts: eventPageOfAll,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  handler: (input, { calendar, signal }) => calendar.searchEvents(input, { signal }),
});
