import * as z from 'zod';
import { downloadedFile } from '../../domain/mail.ts';
import { mailId, part, words } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';

export const downloadAttachment = defineTool({
  name: 'download_attachment',
  toolset: 'mail',
  title: 'Save an attachment',
  description: "Save an attachment as a new file in the user's download folder. Never overwrites.",
  input: z.strictObject({
    id: mailId,
    part,
    filename: words(200).describe('File name; default: as sent').optional(),
  }),
  output: downloadedFile,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  handler: (input, { mail, signal }) => mail.download(input, { signal }),
});
