import * as z from 'zod';
import { mailId, part, words } from '../arguments.ts';

const people = z.array(words(400)).max(100);

const attachment = z.strictObject({
  path: words(4_000).describe('A file in MAILBOX_ATTACHMENT_DIRS').optional(),
  name: words(200).optional(),
  contentBase64: words(10_000_000).optional(),
  type: words(100).describe('Media type').optional(),
  emailId: mailId.describe('Take it from this e-mail').optional(),
  part: part.describe('Its part; without: the whole e-mail').optional(),
});

/** What makes a message; shared by send_email and create_draft. */
export const composition = {
  to: people.describe('Joe <joe@example.org>; default for replies: as is right').optional(),
  cc: people.describe('Also').optional(),
  bcc: people.describe('Unseen by the others').optional(),
  subject: z.string().max(1_000).describe('Default for replies and forwards: from the original').optional(),
  text: z.string().max(2_000_000).describe('Plain text, without quote: it is added').optional(),
  html: z.string().max(2_000_000).describe('The same as HTML, if wanted').optional(),
  attachments: z
    .array(attachment)
    .max(100)
    .describe('Each: path, or name + contentBase64, or emailId (+ part)')
    .optional(),
  from: words(400).describe('One of the own addresses').optional(),
  inReplyTo: mailId.describe('Mail id of the e-mail this answers').optional(),
  replyAll: z.boolean().describe('Answer all recipients').optional(),
  forwardOf: mailId.describe('Mail id of the e-mail to forward, with its attachments').optional(),
};
