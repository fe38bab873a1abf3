import * as z from 'zod';
import { searchResult, searchResultOfAll } from '../../domain/mail.ts';
import { count, people, words } from '../arguments.ts';
import { defineTool } from '../define-tool.ts';

const day = words(40);
const yes = z.boolean();

export const searchEmails = defineTool({
  name: 'search_emails',
  toolset: 'mail',
  title: 'Search e-mails',
  description:
    'Search or list e-mails, newest first. All conditions must match; without any, lists the latest. ' +
    'nextCursor: more to come. incomplete: folders that could not be searched.',
  input: z.strictObject({
    query: words(500).describe('Words in subject, people or text; "a phrase", -without, OR').optional(),
    folder: words(500)
      .describe('Path, role (inbox sent drafts trash junk archive) or all (default; not junk, trash)')
      .optional(),
    from: people(words(320).describe('Sender name or address')).optional(),
    to: people(words(320).describe('Recipient name or address')).optional(),
    subject: words(500).describe('Words in the subject').optional(),
    since: day.describe('From this date or time on (ISO 8601)').optional(),
    before: day.describe('Before this date or time').optional(),
    unread: yes.describe('Only unread, or only read').optional(),
    flagged: yes.describe('Only flagged, or not').optional(),
    hasAttachment: yes.describe('Only with attachments, or without').optional(),
    largerThan: z.int().min(0).max(1_000_000_000).describe('Bytes').optional(),
    keyword: words(100).describe('IMAP keyword').optional(),
    limit: count(100).default(20).describe('E-mails per page'),
    cursor: words(2_000).describe('nextCursor of the previous page').optional(),
    preview: yes.describe('Add the first words of each text').optional(),
  }),
  output: searchResult,
  spansAccounts: searchResultOfAll,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  handler: (input, { mail, signal }) => mail.search(input, { signal }),
});
