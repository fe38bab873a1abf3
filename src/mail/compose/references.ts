import { type Headers, messageIds } from '../../content/headers.ts';
import { isMessageId } from './message-id.ts';

export interface ThreadLink {
  inReplyTo?: string;
  references?: string[];
  /** The mail a forward holds; Thunderbird's X-Forwarded-Message-Id, by which programs find and mark it. */
  forwardedMessageId?: string;
}

/** Chains longer than this keep their beginning, by which programs know the thread, and their end. */
const maxIds = 1000;
const keptAtEnd = 500;

/**
 * In-Reply-To and References of an answer (RFC 5322 §3.6.4): the parent's References, or its In-Reply-To when that
 * names one id, then the parent. Ids that are none are left out. Without a parent id neither field.
 */
export function replyLink(parent: Headers): ThreadLink {
  const parentId = messageIdOf(parent);
  if (parentId === undefined) return {};
  const chain = [...new Set(ancestors(parent))].filter((id) => id !== parentId);
  return { inReplyTo: parentId, references: bounded([...chain, parentId]) };
}

/** The id of the message, when it has one that can be referred to. */
export function messageIdOf(headers: Headers): string | undefined {
  return messageIds(headers.first('message-id')).find(isMessageId);
}

function ancestors(parent: Headers): string[] {
  const references = idsIn(parent, 'references');
  if (references.length > 0) return references;
  const inReplyTo = idsIn(parent, 'in-reply-to');
  return inReplyTo.length === 1 ? inReplyTo : [];
}

function idsIn(headers: Headers, field: string): string[] {
  return headers
    .all(field)
    .flatMap((value) => messageIds(value))
    .filter(isMessageId);
}

function bounded(ids: string[]): string[] {
  return ids.length <= maxIds ? ids : [...ids.slice(0, 1), ...ids.slice(-keptAtEnd)];
}
