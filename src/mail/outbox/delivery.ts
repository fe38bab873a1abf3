import { createHash } from 'node:crypto';
import type { Smtp, SubmissionOutcome } from '../../connections/smtp.ts';
import { formatAddress } from '../../content/address.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { OutboxWarning, SentMail } from '../../domain/outbox.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import type { Log } from '../../log.ts';
import { refuseForbidden } from '../compose/recipient-policy.ts';
import { contentFingerprint, withoutBcc } from '../compose/wire-bytes.ts';
import { fittingChanges } from '../fit.ts';
import type { Aftermath, Finished } from './aftermath.ts';
import { type Approval, cannotAsk } from './approval.ts';
import { approvalText } from './approval-text.ts';
import { type Outgoing, recipientsOf } from './outgoing.ts';
import type { SendGuard, Ticket } from './send-guard.ts';
import type { SentFolder, SentLook } from './sent-folder.ts';

export interface DeliveryOptions {
  smtp: Smtp;
  sent: SentFolder;
  guard: SendGuard;
  approval: Approval<Outgoing>;
  aftermath: Aftermath;
  /** `confirm`: the person sees what leaves. */
  confirm: boolean;
  allowedRecipients: readonly string[];
  log: Log;
}

export interface DeliveryRequest {
  outgoing: Outgoing;
  idempotencyKey: string | undefined;
  /** The draft whose bytes these are, removed when they have gone out and are filed. */
  draft: Finished['draft'];
}

const lookMs = 10_000;

/**
 * Sends a finished message at most once and tells the truth about it. In this order: what may not be sent is refused,
 * the person is asked, SMTP takes it, the copy is filed, the draft goes, the original is marked. Up to SMTP every
 * failure is an error and nothing was sent; after it nothing is an error any more.
 */
export class Delivery {
  private readonly options: DeliveryOptions;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(options: DeliveryOptions) {
    this.options = options;
  }

  async deliver(request: DeliveryRequest, context: SendContext): Promise<SentMail> {
    const { outgoing, idempotencyKey } = request;
    this.check(outgoing);
    const { messageId } = outgoing;
    const fingerprint = contentFingerprint(outgoing.raw);
    const ticket = this.options.guard.begin({ messageId, fingerprint, idempotencyKey });
    let permitted: Outgoing;
    try {
      permitted = await this.permit(request, fingerprint, context);
    } catch (error) {
      ticket.notSent();
      throw error;
    }
    return await this.tracked(this.submit({ ...request, outgoing: permitted }, ticket, context));
  }

  /** Resolves when nothing is on its way any more and what follows is done, too. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.underWay);
    await this.options.aftermath.settled();
  }

  private async tracked<T>(work: Promise<T>): Promise<T> {
    this.underWay.add(work);
    try {
      return await work;
    } finally {
      this.underWay.delete(work);
    }
  }

  private check(outgoing: Outgoing): void {
    const recipients = recipientsOf(outgoing);
    if (recipients.length === 0) {
      throw new MailboxError('invalid_input', 'The message has no recipient.', {
        hint: 'Give at least one address in to, cc or bcc.',
      });
    }
    refuseForbidden(this.options.allowedRecipients, recipients);
  }

  /**
   * What takes a look or a person: whether it was sent before this process began, and whether it may leave.
   * @returns what may leave: the very bytes the person was shown.
   */
  private async permit(
    request: DeliveryRequest,
    fingerprint: string,
    context: SendContext,
  ): Promise<Outgoing> {
    const { outgoing, idempotencyKey, draft } = request;
    const { sent, approval, confirm } = this.options;
    // Ids made of a key, and those of drafts, are the same after a restart: Sent remembers what we do not.
    if (idempotencyKey !== undefined || draft) {
      if (await sent.contains(outgoing.messageId, context.signal)) throw sentBefore(outgoing.messageId);
    }
    if (!draft && idempotencyKey !== undefined) {
      if (await sent.leftInDoubt(outgoing.messageId, context.signal)) throw inDoubt(outgoing.messageId);
    }
    if (!confirm || (!context.confirm && draft)) return outgoing;
    if (!context.confirm) throw cannotAsk();
    const { strangers } = await this.look(outgoing, context.signal);
    const text = approvalText(outgoing, strangers, digestOf(outgoing));
    return await approval.obtain(fingerprint, { shown: outgoing, text }, context);
  }

