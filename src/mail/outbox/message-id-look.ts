import { uidSearch } from '../../connections/imap/commands.ts';
import { foundUids } from '../../connections/imap/replies.ts';
import { MailboxError } from '../../domain/errors.ts';
import { type Appender, messageIdCriteria, type Place } from './appender.ts';
import type { Drafts } from './drafts.ts';
import { maybeSent } from './send-guard.ts';

/**
 * Asks the server what became of a Message-ID. Ids made of a key, and those of drafts, are the same after a restart: Sent
 * and Drafts remember what we do not.
 */
export class MessageIdLook {
  private readonly appender: Appender;
  private readonly drafts: Drafts;

  constructor(appender: Appender, drafts: Drafts) {
    this.appender = appender;
    this.drafts = drafts;
  }

  /**
   * @param of `isDraft`: it lies in Drafts because it is sent from there; `keyId`: the id a mail with its key has.
   * @throws MailboxError `conflict` when it was sent, may have been or is being sent, or its key was used.
   */
  async refuseKnown(
    messageId: string,
    { isDraft, keyId }: { isDraft: boolean; keyId: string | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    const draft = isDraft ? undefined : await this.drafts.find(messageId, signal);
    const ids = [messageId, ...(keyId === undefined || keyId === messageId ? [] : [keyId])];
    const { known } = await this.sent(ids, signal);
    if (known.includes(messageId)) throw sentBefore(messageId);
    if (keyId !== undefined && known.includes(keyId)) throw keyUsed(keyId);
    if (draft?.fate === 'sent') throw sentUnfiled(messageId);
    if (draft) throw maybeSent(messageId);
  }

  /** Whether another process has filed it by now, and where Sent ends. */
  async lastLook(messageId: string, signal: AbortSignal) {
    const { place, known } = await this.sent([messageId], signal);
    const sent = known.length > 0 ? sentBefore(messageId) : undefined;
    return { ...(place ? { place } : {}), repeats: () => sent };
  }

  /** Which of these lie in Sent, whoever filed them, and where Sent ends. */
  private async sent(
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<{ place?: Place; known: readonly string[] }> {
    const questions = ids.map((id) => uidSearch(messageIdCriteria(id), undefined));
    const looked = await this.appender.lookIfThere('sent', questions, signal);
    if (!looked) return { known: [] };
    const found = looked.replies.map((reply) => foundUids(reply).uids.length > 0);
    return { place: looked.place, known: ids.filter((_, index) => found[index]) };
  }
}

function keyUsed(messageId: string): MailboxError {
  return new MailboxError('conflict', `A message was already sent with this idempotencyKey: ${messageId}.`, {
    hint: 'Nothing was sent. It is in Sent. To send this one, pass a new idempotencyKey.',
  });
}

function sentBefore(messageId: string): MailboxError {
  return new MailboxError('conflict', `This message was already sent: ${messageId} is in Sent.`, {
    hint: 'Nothing was sent. A draft that was sent can be deleted; to send its text again, write a new message.',
  });
}

function sentUnfiled(messageId: string): MailboxError {
  return new MailboxError(
    'conflict',
    `This message was already sent (Message-ID ${messageId}); its only copy is in Drafts.`,
    { hint: 'Nothing was sent. To send it once more on purpose, pass a new idempotencyKey.' },
  );
}
