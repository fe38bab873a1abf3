import * as z from 'zod';
import { movedMail } from '../../domain/filing.ts';
import { mailIds, words } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';

export const moveEmail = defineTool({
  name: 'move_email',
  toolset: 'mail',
  title: 'Move e-mails',
  description: 'Move e-mails to a folder. failed lists those that were not moved; newId replaces the old id.',
  input: z.strictObject({
    ids: mailIds,
    folder: words(500).describe('Path or role (inbox sent drafts trash junk archive)'),
  }),
  output: movedMail,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  handler: (input, { filing, signal }) => filing.move(input, { signal }),
});
