import type { MailComposerAttachment } from 'nodemailer/lib/mail-composer';
import { checkHeaderText, invalid } from '../../content/header-text.ts';
import { withCrlf } from './header-block.ts';

export interface MessageAttachment {
  filename: string;
  /** Media type, with parameters such as `charset` where they matter. */
  contentType: string;
  content: Buffer;
  /** Content-ID without brackets, for a picture the HTML refers to as `cid:…`. */
  cid?: string;
  /** A whole message, attached unmodified (RFC 2046 §5.2.1 forbids encoding it). */
  rfc822?: true;
}

const maxNameChars = 255;
const maxTypeChars = 300;
const maxCidChars = 250;

const mediaType =
  /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}(?:\s*;\s*[\w!#$&^.+*-]{1,60}=(?:[\w!#$&^.+'%*:-]{1,200}|"[\w !#$&^.+'%*:/=?@,;()-]{0,200}"))*\s*;?$/u;

/**
 * An attachment as the composer takes it, the transfer encoding chosen here: a message goes as it is, everything else
 * as base64. A message that could not travel so (lines over 998 octets, NUL) goes as an encoded file, still unmodified.
 * @throws MailboxError `invalid_input` naming `field` and what of it may not stand in a header.
 */
export function mimeAttachment(field: string, attachment: MessageAttachment): MailComposerAttachment {
  const { content, cid, rfc822 } = attachment;
  const filename = checkHeaderText(`${field}.name`, attachment.filename, maxNameChars) || 'attachment';
  const contentType = checkType(`${field}.type`, attachment.contentType);
  if (rfc822 || /^message\//iu.test(contentType)) {
    return message(filename, rfc822 ? 'message/rfc822' : contentType, content);
  }
  return {
    filename,
    content,
    // A body that is no multipart of this message must not be read as one.
    contentType: /^multipart\//iu.test(contentType) ? 'application/octet-stream' : contentType,
    contentTransferEncoding: 'base64',
    contentDisposition: cid === undefined ? 'attachment' : 'inline',
    ...(cid === undefined ? {} : { cid: checkCid(`${field}.cid`, cid) }),
  };
}

/** Whether any part of the message travels unencoded although it is not ASCII. */
export function isEightBit(attachments: readonly MailComposerAttachment[]): boolean {
  return attachments.some(({ contentTransferEncoding }) => contentTransferEncoding === '8bit');
}

function message(filename: string, contentType: string, content: Buffer): MailComposerAttachment {
  const bytes = Buffer.from(withCrlf(content));
  const encoding = unencoded(bytes);
  const asFile = { contentType: 'application/octet-stream', contentTransferEncoding: 'base64', content };
  const asMessage = { contentType, contentTransferEncoding: encoding, content: bytes };
  const named = /\.eml$/iu.test(filename) ? filename : `${filename}.eml`;
  return {
    contentDisposition: 'attachment',
    ...(encoding === undefined ? { filename: named, ...asFile } : { filename, ...asMessage }),
  };
}

/** `7bit` or `8bit` (RFC 2045 §2.7, §2.8); undefined when it is neither. */
function unencoded(bytes: Buffer): '7bit' | '8bit' | undefined {
  let length = 0;
  let ascii = true;
  for (const byte of bytes) {
    length = byte === 10 ? 0 : length + 1;
    // 998 and the CR that ends the line.
    if (byte === 0 || length > 999 || (length === 999 && byte !== 13)) return undefined;
    if (byte > 127) ascii = false;
  }
  return ascii ? '7bit' : '8bit';
}

function checkType(field: string, type: string): string {
  checkHeaderText(field, type, maxTypeChars);
  if (!mediaType.test(type)) throw invalid(field, 'is not a media type such as application/pdf');
  return type;
}

function checkCid(field: string, cid: string): string {
  checkHeaderText(field, cid, maxCidChars);
  if (!/^[\w!#$%&'*+\-/=?^`{|}~.@]+$/u.test(cid)) throw invalid(field, 'is not a Content-ID');
  return cid;
}
