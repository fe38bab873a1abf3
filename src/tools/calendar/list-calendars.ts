import * as z from 'zod';
import { calendarList } from '../../domain/calendar.ts';
import { defineTool } from '../define-tool.ts';

export const listCalendars = defineTool({
  name: 'list_calendars',
  toolset: 'calendar',
  title: 'List calendars',
  description: 'List the calendars and task lists, which are read-only, and the zone of the user.',
  input: z.strictObject({}),
  output: calendarList,
  spansAccounts: calendarList,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  handler: (input, { calendar, signal }) => calendar.listCalendars(input, { signal }),
});
