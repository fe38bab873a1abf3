import * as z from 'zod';
import { folderList } from '../../domain/mail.ts';
import { words } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';

export const getFolders = defineTool({
  name: 'get_folders',
  toolset: 'mail',
  title: 'List mail folders',
  description: 'List mail folders with role, total and unread counts.',
  input: z.strictObject({ cursor: words(2_000).describe('nextCursor of the previous answer').optional() }),
  output: folderList,
  spansAccounts: folderList,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  handler: (input, { mail, signal }) => mail.folders(input, { signal }),
});
