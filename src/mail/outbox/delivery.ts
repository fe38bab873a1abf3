import { createHash } from 'node:crypto';
import type { Smtp, SubmissionOutcome } from '../../connections/smtp.ts';
import { formatAddress } from '../../content/address.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { OutboxWarning, SentMail } from '../../domain/outbox.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import type { Log } from '../../log.ts';
import { refuseForbidden } from '../compose/recipient-policy.ts';
import { type Content, contentOf } from '../compose/wire-bytes.ts';
import { fittingChanges } from '../fit.ts';
import type { Aftermath } from './aftermath.ts';
import { type Approval, cannotAsk } from './approval.ts';
import { approvalText } from './approval-text.ts';
import type { Clearance, ClearanceRequest } from './clearance.ts';
import type { MessageIdLook } from './message-id-look.ts';
import { type Outgoing, recipientsOf } from './outgoing.ts';
import type { PendingDrafts } from './pending-draft.ts';
import type { SendGuard, Ticket } from './send-guard.ts';
import type { SentFolder } from './sent-folder.ts';

export interface DeliveryOptions {
  smtp: Smtp;
  sent: SentFolder;
  ids: MessageIdLook;
  clearance: Clearance;
  pendingDrafts: PendingDrafts;
  guard: SendGuard;
  approval: Approval<Outgoing>;
  aftermath: Aftermath;
  /** `confirm`: the person sees what leaves. */
  confirm: boolean;
  allowedRecipients: readonly string[];
  log: Log;
}

/** `draft`: whose bytes these are; it is removed when they have gone out and are filed. */
export type DeliveryRequest = ClearanceRequest;

/** What is known of a recipient comes along with the answer, or not at all. */
const strangersMs = 10_000;
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
    const content = contentOf(outgoing.raw);
    const { fingerprint } = content;
    const ticket = this.options.guard.begin({ messageId, fingerprint, idempotencyKey });
    let permitted: Outgoing;
    try {
      permitted = await this.permit(request, content, context);
    } catch (error) {
      ticket.notSent();
      throw error;
    }
    const parcel = permitted === outgoing ? content : contentOf(permitted.raw);
    // A person takes minutes to answer: what was known before has to be asked for again.
    const looking = this.options.confirm ? undefined : request.looking;
    const parting = { ...request, outgoing: permitted, looking };
    return await this.tracked(this.submit(parting, parcel, ticket, context));
  }

  /** Resolves when nothing is on its way any more and what follows is done, too. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.underWay);
    await this.options.pendingDrafts.settled();
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
  private async permit(request: DeliveryRequest, content: Content, context: SendContext): Promise<Outgoing> {
    const { outgoing, idempotencyKey, keyId, draft } = request;
    const { ids, approval, confirm, clearance } = this.options;
    if (idempotencyKey !== undefined || draft) {
      const isDraft = draft !== undefined;
      await ids.refuseKnown(outgoing.messageId, { isDraft, keyId }, context.signal);
    }
    if (!confirm || (!context.confirm && draft)) return outgoing;
    if (!context.confirm) throw cannotAsk();
    await clearance.give(request, content, context.signal);
    const strangers = await this.strangers(outgoing, context.signal);
    const text = approvalText(outgoing, strangers, digestOf(content));
    return await approval.obtain(content.fingerprint, { shown: outgoing, text }, context);
  }

  /**
   * What is noted in Drafts, the look into Sent and SMTP's envelope travel at the same time; the message leaves when all
   * have answered.
   */
  private async submit(
    request: DeliveryRequest,
    content: Content,
    ticket: Ticket,
    context: SendContext,
  ): Promise<SentMail> {
    const { outgoing } = request;
    const { aftermath, pendingDrafts, smtp, log } = this.options;
    const { signal } = context;
    const pending = pendingDrafts.begin(request);
    const clearance = this.options.clearance.give({ ...request, pending }, content, signal);
    const looking = clearance.then(
      () => this.strangers(outgoing, signal),
      () => [],
    );
    let outcome: SubmissionOutcome;
    try {
      const recipients = recipientsOf(outgoing).map(({ address }) => address);
      const submission = { from: outgoing.from.address, recipients, raw: content.wire };
      outcome = await smtp.submit(submission, signal, clearance);
    } catch (error) {
      // Until its draft is gone, the same would find it and be refused.
      if (pending) await pendingDrafts.withdraw(pending);
      ticket.notSent();
      await looking;
      throw error;
    }
    if (outcome.status === 'sent') ticket.sent();
    else ticket.unknown();
    log.info('handed over', { status: outcome.status, messageId: outgoing.messageId });
    const place = await clearance;
    const strangers = await looking;
    const finished = { outgoing, place, pending, outcome: outcome.status };
    const followed = await aftermath.finish(finished, signal);
    return result(outgoing, outcome, {
      ...followed,
      warnings: [...warnings(outgoing, strangers), ...followed.warnings],
    });
  }

  /** Those nobody has written to before, as far as is known in time. Never fails. */
  private async strangers(outgoing: Outgoing, call: AbortSignal): Promise<string[]> {
    const familiar = new Set(outgoing.familiar.map((address) => address.toLowerCase()));
    const asked = recipientsOf(outgoing)
      .map(({ address }) => address)
      .filter((address) => !familiar.has(address.toLowerCase()));
    if (this.options.sent.unknown(asked).length === 0) return [];
    try {
      const signal = AbortSignal.any([call, AbortSignal.timeout(strangersMs)]);
      return await this.options.sent.strangers(asked, signal);
    } catch (error) {
      this.options.log.warn('who was written to before is not known', { cause: error });
      return [];
    }
  }
}

/** What the person agrees to, in short: the first bytes of the SHA-256 of what goes over the wire. */
function digestOf({ wire }: Content): string {
  return createHash('sha256').update(wire).digest('hex').slice(0, 16);
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
