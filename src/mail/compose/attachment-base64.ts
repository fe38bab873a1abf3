import { MailboxError } from '../../domain/errors.ts';
import { limitText, sizeText } from './attachment-size.ts';

/** In base64 it just fits into the 10 MB one stdio message may have. */
const maxBytes = 7 * 1024 * 1024;

/**
 * Strict base64 (RFC 4648 §4: its alphabet, padded, no stray bits), but with whitespace anywhere.
 * @throws MailboxError `invalid_input`
 */
export function bytesOfBase64(given: string): Buffer {
  const text = /\s/u.test(given) ? given.replace(/\s+/gu, '') : given;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const stray = text.search(/[^A-Za-z0-9+/]/u);
  const isStrict = text.length > 0 && text.length % 4 === 0 && (stray < 0 || stray === text.length - padding);
  if (!isStrict || !isCanonical(text.slice(-4))) throw notBase64();
  const size = (text.length / 4) * 3 - padding;
  if (size <= maxBytes) return Buffer.from(text, 'base64');
  const sizes = `${sizeText(size)}; by contentBase64 at most ${limitText(maxBytes)} can be passed`;
  throw new MailboxError('invalid_input', `The attachment has ${sizes}.`, {
    hint: 'Attach larger files by path or from a mail.',
  });
}

/** A last group whose unused bits are set was cut or damaged on its way. */
function isCanonical(group: string): boolean {
  return Buffer.from(group, 'base64').toString('base64') === group;
}

function notBase64(): MailboxError {
  return new MailboxError('invalid_input', 'contentBase64 is not valid base64.', {
    hint: 'Pass only the padded base64 of the bytes, no data: URL and no base64url.',
  });
}
