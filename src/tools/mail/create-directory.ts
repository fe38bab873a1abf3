import * as z from 'zod';
import { folderPath as folder } from '../../domain/filing.ts';
import { folderPath } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';

export const createDirectory = defineTool({
  name: 'create_directory',
  toolset: 'mail',
  title: 'Create a mail folder',
  description: 'Create a mail folder, with its parents.',
  input: z.strictObject({ path: folderPath.describe('Path, e.g. Projects/2026') }),
  output: folder,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  handler: (input, { filing, signal }) => filing.createFolder(input, { signal }),
});
