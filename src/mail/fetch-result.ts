import { refused } from '../connections/imap/errors.ts';
import { type FetchMessageObject, fetchedMessages } from '../connections/imap/replies.ts';
import type { FolderResult } from '../connections/imap/session.ts';
import { MailboxError } from '../domain/errors.ts';

/**
 * The messages of a one-command job.
 * @throws MailboxError the folder's error, or `stale_reference` when its UIDVALIDITY is another.
 */
export async function messagesOf(
  result: FolderResult | undefined,
  uidValidity: bigint,
): Promise<FetchMessageObject[]> {
  if (!result || result instanceof MailboxError) throw result ?? refused('fetch', undefined, undefined);
  if (result.view.uidValidity !== uidValidity) throw rebuilt();
  const refusal = result.replies.find(({ status }) => status !== 'OK');
  if (refusal) throw refused('fetch', refusal.code, refusal.cause);
  const untagged = result.replies.flatMap((reply) => reply.untagged);
  return await fetchedMessages({ status: 'OK', code: undefined, untagged });
}

export function sectionBytes(message: FetchMessageObject, key: string): Uint8Array | undefined {
  if (key === 'header') return message.headers;
  if (key === 'source') return message.source;
  return message.bodyParts?.get(key.toLowerCase()) ?? undefined;
}

function rebuilt(): MailboxError {
  return new MailboxError('stale_reference', 'The folder was rebuilt since this id was made.', {
    hint: 'Search again: the old ids mean nothing any more.',
  });
}

/** @param what e.g. `the attachment` */
export function onlyPart(what: string): MailboxError {
  return new MailboxError('unavailable', `The mail server sent only a part of ${what}.`, {
    hint: 'Try again.',
  });
}

export function gone(): MailboxError {
  return new MailboxError('not_found', 'The mail is no longer in this folder.', {
    hint: 'It was moved or deleted; search again to find where it is.',
  });
}
