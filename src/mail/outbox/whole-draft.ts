import { parseHeaders } from '../../content/headers.ts';
import { MailboxError } from '../../domain/errors.ts';
import { withCrlf } from '../compose/header-block.ts';

/** Of RFC822.SIZE, which Exchange estimates; Dovecot and Cyrus are exact. */
const maxMissing = 0.1;

/**
 * The bytes of a draft that are all of it: what is sent or replaced is removed for good afterwards. All of it is as much as
 * RFC822.SIZE says, with each bare LF counted as CRLF; a multipart that ends with its closing delimiter (RFC 2046 §5.1.1)
 * may lack a tenth of that.
 * @param source undefined for NIL.
 * @param size RFC822.SIZE; undefined when the server did not tell it.
 * @throws MailboxError `unavailable` when less came.
 */
export function wholeDraft(source: Uint8Array | undefined, size: number | undefined): Uint8Array {
  if (source && size !== undefined) {
    if (source.length >= size || withCrlf(source).length >= size) return source;
    if (source.length >= size * (1 - maxMissing) && isClosed(source)) return source;
  }
  throw new MailboxError('unavailable', 'The mail server sent only a part of the draft.', {
    hint: 'The draft was left as it is. Try again, or look at it in webmail.',
    cause: `${source?.length ?? 'none'} of ${size ?? 'unknown'} bytes`,
  });
}

/** The last line closes the outermost multipart. */
function isClosed(source: Uint8Array): boolean {
  const end = Buffer.from(source.subarray(-200)).toString('latin1').trimEnd();
  const boundary = /\n--([^\r\n]{1,70})--$/u.exec(end)?.[1];
  const type = parseHeaders(source).first('content-type') ?? '';
  return boundary !== undefined && /^multipart\//iu.test(type) && type.includes(boundary);
}
