import * as z from 'zod';
import { freeBusy } from '../../domain/calendar.ts';
import { words } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';
import { moment } from './event-fields.ts';

export const getFreeBusy = defineTool({
  name: 'get_free_busy',
  toolset: 'calendar',
  title: 'Find free time',
  description:
    "Find the user's busy times and free slots within working hours. Nothing is free while incomplete names a calendar.",
  input: z.strictObject({
    start: moment.describe('First day or time (ISO 8601)'),
    end: moment.describe('Last day, or time before which'),
    calendars: z.array(words(200)).max(50).describe('Ids or names; default all').optional(),
    duration: z.int().min(1).max(10_080).describe('Minutes a free slot has at least; default 30').optional(),
    workingHours: words(20).describe('Default 09:00-17:00').optional(),
    workingDays: z
      .array(z.enum(['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su']))
      .max(7)
      .describe('Default mo to fr')
      .optional(),
  }),
  output: freeBusy,
  spansAccounts: freeBusy,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  handler: (input, { calendar, signal }) => calendar.getFreeBusy(input, { signal }),
});
