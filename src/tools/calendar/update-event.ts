import * as z from 'zod';
import { updatedEvent } from '../../domain/calendar.ts';
import { words } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';
import { eventFields, eventId, moment, scope } from './event-fields.ts';

export const updateEvent = defineTool({
  name: 'update_event',
  toolset: 'calendar',
  title: 'Change an event',
  description:
    'Change an event; only the fields given. For a series say scope. Attendees are told. A new start keeps the duration.',
  input: z.strictObject({
    id: eventId,
    scope: scope.optional(),
    title: words(500).describe('What it is').optional(),
    start: moment.describe('Day (then all-day) or time').optional(),
    ...eventFields,
  }),
  output: updatedEvent,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  requiresUserInteraction: true,
  handler: (input, { schedule, signal, confirm }) => schedule.updateEvent(input, { signal, confirm }),
});
