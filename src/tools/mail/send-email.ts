import * as z from 'zod';
import { sentMail } from '../../domain/outbox.ts';
import { mailId, words } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';
import { composition } from './composition.ts';

export const sendEmail = defineTool({
  name: 'send_email',
  toolset: 'mail',
  title: 'Send an e-mail',
  description:
    'Send an e-mail, a reply (inReplyTo), a forward (forwardOf) or a draft (draft, alone), and file it in Sent. ' +
    'status unknown: it may have been sent; check, do not send again.',
  input: z.strictObject({
    ...composition,
    draft: mailId.describe('Draft to send as it is, instead of all else').optional(),
    idempotencyKey: words(200).describe('A new one allows the same content again').optional(),
  }),
  output: sentMail,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  sends: true,
  requiresUserInteraction: true,
  handler: (input, { outbox, signal, confirm }) => outbox.send(input, { signal, confirm }),
});
