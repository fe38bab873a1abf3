import * as z from 'zod';
import { draft } from '../../domain/outbox.ts';
import { mailId } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';
import { composition } from './composition.ts';

export const createDraft = defineTool({
  name: 'create_draft',
  toolset: 'mail',
  title: 'Write a draft',
  description:
    'Write a draft, also of a reply (inReplyTo) or forward (forwardOf), for the user to see before it is sent. Sends nothing.',
  input: z.strictObject({
    ...composition,
    replaces: mailId.describe('Draft that this one replaces').optional(),
  }),
  output: draft,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  handler: (input, { outbox, signal }) => outbox.createDraft(input, { signal }),
});
