import * as z from 'zod';
import { deletedMail } from '../../domain/filing.ts';
import { mailIds } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';

export const deleteEmail = defineTool({
  name: 'delete_email',
  toolset: 'mail',
  title: 'Delete e-mails',
  description:
    'Delete e-mails: moves them to Trash; those in Trash already, or with permanent, are gone for good.',
  input: z.strictObject({
    ids: mailIds,
    permanent: z.boolean().describe('Delete for good, without Trash').optional(),
  }),
  output: deletedMail,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  requiresUserInteraction: true,
  handler: (input, { filing, signal }) => filing.remove(input, { signal }),
});