  private async submit(request: DeliveryRequest, ticket: Ticket, context: SendContext): Promise<SentMail> {
    const { outgoing } = request;
    let seen: Partial<SentLook> | undefined;
    const looking = this.look(outgoing, context.signal).then((look) => {
      seen = look;
      return look;
    });
    let outcome: SubmissionOutcome;
    if (request.draft) await this.options.aftermath.begin(request.draft);
    try {
      outcome = await this.options.smtp.submit(
        {
          from: outgoing.from.address,
          recipients: recipientsOf(outgoing).map(({ address }) => address),
          raw: withoutBcc(outgoing.raw),
        },
        context.signal,
      );
    } catch (error) {
      ticket.notSent();
      if (request.draft) await this.options.aftermath.cancel(request.draft);
      await looking;
      throw error;
    }
    if (outcome.status === 'sent') ticket.sent();
    else ticket.unknown();
    this.options.log.info('handed over', { status: outcome.status, messageId: outgoing.messageId });
    // A look that ends later may have seen a copy that the server filed itself as an old message.
    const place = seen?.place;
    const { strangers } = await looking;
    const finished = await this.options.aftermath.finish(
      { outgoing, place, draft: request.draft, outcome: outcome.status },
      context.signal,
    );
    return result(outgoing, outcome, {
      ...finished,
      warnings: [...warnings(outgoing, strangers), ...finished.warnings],
    });
  }

  /** Never fails: without it the copy is looked for in all of Sent, and nobody is called a stranger. */
  private async look(
    outgoing: Outgoing,
    call: AbortSignal,
  ): Promise<Partial<SentLook> & Pick<SentLook, 'strangers'>> {
    const familiar = new Set(outgoing.familiar.map((address) => address.toLowerCase()));
    const asked = recipientsOf(outgoing)
      .map(({ address }) => address)
      .filter((address) => !familiar.has(address.toLowerCase()));
    try {
      const signal = AbortSignal.any([call, AbortSignal.timeout(lookMs)]);
      return await this.options.sent.look(asked, signal);
    } catch (error) {
      this.options.log.warn('the folder of sent mail could not be looked into', { cause: error });
      return { strangers: [] };
    }
  }
}

/** What the person agrees to, in short: the first bytes of the SHA-256 of what goes over the wire. */
function digestOf({ raw }: Outgoing): string {
  return createHash('sha256').update(withoutBcc(raw)).digest('hex').slice(0, 16);
}

export function strangerWarning(strangers: readonly string[]): OutboxWarning[] {
  if (strangers.length === 0) return [];
  const names = strangers.slice(0, 10).join(', ');
  return [{ code: 'new_recipient', detail: `Never written to before from this account: ${names}.` }];
}

function warnings(outgoing: Outgoing, strangers: readonly string[]): OutboxWarning[] {
  return [...outgoing.warnings, ...strangerWarning(strangers)];
}

function result(
  { messageId, from, to, cc, bcc }: Outgoing,
  { status, accepted, rejected }: SubmissionOutcome,
  { savedTo, warnings: all }: { savedTo?: string; warnings: readonly OutboxWarning[] },
): SentMail {
  const told = {
    status,
    messageId,
    from: formatAddress(from),
    to: to.map(formatAddress),
    cc: cc.map(formatAddress),
    bcc: bcc.map(formatAddress),
    accepted,
    rejected,
    ...(savedTo === undefined ? {} : { savedTo }),
    warnings: [...all],
  };
  return fittingChanges(told, ['accepted', 'bcc', 'cc', 'to', 'rejected']);
}

function sentBefore(messageId: string): MailboxError {
  return new MailboxError('conflict', `This message was already sent: ${messageId} is in Sent.`, {
    hint: 'Nothing was sent. A draft that was sent can be deleted; to send its text again, write a new message.',
  });
}

function inDoubt(messageId: string): MailboxError {
  return new MailboxError('conflict', `This message may have been sent before; nobody knows: ${messageId}.`, {
    hint: 'Nothing was sent now. Its text is in Drafts. Ask the recipient or look for an answer or a bounce; only then pass a new idempotencyKey.',
  });
}
