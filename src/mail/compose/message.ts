import { createHash } from 'node:crypto';
import type { MailComposerAttachment, MailComposerOptions } from 'nodemailer/lib/mail-composer';
import { cleanLine } from '../../content/clean.ts';
import { checkHeaderText, invalid } from '../../content/header-text.ts';
import { checkAddress, type Mailbox } from '../../content/mailbox.ts';
import { isEightBit, type MessageAttachment, mimeAttachment } from './message-attachment.ts';
import { checkMessageId } from './message-id.ts';

/** Everything a message consists of. */
export interface MessageParts {
  from: Mailbox;
  to: readonly Mailbox[];
  cc?: readonly Mailbox[];
  bcc?: readonly Mailbox[];
  subject: string;
  messageId: string;
  date: Date;
  inReplyTo?: string;
  references?: readonly string[];
  forwardedMessageId?: string;
  text: string;
  html?: string;
  attachments?: readonly MessageAttachment[];
}

/** Loaded at the first message, and asked for once: every import() costs a little, a known module too. */
let mailComposer: Promise<typeof import('nodemailer/lib/mail-composer')> | undefined;

/**
 * The message as bytes (RFC 5322, MIME), Bcc kept: a function of its parts alone, MIME boundaries included. CRLF line
 * ends, no line over 998 octets, the header ASCII unless a local part is not. Reads no file and no address on the net.
 * @throws MailboxError `invalid_input` naming the part that may not stand in a header.
 */
export async function compileMessage(parts: MessageParts): Promise<Uint8Array> {
  const attachments = (parts.attachments ?? []).map((attachment, index) =>
    mimeAttachment(`attachments[${index}]`, attachment),
  );
  mailComposer ??= import('nodemailer/lib/mail-composer');
  const { default: MailComposer } = await mailComposer;
  const root = new MailComposer({
    ...header(parts),
    ...body(parts),
    attachments,
    // An enclosing part must not promise less than what it holds (RFC 2045 §6.4).
    headers: {
      ...(isEightBit(attachments) ? { 'Content-Transfer-Encoding': '8bit' } : {}),
      ...forwarded(parts),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'win',
    boundaryPrefix: '=_',
    baseBoundary: boundaryOf(parts, attachments),
  }).compile();
  root.keepBcc = true;
  const { subject } = parts;
  if (needsEncoding(subject)) {
    root.setHeader('Subject', { prepared: true, foldLines: true, value: await encodedWords(subject) });
  }
  return root.build();
}

function header(parts: MessageParts): MailComposerOptions {
  const { from, to, cc, bcc, subject, messageId, date, inReplyTo, references } = parts;
  if (Number.isNaN(date.getTime())) throw invalid('date', 'is no date');
  return {
    from: checked('from', from),
    to: to.map((mailbox, index) => checked(`to[${index}]`, mailbox)),
    cc: cc?.map((mailbox, index) => checked(`cc[${index}]`, mailbox)),
    bcc: bcc?.map((mailbox, index) => checked(`bcc[${index}]`, mailbox)),
    subject: checkHeaderText('subject', subject),
    messageId: checkMessageId('messageId', messageId),
    date,
    inReplyTo: inReplyTo === undefined ? undefined : checkMessageId('inReplyTo', inReplyTo),
    references: references?.map((id, index) => checkMessageId(`references[${index}]`, id)),
  };
}

function forwarded({ forwardedMessageId: id }: MessageParts): Record<string, string> {
  return id === undefined ? {} : { 'X-Forwarded-Message-Id': checkMessageId('forwardedMessageId', id) };
}

function checked(field: string, { name, address }: Mailbox): { name: string; address: string } {
  // Also where an invisible character parts it, which readers leave out.
  if (cleanLine(name ?? '').includes('=?')) throw invalid(field, 'has an encoded name');
  return { name: checkHeaderText(field, name ?? ''), address: checkAddress(field, address) };
}

/** The composer makes no part of an empty text; every message has one, so that attachments stay attachments. */
function body({ text, html }: MessageParts): MailComposerOptions {
  return { text: crlf(text) || '\r\n', ...(html ? { html: crlf(html) } : {}) };
}

function crlf(text: string): string {
  return text.replace(/\r\n?|\n/gu, '\r\n');
}

/** Nobody can write a text that holds its own digest, so no content can end its part. */
function boundaryOf({ text, html }: MessageParts, attachments: readonly MailComposerAttachment[]): string {
  const hash = createHash('sha256').update(JSON.stringify([text, html]));
  for (const { filename, contentType, cid, content } of attachments) {
    hash.update(JSON.stringify([filename, contentType, cid]));
    if (Buffer.isBuffer(content)) hash.update(content);
  }
  return hash.digest('hex').slice(0, 24);
}

/** What only looks encoded must arrive as it reads, and a run without blanks could not be folded. */
function needsEncoding(subject: string): boolean {
  return subject.includes('=?') || /\S{500}/u.test(subject);
}

async function encodedWords(text: string): Promise<string> {
  const { encodeWord } = await import('nodemailer/lib/mime-funcs');
  return encodeWord(text, 'Q', 52);
}
