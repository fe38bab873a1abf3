import type { AttachmentInput, AttachmentReading, readPages } from '../attachment.ts';
import type { QuotedMarkup, QuoteOptions } from '../html/quote.ts';
import type { MessageInput, MessageReading } from '../message.ts';

/** What passes between the content reader and its threads: one of these, and its answer. */

export type ContentJob =
  | { task: 'message'; input: MessageInput }
  | { task: 'attachment'; input: AttachmentInput }
  | { task: 'pages'; input: Parameters<typeof readPages>[0] }
  | { task: 'quote'; input: QuoteInput };

export interface QuoteInput {
  html: string;
  options: QuoteOptions;
}

export type ContentAnswer = MessageReading | AttachmentReading | QuotedMarkup;

export const purpose = 'read-content';
