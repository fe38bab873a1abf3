import * as z from 'zod';
import { attachmentContent } from '../../domain/mail.ts';
import { mailId, maxChars, part, textOffset } from '../arguments.ts';
import { defineTool, WithImage } from '../define-tool.ts';

export const getAttachment = defineTool({
  name: 'get_attachment',
  toolset: 'mail',
  title: 'Read an attachment',
  description:
    'Read an attachment: the text of PDF, Office, OpenDocument, HTML, CSV, calendar and e-mail files, or the image.',
  input: z.strictObject({
    id: mailId,
    part,
    offset: textOffset.optional(),
    maxChars: maxChars.default(8_000).describe('Length of text'),
  }),
  output: attachmentContent,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  handler: async (input, { mail, signal }) => {
    const { content, image } = await mail.attachment(input, { signal });
    return image ? new WithImage(content, image) : content;
  },
});
