import * as z from 'zod';
import { stale } from './stale.ts';

/** The nouns of mail. Each schema is also the tool's output schema: no field stands here that is not sent. */

const address = z.string().describe('Name <address>');
const mailId = z.string();

export const folderRoles = ['inbox', 'sent', 'drafts', 'trash', 'junk', 'archive'] as const;
export type FolderRole = (typeof folderRoles)[number];

/** A place that could not be asked, and why. Its presence means: the answer does not cover everything. */
export const incomplete = z.array(z.object({ where: z.string(), code: z.string() }));
export type Incomplete = z.infer<typeof incomplete>;

export const folder = z.object({
  path: z.string(),
  role: z.enum(folderRoles).optional(),
  total: z.number().int(),
  unread: z.number().int(),
  holdsMessages: z.literal(false).optional(),
});
export type Folder = z.infer<typeof folder>;
export const folderList = z.object({
  folders: z.array(folder),
  nextCursor: z.string().optional(),
  incomplete: z.array(incomplete.element.extend({ reason: z.string().optional() })).optional(),
});
export type FolderList = z.infer<typeof folderList>;

export const emailSummary = z.object({
  id: mailId,
  date: z.string(),
  from: address,
  to: z.array(address).optional(),
  subject: z.string(),
  flags: z.array(z.string()).optional(),
  attachments: z.number().int().optional(),
  size: z.number().int().optional(),
  preview: z.string().optional(),
});
export type EmailSummary = z.infer<typeof emailSummary>;

/** An e-mail of a list, and beside it what the lists of several accounts are merged by. */
export interface FoundEmail extends EmailSummary {
  /** Milliseconds; where it stands in the list at another time than its date. */
  rank?: number;
}

export const searchResult = z.object({
  stale: stale.optional(),
  total: z.number().int().optional(),
  emails: z.array(emailSummary),
  searched: z.array(z.string()),
  nextCursor: z.string().optional(),
  incomplete: incomplete.optional(),
});
export type SearchResult = z.infer<typeof searchResult> & { emails: FoundEmail[] };

/** Where there are several accounts an answer over all of them says whose each e-mail is. */
export const searchResultOfAll = searchResult.extend({
  emails: z.array(emailSummary.extend({ account: z.string().optional() })),
});

export const warningCodes = [
  'hidden_text_removed',
  'link_mismatch',
  'reply_to_differs',
  'display_name_spoof',
  'lookalike_domain',
  'charset_guessed',
  'malformed',
  'parts_differ',
] as const;
export const warning = z.object({ code: z.enum(warningCodes), detail: z.string() });
export type Warning = z.infer<typeof warning>;

export const authentication = z.object({
  verdict: z.enum(['pass', 'fail', 'none', 'unknown']),
  dmarc: z.string().optional(),
  dkim: z.string().optional(),
  spf: z.string().optional(),
  from: z.string().optional(),
});
export type Authentication = z.infer<typeof authentication>;

export const attachmentInfo = z.object({
  part: z.string(),
  name: z.string(),
  type: z.string(),
  size: z.number().int(),
  inline: z.literal(true).optional(),
});
export type AttachmentInfo = z.infer<typeof attachmentInfo>;

/** How many entries of long lists are left out of an answer. */
const omitted = z
  .object({
    to: z.number().int().optional(),
    cc: z.number().int().optional(),
    bcc: z.number().int().optional(),
    attachments: z.number().int().optional(),
  })
  .optional();
export type Omitted = z.infer<typeof omitted>;

const encrypted = z.enum(['pgp', 'smime']).optional();

export const invitation = z.object({
  method: z.string(),
  eventId: z.string().optional(),
  title: z.string(),
  start: z.string(),
  end: z.string(),
  organizer: z.string(),
});
export type Invitation = z.infer<typeof invitation>;

/** The event an invitation is about, as calendars know it. */
export interface InvitedEvent {
  /** RFC 5545 §3.8.4.7. */
  uid: string;
  /** Original start, where it is about one occurrence of a series: as behind the `@` of an event id. */
  occurrence?: string;
  /** Where there are several, the account whose mail it came with. */
  account?: string;
}

export const bodyFormats = ['text', 'html', 'source'] as const;
export type BodyFormat = (typeof bodyFormats)[number];

export const emailBody = z.object({
  text: z.string(),
  format: z.enum(bodyFormats),
  totalChars: z.number().int(),
  nextOffset: z.number().int().optional(),
  quotedOmitted: z.number().int().optional(),
  hiddenRemoved: z.number().int().optional(),
});
export type EmailBody = z.infer<typeof emailBody>;

export const email = z.object({
  stale: stale.optional(),
  id: mailId,
  messageId: z.string(),
  date: z.string(),
  from: address,
  to: z.array(address),
  cc: z.array(address).optional(),
  bcc: z.array(address).optional(),
  replyTo: z.array(address).optional(),
  subject: z.string(),
  flags: z.array(z.string()).optional(),
  folder: z.string(),
  authentication,
  body: emailBody,
  attachments: z.array(attachmentInfo).optional(),
  omitted,
  invitation: invitation.optional(),
  list: z.object({ id: z.string().optional(), unsubscribe: z.string().optional() }).optional(),
  encrypted,
  warnings: z.array(warning).optional(),
});
export type Email = z.infer<typeof email>;

/** An e-mail to show, and beside it what a calendar finds the event of its invitation by. */
export interface ReadEmail extends Email {
  invitedTo?: InvitedEvent;
}

export const emailThread = z.object({
  stale: stale.optional(),
  subject: z.string(),
  participants: z.array(address),
  total: z.number().int(),
  emails: z.array(
    z.object({
      id: mailId,
      date: z.string(),
      from: address,
      to: z.array(address),
      subject: z.string(),
      folder: z.string(),
      text: z.string(),
      totalChars: z.number().int().optional(),
      nextOffset: z.number().int().optional(),
      quotedOmitted: z.number().int().optional(),
      attachments: z.array(attachmentInfo).optional(),
      omitted,
      encrypted,
    }),
  ),
  nextOffset: z.number().int().optional(),
  incomplete: incomplete.optional(),
});
export type EmailThread = z.infer<typeof emailThread>;

export const attachmentContent = z.object({
  name: z.string(),
  type: z.string(),
  size: z.number().int(),
  text: z.string().optional(),
  nextOffset: z.number().int().optional(),
  totalChars: z.number().int().optional(),
  event: invitation.optional(),
  encrypted,
  warnings: z.array(warning).optional(),
});
export type AttachmentContent = z.infer<typeof attachmentContent>;

/** An attachment to show: the facts, and for an image its bytes for an image block beside the JSON. */
export interface Attachment {
  content: AttachmentContent;
  image?: { data: Uint8Array; mimeType: string };
}

export const downloadedFile = z.object({ path: z.string(), size: z.number().int(), sha256: z.string() });
export type DownloadedFile = z.infer<typeof downloadedFile>;
