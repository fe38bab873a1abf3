import * as z from 'zod';
import { sentMail } from '../../domain/outbox.ts';
import { mailId } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';

export const sendDraft = defineTool({
  name: 'send_draft',
  toolset: 'mail',
  title: 'Send a draft',
  description:
    'Send a draft exactly as it is, file it in Sent and remove the draft. ' +
    'status unknown: it may have been sent; check, do not send again.',
  input: z.strictObject({ id: mailId }),
  output: sentMail,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  sends: true,
  requiresUserInteraction: true,
  handler: (input, { outbox, signal, confirm }) => outbox.sendDraft(input, { signal, confirm }),
});
