import { createHash } from 'node:crypto';
import { invalid } from '../../content/header-text.ts';

/** Longer ids could not be folded into lines of 998 octets. */
const maxChars = 900;

/** RFC 5322 §3.6.4 as far as real programs keep to it: printable ASCII without blanks, an @ inside. */
const wellFormed = /^<[!-;=?-~]+@[!-;=?-~]+>$/u;

/** Whether the id may stand in Message-ID, In-Reply-To or References. */
export function isMessageId(id: string): boolean {
  return id.length <= maxChars && wellFormed.test(id);
}

/** @throws MailboxError `invalid_input` naming `field`. */
export function checkMessageId(field: string, id: string): string {
  if (!isMessageId(id)) throw invalid(field, 'is not a message id of the form <…@…>');
  return id;
}

/** A Message-ID under the sender's domain; `random` are at least 16 hex digits. */
export function newMessageId(domain: string, random: string): string {
  if (!/^[\da-f]{16,128}$/iu.test(random)) throw invalid('random', 'is not a run of hex digits');
  return checkMessageId('messageId', `<${random.toLowerCase()}@${domain}>`);
}

/** The same Message-ID for the same key of an account, so that a repeated call can find what the first one sent. */
export function messageIdOfKey(domain: string, account: string, idempotencyKey: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([account, idempotencyKey]))
    .digest('hex');
  return newMessageId(domain, digest.slice(0, 40));
}
