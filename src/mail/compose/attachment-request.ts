import { safeFileName } from '../../content/file-name.ts';
import { MailboxError } from '../../domain/errors.ts';
import { type MailRef, parseMailId } from '../../domain/mail-id.ts';
import type { AttachmentRequest } from '../../domain/outbox-port.ts';
import { bytesOfBase64 } from './attachment-base64.ts';

/** Where an attachment comes from. Names are safe file names already. */
export type AttachmentOrigin =
  | { from: 'file'; path: string; name?: string; type?: string }
  | { from: 'bytes'; name: string; type?: string; bytes: Buffer }
  | { from: 'mail'; ref: MailRef; part?: string; name?: string };

/**
 * Reads one entry of `attachments`; empty strings count as left out.
 * @throws MailboxError `invalid_input`, for more or less than one source and for names, types and bytes that are none.
 */
export function attachmentOrigin(request: AttachmentRequest): AttachmentOrigin {
  const { path, contentBase64, emailId, part } = request;
  if ([path, contentBase64, emailId].filter(Boolean).length !== 1)
    throw invalid('exactly one of path, contentBase64 and emailId is needed.');
  if (part && !emailId) throw invalid('part belongs to emailId, which is missing.');
  const name = request.name ? checkedName(request.name) : undefined;
  const type = request.type ? checkedType(request.type) : undefined;
  if (path) return { from: 'file', path, ...(name && { name }), ...(type && { type }) };
  if (emailId) {
    if (type) throw invalid('type is taken from the mail; leave it out.');
    return { from: 'mail', ref: parseMailId(emailId), ...(part && { part }), ...(name && { name }) };
  }
  if (!name) throw invalid('contentBase64 needs a name.');
  const bytes = bytesOfBase64(contentBase64 ?? '');
  return { from: 'bytes', name, bytes, ...(type && { type }) };
}

function checkedName(name: string): string {
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name)) throw invalid('name holds control characters.');
  return safeFileName(name);
}

/** RFC 2045 §5.1 without parameters. Multiparts and messages are structure, not files. */
function checkedType(type: string): string {
  const normal = type.trim().toLowerCase();
  if (normal.length > 127 || !/^[\w.+-]+\/[\w.+-]+$/u.test(normal))
    throw invalid('type is not a media type like application/pdf.');
  if (/^(?:multipart|message)\//u.test(normal))
    throw invalid('type must not be a multipart or message type.');
  return normal;
}

function invalid(message: string): MailboxError {
  return new MailboxError('invalid_input', message, {
    hint: 'An attachment is { path }, { name, contentBase64 } or { emailId, part }.',
  });
}
