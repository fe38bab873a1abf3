import * as z from 'zod';
import { folderPath as folder } from '../../domain/filing.ts';
import { folderPath } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';

export const deleteDirectory = defineTool({
  name: 'delete_directory',
  toolset: 'mail',
  title: 'Delete an empty mail folder',
  description: 'Delete a mail folder that holds neither e-mails nor folders.',
  input: z.strictObject({ path: folderPath }),
  output: folder,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  requiresUserInteraction: true,
  handler: (input, { filing, signal }) => filing.deleteFolder(input, { signal }),
});
