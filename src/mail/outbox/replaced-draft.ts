import { type Headers, messageIds, parseHeaders } from '../../content/headers.ts';
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

function linkOf(headers: Headers): ThreadLink {
  const ids = (field: string) => headers.all(field).flatMap(messageIds).filter(isMessageId);
  const [inReplyTo] = ids('in-reply-to');
  const references = ids('references');
  return { ...(inReplyTo ? { inReplyTo } : {}), ...(references.length > 0 ? { references } : {}) };
}
