import { isAscii } from 'node:buffer';
import { abortable } from '../../domain/abortable.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Connection } from '../slots.ts';
import { Delivery, type DeliveryOptions } from './delivery.ts';
import { lostSession, tooLarge } from './errors.ts';
import type { Submission, SubmissionOutcome } from './submission.ts';
import type { SmtpWire } from './wire.ts';

/** Postfix answers a session slower and slower after refusals (smtpd_soft_error_limit). */
const mostRefusals = 3;
const resetTimeoutMs = 3000;
const quitTimeoutMs = 1000;

/** One logged-in SMTP session, as the pool wants it: kept open from mail to mail, used by one call at a time. */
export class PooledSmtp implements Connection {
  /** What EHLO announced: names in upper case with their parameters, e.g. `SIZE` with `50000000`. */
  readonly capabilities: ReadonlyMap<string, string>;
  private readonly wire: SmtpWire;
  private refusals = 0;
  private delivery: Delivery | undefined;
  private idle: Promise<unknown> = Promise.resolve();

  constructor(wire: SmtpWire, capabilities: ReadonlyMap<string, string>) {
    this.wire = wire;
    this.capabilities = capabilities;
    wire.onAnswer((chunk) => this.delivery?.heard(chunk));
  }

  get usable(): boolean {
    return this.wire.usable;
  }

  /** Bytes a message may have; undefined when the server does not tell (RFC 1870 §4: 0 is no limit). */
  get maxMessageBytes(): number | undefined {
    return Number(this.capabilities.get('SIZE')) || undefined;
  }

  /**
   * @returns the outcome, `unknown` when the message was handed over and no answer came.
   * @throws MailboxError when nothing was sent: refused, or broken off before the message was complete.
   */
  async deliver(submission: Submission, options: DeliveryOptions): Promise<SubmissionOutcome> {
    options.signal.throwIfAborted();
    this.requireSupport(submission);
    const delivery = new Delivery(this.wire, submission, options);
    this.delivery = delivery;
    const running = delivery.run();
    this.idle = running.catch(() => 'told to the caller below');
    const result = await running.finally(() => {
      this.delivery = undefined;
    });
    if (result.status === 'refused') {
      await this.afterRefusal();
      throw result.error;
    }
    this.refusals = 0;
    return result;
  }

  /** Postfix takes no MAIL within a transaction that was refused half-way ("nested MAIL command"). */
  private async afterRefusal(): Promise<void> {
    this.refusals++;
    if (!this.usable) return;
    if (this.refusals >= mostRefusals) await this.logout();
    else await this.check(AbortSignal.timeout(resetTimeoutMs)).catch(() => this.wire.close());
  }

  /** What the server cannot carry is refused before anything of it is sent. */
  private requireSupport({ from, recipients, raw }: Submission): void {
    const limit = this.maxMessageBytes;
    if (limit !== undefined && raw.length > limit) throw tooLarge(raw.length, limit);
    const foreign = [from, ...recipients].filter((address) => /[^\0-\x7f]/u.test(address));
    if (foreign.length > 0 && !this.capabilities.has('SMTPUTF8')) {
      throw new MailboxError(
        'unsupported',
        `The mail server takes no addresses with such letters: ${foreign.join(', ')}.`,
        { hint: 'Ask for an address in plain ASCII letters.' },
      );
    }
    if (!this.capabilities.has('8BITMIME') && !isAscii(raw)) {
      throw new MailboxError('unsupported', 'The mail server takes no 8-bit content (8BITMIME).', {
        hint: 'The message must be encoded as quoted-printable or base64.',
      });
    }
  }

  /** RSET; the session is closed when it does not answer. */
  async check(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    try {
      await abortable(this.wire.reset(), { signal });
    } catch (error) {
      this.wire.close();
      throw lostSession(error);
    }
  }

  /** QUIT, unless a message is on its way: then its end is awaited, for QUIT would become part of it. */
  async logout(): Promise<void> {
    const goodbye = this.delivery ? this.idle : this.quit();
    await abortable(goodbye, { signal: AbortSignal.timeout(quitTimeoutMs) }).catch(() => 'closed anyway');
    this.wire.close();
  }

  private async quit(): Promise<void> {
    if (this.usable) await this.wire.quit();
  }
}
