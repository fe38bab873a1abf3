import { type Headers, messageIds, parseHeaders } from '../../content/headers.ts';
import { splitQuoted } from '../../content/quotes.ts';
import { isMessageId } from '../compose/message-id.ts';
import type { Original } from '../compose/original.ts';
import type { ThreadLink } from '../compose/references.ts';
import { mailboxesIn } from '../compose/reply-recipients.ts';
import type { Answer } from './answer.ts';
import { nothing } from './basis.ts';
import type { StoredDraft } from './drafts.ts';

/** The draft that is replaced as the basis of the new one: what is not said anew stays as it was. */
export function carriedOver({ raw }: StoredDraft, { text, html, inline }: Original): Answer {
  const headers = parseHeaders(raw);
  const [to, cc, bcc] = ['to', 'cc', 'bcc'].map((field) => mailboxesIn(headers, field));
  const [from] = mailboxesIn(headers, 'from');
  return {
    basis: {
      ...nothing,
      ...{ to: to ?? [], cc: cc ?? [], bcc: bcc ?? [] },
      from,
      subject: headers.first('subject') ?? '',
      link: linkOf(headers),
      below: { text, html },
    },
    cids: [...inline.keys()],
  };
}

/** The id a draft keeps over all its edits; undefined when it has none that can be kept. */
export function keptMessageId({ raw }: StoredDraft): string | undefined {
  const [id, ...others] = parseHeaders(raw).all('message-id');
  return id !== undefined && others.length === 0 && isMessageId(id) ? id : undefined;
}

/** What a draft quotes or forwards, below its author's own words; empty when they have taken it away. */
export function quotedTail(text: string): string {
  const forwarded = /^-{8,} (?:Forwarded message|Weitergeleitete Nachricht) -{8,}$/mu.exec(text);
  if (forwarded) return text.slice(forwarded.index).trim();
  const { text: own, omitted } = splitQuoted(text);
  const tail = omitted > 0 && text.startsWith(own) ? text.slice(own.length) : '';
  // From the line above the first mark on: what stands before it is a signature.
  const start = tail.search(/^(?:.*:\n)?>/mu);
  return start < 0 ? '' : tail.slice(start).trim();
}

function linkOf(headers: Headers): ThreadLink {
  const ids = (field: string) => headers.all(field).flatMap(messageIds).filter(isMessageId);
  const [inReplyTo] = ids('in-reply-to');
  const references = ids('references');
  const [forwardedMessageId] = ids('x-forwarded-message-id');
  return {
    ...(forwardedMessageId ? { forwardedMessageId } : {}),
    ...(inReplyTo ? { inReplyTo } : {}),
    ...(references.length > 0 ? { references } : {}),
  };
}
