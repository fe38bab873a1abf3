import { setTimeout as sleep } from 'node:timers/promises';
import { abortable } from '../domain/abortable.ts';
import { MailboxError } from '../domain/errors.ts';
import type { RateLimitStatus } from '../domain/status.ts';
import { isFinishing } from './finishing.ts';
import { steadyClock } from './steady-clock.ts';
import { TokenBucket } from './token-bucket.ts';

/** What one account asks of one server. */
export interface Rate {
  /** As in "the mail server". */
  server: string;
  /** Requests in the long run; ten minutes' worth of them may go out at once. 0: no limit. */
  perMinute: number;
  /** The first pause, in milliseconds, after the server was asked too much and did not say how long to wait. */
  restMs: number;
}

/**
 * Counted in leases of a connection: one job, most often one or two round trips. A job that has begun is never refused in its
 * middle, where a change could be left without its proof. mailbox.org limits connections, not commands, and says
 * nothing of any rate; others allow 2,000 commands a minute (Stalwart). A thousand calls a minute get through.
 */
export const imapRate: Rate = { server: 'mail server', perMinute: 1200, restMs: 2000 };

/**
 * Counted in requests; a look costs one or none, a change three or four. Open-Xchange answers 429 after 1,500 of them
 * within five minutes unless it is set up otherwise: in the long run that is never met. Whether mailbox.org has it so is not
 * known, so a burst may go beyond; the pause it then asks for holds.
 */
export const caldavRate: Rate = { server: 'calendar server', perMinute: 300, restMs: 2000 };

/**
 * Counted in mails. MAILBOX_SEND_LIMIT is far below it: this holds where somebody has raised that. mailbox.org names no
 * number and blocks by behaviour, so the first pause is long enough to be a change of behaviour.
 */
export const smtpRate: Rate = { server: 'mail server', perMinute: 120, restMs: 30_000 };

/** So that no work of a person waits: a first look into large calendars, or a thousand calls a minute for five minutes. */
const burstMinutes = 10;
/** A wait this short is waited for; it is a small part of the 45 s every call has. */
const momentMs = 2000;
/** After an hour one request asks again, whatever a server has said: its clock, or ours, may be wrong. */
export const longestToldMs = 3_600_000;
/** What ends a change that has begun waits for a pause up to this; for a longer one it does not. */
const longestFinishMs = 5000;
/** Pauses nobody told the length of double up to here. */
const longestUntoldMs = 300_000;
/** A pause follows the last one when it comes within this time of its end; otherwise it is a first one again. */
const memoryMs = 60_000;

export interface RateLimitOptions {
  /** Instead of the rate's own. */
  perMinute?: number | undefined;
  /** For durations. Default: a `steadyClock`. */
  now?: (() => number) | undefined;
}

interface Waiter {
  /** When it would rather be refused. */
  latest: number;
  go(): void;
  refuse(error: MailboxError): void;
}

/**
 * How much one account asks of one server: a token bucket, and the pauses the server asks for. Who has to wait for a
 * moment waits in turn; who would have to wait for longer is told so at once.
 */
export class RateLimit {
  private readonly rate: Rate;
  private readonly bucket: TokenBucket;
  private readonly now: () => number;
  private queue: Waiter[] = [];
  private timer: NodeJS.Timeout | undefined;
  private restsUntil = Number.NEGATIVE_INFINITY;
  private untoldMs = 0;

  constructor(rate: Rate, { perMinute = rate.perMinute, now = steadyClock() }: RateLimitOptions = {}) {
    this.rate = rate;
    this.now = now;
    const pace = perMinute === 0 ? Number.POSITIVE_INFINITY : perMinute;
    this.bucket = new TokenBucket(pace * burstMinutes, pace, now());
  }

  /**
   * Lets one request out, first come, first served. A waiter that aborts gives up its place.
   * @param patienceMs how long it may be waited for. What ends a change that has begun (`finishing`) does not wait in turn.
   * @throws MailboxError `rate_limited` at once when it would take longer; the signal's reason when it aborts.
   */
  async take(signal: AbortSignal, patienceMs = momentMs): Promise<void> {
    signal.throwIfAborted();
    const now = this.now();
    if (isFinishing()) {
      this.bucket.take(now);
      return await this.rested(signal);
    }
    const waitMs = this.waitMs(this.queue.length, now);
    if (waitMs > patienceMs) throw this.refusal(waitMs, now);
    if (waitMs === 0 && this.queue.length === 0 && this.bucket.take(now)) return;
    await this.turn(signal, now + patienceMs);
  }

