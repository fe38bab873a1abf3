import { MailboxError } from '../domain/errors.ts';

/** Providers lock an account, or the address of its user, after a few more refused logins than these in an hour. */
const mostTries = 2;
const restMs = 3_600_000;

/** What one server refused, so that hardly more than two logins an hour are. */
export class RefusedLogins {
  private last: { password: string; error: MailboxError } | undefined;
  private readonly now: () => number;
  private tries = 0;
  private latch: { error: MailboxError; until: number } | undefined;

  constructor(now: () => number) {
    this.now = now;
  }

  /** The password refused last; undefined once a login succeeded. */
  get password(): string | undefined {
    return this.last?.password;
  }

  add(password: string, error: MailboxError): void {
    this.last = { password, error };
    this.tries++;
  }

  /** From now on no login is tried for an hour. @returns the error that says so */
  rest(error: MailboxError): MailboxError {
    this.latch = { error, until: this.now() + restMs };
    this.tries = 0;
    return resting(error, restMs);
  }

  worked(): void {
    this.last = undefined;
    this.latch = undefined;
    this.tries = 0;
  }

  /** @throws MailboxError `auth_failed` that says what to do and when a login will be tried again */
  throwIfResting(): void {
    const waitMs = this.latch ? this.latch.until - this.now() : 0;
    if (this.latch && waitMs > 0) throw resting(this.latch.error, waitMs);
  }

  /** @throws MailboxError as `throwIfResting`, also when that very password has been refused twice */
  throwIfSpent(password: string): void {
    this.throwIfResting();
    if (this.last?.password === password && this.tries >= mostTries) throw this.rest(this.last.error);
  }
}

function resting({ code, message, hint, cause }: MailboxError, waitMs: number): MailboxError {
  const minutes = Math.ceil(waitMs / 60_000);
  const wait = `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  const rest = `So that the account is not locked, the login is tried again in ${wait} at the earliest; restart this server once the password is right to try at once.`;
  return new MailboxError(code, message, { hint: [hint, rest].filter(Boolean).join(' '), cause });
}
