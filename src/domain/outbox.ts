import * as z from 'zod';

/** What left the house, and what waits to. */

const address = z.string().describe('Name <address>');

export const outboxWarningCodes = [
  'outcome_unknown',
  'copy_not_saved',
  'draft_not_removed',
  'original_not_marked',
  'new_recipient',
  'authentication_failed',
  'reply_to_differs',
  'attachment_missing',
  'executable_attachment',
  'automatic_mail',
  'recipient_left_out',
] as const;
export const outboxWarning = z.object({ code: z.enum(outboxWarningCodes), detail: z.string() });
export type OutboxWarning = z.infer<typeof outboxWarning>;

/** How many entries of long lists are left out of an answer. */
const count = z.number().int().optional();
const lists = { to: count, cc: count, bcc: count };

export const sentMail = z.object({
  status: z.enum(['sent', 'unknown']),
  messageId: z.string(),
  from: address,
  to: z.array(address),
  cc: z.array(address).optional(),
  bcc: z.array(address).optional(),
  accepted: z.array(z.string()),
  rejected: z.array(z.object({ address: z.string(), reason: z.string() })).optional(),
  savedTo: z.string().optional(),
  omitted: z.object({ ...lists, accepted: count, rejected: count }).optional(),
  warnings: z.array(outboxWarning).optional(),
});
export type SentMail = z.infer<typeof sentMail>;

export const draft = z.object({
  id: z.string(),
  messageId: z.string(),
  folder: z.string(),
  from: address,
  to: z.array(address),
  cc: z.array(address).optional(),
  bcc: z.array(address).optional(),
  subject: z.string(),
  omitted: z.object({ ...lists, attachments: count }).optional(),
  attachments: z.array(z.object({ name: z.string(), size: z.number().int() })).optional(),
  warnings: z.array(outboxWarning).optional(),
});
export type Draft = z.infer<typeof draft>;
