import { type ForwardedHeader, forwardHtml, forwardText } from '../compose/forward-block.ts';
import { guessLanguage } from '../compose/language.ts';
import type { Original } from '../compose/original.ts';
import type { OwnAddresses } from '../compose/own-addresses.ts';
import { messageIdOf } from '../compose/references.ts';
import { mailboxesIn, replySender } from '../compose/reply-recipients.ts';
import { forwardSubject } from '../compose/subject.ts';
import type { Answer } from './answer.ts';
import { type BasisContext, nothing } from './basis.ts';

/** What only the message as it is carries on: a signature, ciphertext, parts nobody can take apart. */
export function mustStayWhole({ encrypted, signed, malformed }: Original): boolean {
  return encrypted !== undefined || signed === true || malformed === true;
}

/** A forward of the original, without what its author writes and without its attachments. A new conversation. */
export async function forwardOf(
  original: Original,
  { own, html, zone, fallback, sanitise }: BasisContext & { own: OwnAddresses },
): Promise<Answer> {
  const { headers, text } = original;
  const whole = mustStayWhole(original);
  const messageId = messageIdOf(headers);
  const header: ForwardedHeader = {
    from: mailboxesIn(headers, 'from'),
    to: mailboxesIn(headers, 'to'),
    cc: mailboxesIn(headers, 'cc'),
    subject: headers.first('subject'),
    date: original.date,
    zone,
    language: guessLanguage(text, fallback),
  };
  const cids = new Set(original.inline.keys());
  const markup = html && !whole ? await forwardHtml(header, original, { cids }, sanitise) : undefined;
  return {
    basis: {
      ...nothing,
      from: { address: replySender(headers, own) },
      subject: forwardSubject(headers.first('subject')),
      link: messageId === undefined ? {} : { forwardedMessageId: messageId },
      below: { text: whole ? '' : forwardText(header, text), html: markup?.html },
      marks: [{ ref: original.ref, messageId, flag: 'forwarded' }],
    },
    cids: markup?.cids ?? [],
  };
}
