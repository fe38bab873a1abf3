import { MailboxError } from '../domain/errors.ts';

/** Controls (CR, LF, NUL, TAB, U+0085 …), Unicode line ends, half characters: none of them stands in one header line. */
const unwritable = /[\p{Cc}\p{Cs}\u2028\u2029]/u;
const unwritableRuns = /[\p{Cc}\p{Cs}\u2028\u2029]+/gu;

/** Longer than any subject or name people write; what follows would only be work for others' programs. */
const maxChars = 2_000;

/**
 * Returns `value` when it may stand in a header field as it is.
 * @throws MailboxError `invalid_input` naming `field`, on control characters, line ends and excessive length.
 */
export function checkHeaderText(field: string, value: string, limit = maxChars): string {
  if (value.length > limit) throw invalid(field, `is longer than ${limit} characters`);
  if (unwritable.test(value)) throw invalid(field, 'holds line breaks or control characters');
  return value;
}

/** A stranger's text on one line: what `checkHeaderText` refuses becomes a blank, the rest stays as it is. */
export function headerLine(text: string, limit = maxChars): string {
  return text.slice(0, limit).replace(unwritableRuns, ' ').trim();
}

/** `invalid_input` about one field, e.g. `to[1]`. */
export function invalid(field: string, fault: string, hint?: string): MailboxError {
  return new MailboxError('invalid_input', `${field} ${fault}.`, hint === undefined ? {} : { hint });
}
