import { MailboxError } from '../domain/errors.ts';
import type { Log } from '../log.ts';
import { type Backoff, withBackoff } from './backoff.ts';

const limitPauseMs = 10_000;

export interface LoginGuardOptions<C> {
  /** Opens and logs in one connection. Throws MailboxError. */
  connect(signal: AbortSignal): Promise<C>;
  backoff: Backoff;
  now: () => number;
  log: Log;
  /** How long a refused password rests after so many refusals in a row, in milliseconds. Default: for ever. */
  latchMs?: (refusals: number) => number;
}

/**
 * Keeps logins from becoming a storm. Network faults are tried again a few times; a refused password is not before
 * its pause is over, not even by calls that come later; calls that waited while a login failed share its failure
 * instead of repeating it; and until one login has succeeded they go one after the other.
 */
export class LoginGuard<C> {
  readonly counters = { created: 0, failed: 0 };
  private readonly options: LoginGuardOptions<C>;
  private latch: { error: MailboxError; until: number } | undefined;
  private refusals = 0;
  private lastFailure: { at: number; error: unknown } | undefined;
  private proven = false;
  private gate: Promise<unknown> = Promise.resolve();

  constructor(options: LoginGuardOptions<C>) {
    this.options = options;
  }

  /** @param asked when the call began, by `now`. */
  async connect(signal: AbortSignal, asked: number): Promise<C> {
    if (this.proven) return await this.login(asked, signal);
    const turn = this.gate.then(() => this.login(asked, signal));
    this.gate = turn.catch((error) => this.options.log.debug('login failed', { error }));
    return await turn;
  }

  private async login(asked: number, signal: AbortSignal): Promise<C> {
    const { connect, backoff, now } = this.options;
    if (this.latch && now() < this.latch.until) throw this.latch.error;
    if (this.lastFailure && (this.lastFailure.at > asked || this.isPausing())) throw this.lastFailure.error;
    try {
      const connection = await withBackoff(() => connect(signal), backoff, isNetworkFault, signal);
      this.counters.created++;
      this.proven = true;
      this.refusals = 0;
      this.latch = undefined;
      return connection;
    } catch (error) {
      this.counters.failed++;
      if (error instanceof MailboxError && error.code === 'auth_failed' && !error.retryable)
        this.refuse(error);
      if (!signal.aborted) this.lastFailure = { at: now(), error };
      throw error;
    }
  }

  /** The next login after the pause is one alone, whatever had succeeded before. */
  private refuse(error: MailboxError): void {
    const { now, latchMs = () => Number.POSITIVE_INFINITY } = this.options;
    this.refusals++;
    this.latch = { error, until: now() + latchMs(this.refusals) };
    this.proven = false;
  }

  /** After the server said "too many connections" it is left alone for a while. */
  private isPausing(): boolean {
    const { lastFailure } = this;
    const limited = lastFailure?.error instanceof MailboxError && lastFailure.error.code === 'rate_limited';
    return limited && this.options.now() - lastFailure.at < limitPauseMs;
  }
}

/** Faults that pass quickly. A timeout is none: trying again would use up the call's own time. */
function isNetworkFault(error: unknown): boolean {
  return error instanceof MailboxError && error.retryable && error.code === 'unavailable';
}
