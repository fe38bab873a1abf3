import * as z from 'zod';
import { createdEvent } from '../../domain/calendar.ts';
import { words } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';
import { calendarId, eventFields, moment } from './event-fields.ts';

export const createEvent = defineTool({
  name: 'create_event',
  toolset: 'calendar',
  title: 'Create an event',
  description:
    'Create an event or series. With attendees, invitations leave at once. conflicts: what else is at that time.',
  input: z.strictObject({
    title: words(500).describe('What it is'),
    start: moment.describe('Day (then all-day) or time (ISO 8601)'),
    ...eventFields,
    calendar: calendarId.optional(),
  }),
  output: createdEvent,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  requiresUserInteraction: true,
  handler: (input, { schedule, signal, confirm }) => schedule.createEvent(input, { signal, confirm }),
});
