import * as z from 'zod';
import { deletedEvent } from '../../domain/calendar.ts';
import { defineTool } from '../define-tool.ts';
import { eventId, scope } from './event-fields.ts';

export const deleteEvent = defineTool({
  name: 'delete_event',
  toolset: 'calendar',
  title: 'Delete an event',
  description:
    'Delete an event for good, or of a series what scope says. Attendees are told; the invitation of others is declined.',
  input: z.strictObject({ id: eventId, scope: scope.optional() }),
  output: deletedEvent,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  requiresUserInteraction: true,
  handler: (input, { schedule, signal, confirm }) => schedule.deleteEvent(input, { signal, confirm }),
});
