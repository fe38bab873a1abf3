import { MailboxError, toMailboxError } from '../domain/errors.ts';
import { Pool } from './pool.ts';
import { RateLimit, smtpRate } from './rate-limit.ts';
import { type SmtpLimits, smtpLimits } from './smtp/delivery.ts';
import { limitsAccount } from './smtp/errors.ts';
import { connectSmtp, type SmtpLogin } from './smtp/login.ts';
import type { PooledSmtp } from './smtp/session.ts';
import type { Submission, SubmissionOutcome } from './smtp/submission.ts';
import { WriteAccess } from './write-access.ts';

export type { RejectedRecipient, Submission, SubmissionOutcome } from './smtp/submission.ts';

export interface SmtpSettings extends SmtpLogin {
  /** Default `smtpLimits`. */
  limits?: SmtpLimits;
  /** Mails. Default `smtpRate.perMinute`; 0: no limit. */
  requestsPerMinute?: number | undefined;
  /** As of `PoolOptions`. */
  now?: () => number;
}

/** The SMTP sessions of one account: at most `pool.max`, logged in once and used for mail after mail. */
export class Smtp {
  readonly pool: Pool<PooledSmtp>;
  readonly access = new WriteAccess();
  readonly rate: RateLimit;
  private readonly settings: SmtpSettings;

  constructor(settings: SmtpSettings) {
    const { log, pool, password, requestsPerMinute: perMinute, now } = settings;
    this.settings = settings;
    this.rate = new RateLimit(smtpRate, { perMinute, now });
    const connect = (signal: AbortSignal, secret: string) => this.login(secret, signal);
    this.pool = new Pool({ settings: pool, connect, password, log, ...(now ? { now } : {}) });
  }

  /**
   * Sends the message to all recipients at most once. A connection that breaks before the first byte of the message is
   * replaced once; nothing else is tried again.
   * @param clearance the envelope travels meanwhile, but no byte of the message before it resolves.
   * @throws MailboxError when nothing was sent to anybody, which its message says; all recipients refused is such a case.
   * What `clearance` rejects with, when that is why.
   */
  async submit(
    submission: Submission,
    signal: AbortSignal,
    clearance: Promise<unknown> = Promise.resolve(),
  ): Promise<SubmissionOutcome> {
    const { limits = smtpLimits, log } = this.settings;
    const started = performance.now();
    let committed = false;
    const commit = () => {
      committed = true;
    };
    let withheld: { reason: unknown } | undefined;
    clearance.catch((reason: unknown) => {
      withheld = { reason };
    });
    const deliver = async (session: PooledSmtp, reused: boolean) => {
      await this.rate.rested(signal);
      if (withheld) throw withheld.reason;
      return await session.deliver(submission, { signal, limits, clearance, commit, reused });
    };
    try {
      requireEnvelope(submission);
      await this.rate.take(signal);
      const outcome = await this.pool.use(deliver, { signal, rerun: () => !committed });
      if (outcome.status === 'sent') this.access.worked();
      const { status, accepted, rejected } = outcome;
      const ms = Math.round(performance.now() - started);
      log.info('submitted', { status, accepted: accepted.length, rejected: rejected.length, ms });
      return outcome;
    } catch (error) {
      if (limitsAccount(error)) this.rate.rest();
      throw withheld && error === withheld.reason ? error : nothingSent(error);
    }
  }

  /** Bytes a message may have, logging in first if need be; undefined when the server does not tell. */
  async maxMessageBytes(signal: AbortSignal): Promise<number | undefined> {
    return await this.pool.use(async (session) => session.maxMessageBytes, { signal });
  }

  /** Only what befalls the login as a whole says something about the permission to send. */
  private async login(password: string, signal: AbortSignal): Promise<PooledSmtp> {
    try {
      const session = await connectSmtp(this.settings, password, signal);
      this.access.worked();
      return session;
    } catch (error) {
      const refused = error instanceof MailboxError && ['auth_failed', 'forbidden'].includes(error.code);
      if (refused) this.access.refused(error);
      throw error;
    }
  }
}

/** Line breaks would let an address speak SMTP, brackets would end it. */
function requireEnvelope({ from, recipients }: Submission): void {
  if (recipients.length === 0) throw new MailboxError('invalid_input', 'The e-mail has no recipients.');
  const bad = [from, ...recipients].find((address) => address === '' || /[\p{Cc}<>]/u.test(address));
  if (bad === undefined) return;
  throw new MailboxError('invalid_input', `This is not an e-mail address: ${JSON.stringify(bad)}.`);
}

function nothingSent(error: unknown): MailboxError {
  const known = toMailboxError(error);
  const details = detailsOf(known, known.retryable);
  return new MailboxError(known.code, `${known.message} Nothing was sent.`, details);
}

function detailsOf({ hint, cause }: MailboxError, retryable: boolean) {
  return { retryable, cause, ...(hint === undefined ? {} : { hint }) };
}
