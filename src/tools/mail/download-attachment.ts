import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { downloadedFile } from '../../domain/mail.ts';
import { mailId, part, words } from '../arguments.ts';
import { defineTool, WithLink } from '../define-tool.ts';

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
  async handler(input, { mail, signal }) {
    const file = await mail.download(input, { signal });
    return new WithLink(file, { uri: pathToFileURL(file.path).href, name: basename(file.path) });
  },
});
