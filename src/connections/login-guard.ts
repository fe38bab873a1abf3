import { abortable } from '../domain/abortable.ts';
import { MailboxError } from '../domain/errors.ts';
import type { Log } from '../log.ts';
import { type Backoff, withBackoff } from './backoff.ts';
import type { Password } from './password-command.ts';
import { RefusedLogins } from './refused-logins.ts';

const usualLimitPauseMs = 10_000;

export interface LoginGuardOptions<C> {
  /** Opens one connection and logs in with that password. Throws MailboxError. */
  connect(signal: AbortSignal, password: string): Promise<C>;
  password: Password;
  backoff: Backoff;
  /** For durations: see `steadyClock`. */
  now: () => number;
  log: Log;
  /** How long no login is tried after the server wanted none. Default ten seconds; 0 where a `RateLimit` sees to it. */
  limitPauseMs?: number;
}

/**
 * Keeps logins from becoming a storm. Network faults are tried again a few times and never remembered; after a refused
 * password the source is asked once more and another password tried, then none for an hour, not even by calls that come
 * later; calls that waited while a login failed share its failure instead of repeating it; and until one login has
 * succeeded they go one after the other.
 */
export class LoginGuard<C> {
  readonly counters = { created: 0, failed: 0 };
  private readonly options: LoginGuardOptions<C>;
  private readonly refused: RefusedLogins;
  private lastFailure: { at: number; error: unknown } | undefined;
  private proven = false;
  private gate: Promise<unknown> = Promise.resolve();

  constructor(options: LoginGuardOptions<C>) {
    this.options = options;
    this.refused = new RefusedLogins(options.now);
  }

  /** @param asked when the call began, by `now`. @throws the signal's reason also while another logs in */
  async connect(signal: AbortSignal, asked: number): Promise<C> {
    if (this.proven) return await this.login(asked, signal);
    const others = this.gate;
    const turn = others.then(() => {
      signal.throwIfAborted();
      return this.login(asked, signal);
    });
    this.gate = turn.catch((error) => this.options.log.debug('login failed', { error }));
    await abortable(others, { signal });
    return await turn;
  }

  /** The server refused a password it had accepted, as HTTP may with any request: one login may find out whether it stays so. */
  revoked(password: string, error: MailboxError): void {
    this.proven = false;
    this.refused.add(password, error);
  }

  /** @throws MailboxError `auth_failed` when that password must not be sent, as things stand now */
  throwIfSpent(password: string): void {
    this.refused.throwIfSpent(password);
  }

  private async login(asked: number, signal: AbortSignal): Promise<C> {
    this.refused.throwIfResting();
    if (this.lastFailure && (this.lastFailure.at > asked || this.isPausing())) throw this.lastFailure.error;
    try {
      const connection = await this.logIn(signal, this.refused.password);
      this.counters.created++;
      this.proven = true;
      this.refused.worked();
      return connection;
    } catch (error) {
      this.counters.failed++;
      if (!signal.aborted) this.lastFailure = { at: this.options.now(), error };
      throw error;
    }
  }

  /** @param old a password refused before: the source has been asked anew then, and is not once more. */
  private async logIn(signal: AbortSignal, old: string | undefined): Promise<C> {
    const { connect, backoff } = this.options;
    const password = await abortable(this.options.password(old), { signal });
    this.throwIfSpent(password);
    try {
      return await withBackoff(() => connect(signal, password), backoff, isNetworkFault, signal);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.proven = false;
      this.refused.throwIfResting();
      this.refused.add(password, error);
      if (old === undefined && (await this.isOutdated(password))) return await this.logIn(signal, password);
      throw this.refused.rest(error);
    }
  }

  /** Whether the source gives another password by now. */
  private async isOutdated(password: string): Promise<boolean> {
    try {
      return (await this.options.password(password)) !== password;
    } catch (error) {
      this.options.log.warn('the password could not be asked once more', { error });
      return false;
    }
  }

  /** After the server said "too many connections" it is left alone for a while. */
  private isPausing(): boolean {
    const { lastFailure } = this;
    const { now, limitPauseMs = usualLimitPauseMs } = this.options;
    const limited = lastFailure?.error instanceof MailboxError && lastFailure.error.code === 'rate_limited';
    return limited && now() - lastFailure.at < limitPauseMs;
  }
}

/** Faults that pass quickly. A timeout is none: trying again would use up the call's own time. */
function isNetworkFault(error: unknown): boolean {
  return error instanceof MailboxError && error.retryable && error.code === 'unavailable';
}

/** The server refused the password; one that could not be had is retryable. */
function isRefusal(error: unknown): error is MailboxError {
  return error instanceof MailboxError && error.code === 'auth_failed' && !error.retryable;
}
