import * as z from 'zod';
import { bodyFormats, email } from '../../domain/mail.ts';
import { mailId, maxChars, textOffset } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';

export const getEmail = defineTool({
  name: 'get_email',
  toolset: 'mail',
  title: 'Read an e-mail',
  description:
    'Read one e-mail: people, clean text, attachments, sender authentication and warnings. Leaves it unread.',
  input: z.strictObject({
    id: mailId,
    format: z.enum(bodyFormats).default('text').describe('source: the raw message'),
    quoted: z.boolean().describe('Keep quoted history and signature').optional(),
    offset: textOffset.optional(),
    maxChars: maxChars.default(8_000).describe('Length of text'),
  }),
  output: email,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  handler: async (input, { mail, calendar, signal }) => {
    const { invitedTo, ...email } = await mail.read(input, { signal });
    const { invitation } = email;
    const eventId = invitedTo && (await calendar.eventIdOf(invitedTo, { signal }));
    return invitation && eventId ? { ...email, invitation: { ...invitation, eventId } } : email;
  },
});
