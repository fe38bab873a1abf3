import * as z from 'zod';
import { emailThread } from '../../domain/mail.ts';
import { count, mailId, maxChars } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';

export const getEmailThread = defineTool({
  name: 'get_email_thread',
  toolset: 'mail',
  title: 'Read a conversation',
  description:
    'Read the whole conversation an e-mail belongs to, oldest first, with the new text of each message.',
  input: z.strictObject({
    id: mailId,
    limit: count(100).default(50).describe('Messages'),
    offset: z.int().min(0).max(100_000).describe('Messages to skip').optional(),
    maxChars: maxChars.describe('Length of all texts together').optional(),
  }),
  output: emailThread,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  handler: (input, { mail, signal }) => mail.thread(input, { signal }),
});
