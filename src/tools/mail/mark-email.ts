import * as z from 'zod';
import { markedMail } from '../../domain/filing.ts';
import { mailIds, words } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';

const flags = z.array(words(100)).max(20);

export const markEmail = defineTool({
  name: 'mark_email',
  toolset: 'mail',
  title: 'Mark e-mails',
  description: 'Mark e-mails as read, flagged, answered or forwarded, or with a keyword; or take marks away.',
  input: z.strictObject({
    ids: mailIds,
    add: flags.describe('read flagged answered forwarded, or a keyword').optional(),
    remove: flags.describe('The same; removing read makes unread').optional(),
  }),
  output: markedMail,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  handler: (input, { filing, signal }) => filing.mark(input, { signal }),
});
