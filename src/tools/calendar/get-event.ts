import * as z from 'zod';
import { eventDetails } from '../../domain/calendar.ts';
import { textOffset } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';
import { eventId } from './event-fields.ts';

export const getEvent = defineTool({
  name: 'get_event',
  toolset: 'calendar',
  title: 'Read an event',
  description: 'Read one event or occurrence: description, people, rule of the series, reminders.',
  input: z.strictObject({ id: eventId, offset: textOffset.optional() }),
  output: eventDetails,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  handler: (input, { calendar, signal }) => calendar.getEvent(input, { signal }),
});
