import * as z from 'zod';
import { answeredInvitation } from '../../domain/calendar.ts';
import { mailId } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';
import { eventId, scope } from './event-fields.ts';

export const respondToInvitation = defineTool({
  name: 'respond_to_invitation',
  toolset: 'calendar',
  title: 'Answer an invitation',
  description:
    'Accept, decline or tentatively accept an invitation, by event id or by the e-mail it came with; the organizer is told.',
  input: z.strictObject({
    id: eventId.optional(),
    emailId: mailId.describe('Mail id of the invitation').optional(),
    response: z.enum(['accepted', 'declined', 'tentative']).describe('The answer'),
    scope: scope.optional(),
    comment: z.string().max(2_000).describe('To the organizer').optional(),
  }),
  output: answeredInvitation,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  requiresUserInteraction: true,
  handler: (input, { schedule, signal, confirm }) => schedule.respond(input, { signal, confirm }),
});
