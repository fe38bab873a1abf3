import { isAscii } from 'node:buffer';
import type { NodemailerError } from 'nodemailer/lib/errors.js';
import type { SMTPEnvelope } from 'nodemailer/lib/smtp-connection';
import { abortable } from '../../domain/abortable.ts';
import { MailboxError } from '../../domain/errors.ts';
import { firstWordMs } from '../first-word.ts';
import { answerOf } from './answers.ts';
import { messageBody } from './body.ts';
import { lostSession, refusedMail, silentServer } from './errors.ts';
import { allRefused, rejectedRecipients } from './recipients.ts';
import { ReplyWatch } from './replies.ts';
import type { Submission, SubmissionOutcome } from './submission.ts';
import type { SmtpWire } from './wire.ts';

export interface SmtpLimits {
  /** How long the server may be silent while an answer is due or the message is on its way, in milliseconds. */
  commandMs: number;
  /** How long it may take to accept a message that has been handed over. */
  acceptMs: number;
  /** How long the answer is still awaited when the call ends after the hand-over; calls have half a second then. */
  lastWordMs: number;
}

/** Together with the login below the 45 s every call has. */
export const smtpLimits: SmtpLimits = {
  commandMs: 20_000,
  acceptMs: 25_000,
  lastWordMs: 350,
};

export interface DeliveryOptions {
  signal: AbortSignal;
  limits: SmtpLimits;
  /** Before it resolves not a byte of the message leaves; when it rejects, nothing is sent. */
  clearance: Promise<unknown>;
  /** The session was open before and may have died since: its first answer is not waited for as long as others. */
  reused?: boolean;
  /** Right before the first byte of the message, or when the server has refused it: from then on it is tried no more. */
  commit(): void;
}

/** As nodemailer fills it in while the answers come (its `SMTPConnectionEnvelope`): there when it fails, too. */
interface TrackedEnvelope extends SMTPEnvelope {
  accepted?: string[];
  rejectedErrors?: NodemailerError[];
}

const outOfStep = 'The server answered before the message was complete';

type Stage = 'envelope' | 'body' | 'handed over';

/** How an attempt ended, when it was no exception. */
export type DeliveryResult = SubmissionOutcome | { status: 'refused'; error: MailboxError };

/**
 * One attempt to hand over one message. nodemailer's errors do not tell whether it left (the same one comes before MAIL
 * and after the server accepted), so the stage is marked here: before the end of the message was handed out nothing was
 * sent; from then on only an answer tells, and without one the outcome is unknown. A connection that is not certainly
 * between two transactions afterwards is closed at once, so that what was not sent never will be.
 */
export class Delivery {
  private stage: Stage = 'envelope';
  private readonly wire: SmtpWire;
  private readonly submission: Submission;
  private readonly options: DeliveryOptions;
  private readonly envelope: TrackedEnvelope;
  private readonly over = new AbortController();
  private readonly replies = new ReplyWatch();
  private timer: NodeJS.Timeout | undefined;
  private giveUp: (() => void) | undefined;
  private isDoubted: boolean;

  constructor(wire: SmtpWire, submission: Submission, options: DeliveryOptions) {
    const { from, recipients, raw } = submission;
    this.wire = wire;
    this.submission = submission;
    this.options = options;
    this.isDoubted = options.reused === true;
    this.envelope = { from, to: [...recipients], size: raw.length, use8BitMime: !isAscii(raw) };
  }

  /** What the server has said. */
  heard(chunk: Uint8Array): void {
    this.replies.take(chunk);
    this.moved();
  }

  /** The server has said something or taken a piece of the message. */
  private moved(): void {
    if (this.isDoubted) this.wait(this.options.limits.commandMs);
    this.isDoubted = false;
    if (this.stage !== 'handed over') this.timer?.refresh();
  }

  /** @throws MailboxError when nothing was sent for another reason than a refusal; the connection is then closed. */
  async run(): Promise<DeliveryResult> {
    const silence = new Promise<never>((_, reject) => {
      this.giveUp = () => reject(this.isDoubted ? lostSession(new Error('not a word')) : silentServer());
      this.options.clearance.catch(reject);
    });
    const { commandMs } = this.options.limits;
    this.wait(this.isDoubted ? Math.min(firstWordMs, commandMs) : commandMs);
    const body = this.body();
    try {
      const sending = this.wire.send(this.envelope, body);
      await abortable(Promise.race([sending, silence]), { signal: this.ended() });
      return this.answered();
    } catch (error) {
      return this.failed(error);
    } finally {
      clearTimeout(this.timer);
      this.over.abort();
      body.destroy();
    }
  }

  /** The end of the call; once the message is handed over a little later, for its answer is worth a moment. */
  private ended(): AbortSignal {
    const { signal, limits } = this.options;
    const controller = new AbortController();
    const end = () => controller.abort(signal.reason);
    const onAbort = () => {
      if (this.stage === 'handed over') setTimeout(end, limits.lastWordMs).unref();
      else end();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', onAbort, { once: true, signal: this.over.signal });
    return controller.signal;
  }

  private body() {
    const { commit, limits, clearance } = this.options;
    const events = {
      started: () => {
        this.stage = 'body';
        commit();
      },
      progress: () => this.moved(),
      complete: () => {
        if (!this.replies.awaitsMessage) throw new Error(outOfStep);
        this.stage = 'handed over';
        this.wait(limits.acceptMs);
      },
    };
    return messageBody(this.submission.raw, events, clearance);
  }

  private wait(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.giveUp?.(), ms);
  }

  private answered(): SubmissionOutcome {
    if (this.stage === 'handed over') {
      return this.replies.verdict === 'accepted' ? this.outcome('sent') : this.unclear();
    }
    // An acceptance of what was not yet complete: whatever it answers, it was not this message.
    this.wire.close();
    throw lostSession(new Error(outOfStep));
  }

  private failed(error: unknown): DeliveryResult {
    const answer = answerOf(error);
    const isRefusal = answer && this.replies.verdict === 'refused';
    if (this.stage === 'handed over' && !isRefusal) return this.unclear();
    if (!answer) {
      this.wire.close();
      throw this.options.signal.aborted || error instanceof MailboxError ? error : lostSession(error);
    }
    if (answer.code === 421 || this.stage === 'body') this.wire.close();
    // An idle connection often ends with 421: that says nothing about the message.
    if (answer.code !== 421) this.options.commit();
    const { from, raw } = this.submission;
    const { accepted = [], rejectedErrors = [] } = this.envelope;
    const nobody = this.stage === 'envelope' && accepted.length === 0 && rejectedErrors.length > 0;
    const byRecipients = nobody && answer.code !== 421 && answer.command === 'RCPT TO';
    return {
      status: 'refused',
      error: byRecipients
        ? allRefused(rejectedErrors, from)
        : refusedMail(answer, { from, size: raw.length }, error),
    };
  }

  /** No answer, or one that can be read in two ways. */
  private unclear(): SubmissionOutcome {
    this.wire.close();
    return this.outcome('unknown');
  }

  private outcome(status: 'sent' | 'unknown'): SubmissionOutcome {
    const { accepted = [...this.submission.recipients], rejectedErrors = [] } = this.envelope;
    return { status, accepted: [...accepted], rejected: rejectedRecipients(rejectedErrors) };
  }
}
