import * as z from 'zod';
import { folderPath as folder } from '../../domain/filing.ts';
import { folderPath } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';

export const renameDirectory = defineTool({
  name: 'rename_directory',
  toolset: 'mail',
  title: 'Rename a mail folder',
  description: 'Rename or move a mail folder with all in it. Never overwrites another.',
  input: z.strictObject({ path: folderPath, newPath: folderPath.describe('New path, in full') }),
  output: folder,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  handler: (input, { filing, signal }) => filing.renameFolder(input, { signal }),
});
