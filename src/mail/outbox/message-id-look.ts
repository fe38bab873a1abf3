import { uidSearch } from '../../connections/imap/commands.ts';
import { foundUids } from '../../connections/imap/replies.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { MailRef } from '../../domain/mail-id.ts';
import { type Appender, messageIdCriteria, type Place } from './appender.ts';
import type { Drafts } from './drafts.ts';
import { beingSent, maybeSent } from './send-guard.ts';

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
   * @param isDraft it lies in Drafts because it is sent from there.
   * @throws MailboxError `conflict` when it was sent, may have been or is being sent.
   */
  async refuseKnown(messageId: string, isDraft: boolean, signal: AbortSignal): Promise<void> {
    const draft = isDraft ? undefined : await this.drafts.find(messageId, signal);
    if (await this.sent(messageId, signal).then(({ contains }) => contains)) throw sentBefore(messageId);
    if (draft?.fate === 'sent') throw sentUnfiled(messageId);
    if (draft) throw maybeSent(messageId);
  }

  /**
   * Two processes that both found nothing store both their drafts: of these the first goes out. Drafts are asked before
   * Sent, because a message is filed in Sent before its draft goes.
   * @param own the draft of this submission; undefined when none is stored.
   */
  async rivals(messageId: string, own: MailRef | undefined, signal: AbortSignal) {
    const earlier = own && (await this.drafts.find(messageId, signal, own));
    const { place, contains } = await this.sent(messageId, signal);
    const rival = contains ? sentBefore(messageId) : earlier && beingSent(messageId);
    return { ...(place ? { place } : {}), repeats: () => rival };
  }

  /** Whether it lies in Sent, whoever filed it, and where Sent ends. */
  private async sent(messageId: string, signal: AbortSignal): Promise<{ place?: Place; contains: boolean }> {
    const question = uidSearch(messageIdCriteria(messageId), undefined);
    const looked = await this.appender.lookIfThere('sent', [question], signal);
    if (!looked) return { contains: false };
    return {
      place: looked.place,
      contains: looked.replies.some((reply) => foundUids(reply).uids.length > 0),
    };
  }
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