  /**
   * Right before something goes out that was let out earlier: the server may have asked for a pause since.
   * @throws MailboxError `rate_limited` when the pause is longer than `patienceMs`; the signal's reason when it aborts.
   */
  async rested(signal: AbortSignal, patienceMs = momentMs): Promise<void> {
    const isOwed = isFinishing();
    const latest = this.now() + (isOwed ? longestFinishMs : patienceMs);
    for (let now = this.now(); now < this.restsUntil; now = this.now()) {
      if (this.restsUntil > latest && isOwed) return;
      if (this.restsUntil > latest) throw this.refusal(this.restsUntil - now, now);
      await abortable(sleep(Math.ceil(this.restsUntil - now), undefined, { ref: false }), { signal });
    }
  }

  /**
   * The server was asked too much: until the pause is over nothing goes out.
   * @param toldMs how long, where the server said so; otherwise a pause that doubles from one to the next.
   */
  rest(toldMs?: number): void {
    const now = this.now();
    const pauseMs = toldMs === undefined ? this.untoldPause(now) : Math.min(toldMs, longestToldMs);
    this.restsUntil = Math.max(this.restsUntil, now + pauseMs);
    const waiting = this.queue;
    this.queue = [];
    for (const waiter of waiting) {
      const waitMs = this.waitMs(this.queue.length, now);
      if (now + waitMs > waiter.latest) waiter.refuse(this.refusal(waitMs, now));
      else this.queue.push(waiter);
    }
    this.serve();
  }

  /** While the server wants to be left alone. */
  get resting(): boolean {
    return this.now() < this.restsUntil;
  }

  /** As `get_server_status` shows it; nothing while there is neither a limit nor a pause. */
  get status(): { rateLimit?: RateLimitStatus } {
    const now = this.now();
    const { capacity } = this.bucket;
    const hasLimit = Number.isFinite(capacity);
    const rests = now < this.restsUntil;
    if (!hasLimit && !rests) return {};
    return {
      rateLimit: {
        ...(hasLimit ? { limit: capacity, remaining: this.bucket.remaining(now) } : {}),
        ...(rests ? { waitMs: Math.ceil(this.restsUntil - now) } : {}),
      },
    };
  }

  private async turn(signal: AbortSignal, latest: number): Promise<void> {
    let leave: (() => void) | undefined;
    try {
      await new Promise<void>((go, refuse) => {
        const waiter = { latest, go, refuse };
        leave = () => {
          this.queue = this.queue.filter((other) => other !== waiter);
          refuse(signal.reason);
          this.serve();
        };
        signal.addEventListener('abort', leave, { once: true });
        this.queue.push(waiter);
        this.serve();
      });
    } finally {
      if (leave) signal.removeEventListener('abort', leave);
    }
  }

  /** Lets out whose turn has come, and looks again when the next one's comes. */
  private serve(): void {
    clearTimeout(this.timer);
    const now = this.now();
    while (this.queue.length > 0 && now >= this.restsUntil && this.bucket.take(now)) this.queue.shift()?.go();
    if (this.queue.length === 0) return;
    this.timer = setTimeout(() => this.serve(), Math.max(1, Math.ceil(this.waitMs(0, now))));
  }

  /** How long it takes until a request goes out that has so many before it. */
  private waitMs(ahead: number, now: number): number {
    return Math.max(0, this.restsUntil - now, this.bucket.waitMs(ahead + 1, now));
  }

  /** Several answers to what went out together ask for one pause. */
  private untoldPause(now: number): number {
    if (now < this.restsUntil) return 0;
    const isNext = now - this.restsUntil < memoryMs;
    const { restMs } = this.rate;
    this.untoldMs = isNext ? Math.min(longestUntoldMs, Math.max(restMs, this.untoldMs * 2)) : restMs;
    return this.untoldMs;
  }

  private refusal(waitMs: number, now: number): MailboxError {
    const { server } = this.rate;
    if (now < this.restsUntil) {
      return new MailboxError('rate_limited', `The ${server} wants to be left alone for a while.`, {
        hint: tryAgainIn(waitMs),
      });
    }
    return new MailboxError('rate_limited', `Too much was asked of the ${server} within a few minutes.`, {
      hint: `${tryAgainIn(waitMs)} MAILBOX_RATE_LIMIT sets the limit.`,
    });
  }
}

/** A hint that says the wait, in whole seconds, never less than it is. */
export function tryAgainIn(waitMs: number): string {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return `Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
}
