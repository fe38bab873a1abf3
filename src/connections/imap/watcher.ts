import { MailboxError } from '../../domain/errors.ts';
import type { Log } from '../../log.ts';
import { type Backoff, withBackoff } from '../backoff.ts';
import type { Imap } from '../imap.ts';
import { ownAddresses } from '../network.ts';
import { longestToldMs } from '../rate-limit.ts';
import { steadyClock } from '../steady-clock.ts';
import { Alarm } from './alarm.ts';
import { examine, noop, status, unselect } from './commands.ts';
import { Debounce } from './debounce.ts';
import { refused } from './errors.ts';
import { idle } from './idle.ts';
import type { PooledImap } from './pooled-imap.ts';
import { folderStatuses } from './replies.ts';
import type { ImapSession } from './session.ts';
import { type WatchTimes, watchBackoff, watchTimes } from './watch-times.ts';
import type { ImapCommand, ImapReply } from './wire.ts';

export interface WatcherOptions {
  imap: Imap;
  onChange(): void;
  log: Log;
  times?: Partial<WatchTimes>;
  backoff?: Backoff;
  /** As of `PoolOptions`. */
  now?: () => number;
  network?: () => string;
}

const inbox = 'INBOX';
/** What a stop waits for an answer. */
const farewellMs = 1000;

/**
 * Watches the inbox of one account on a connection it keeps from the pool, by IDLE, or by NOOP every `pollMs` where the
 * server has no IDLE. Where the pool is to have one connection only, or the server allows no more, none is kept: the
 * inbox is then looked at every `pollMs` on the pool's. Lost lines are replaced; what changed meanwhile is told.
 */
export class Watcher {
  private readonly options: WatcherOptions;
  private readonly times: WatchTimes;
  private readonly now: () => number;
  private readonly alarm: Alarm;
  private readonly debounce: Debounce;
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  private connection: PooledImap | undefined;
  /** The inbox as it was when it was last looked at; absent where the server does not tell. */
  private known: string | undefined;
  /** When the line, or the row of looks, first showed the inbox. */
  private seenAt: number | undefined;
  private stands = false;
  private onStanding: () => void = () => {};
  private crampedUntil = Number.NEGATIVE_INFINITY;

  constructor(options: WatcherOptions) {
    const { now = steadyClock(), network = ownAddresses, times } = options;
    this.options = options;
    this.times = { ...watchTimes, ...times };
    this.now = now;
    this.alarm = new Alarm({ now, network, tickMs: this.times.tickMs });
    this.debounce = new Debounce(this.times, () => this.alarm.ring(), now);
  }

  /** To be called once. Resolves when the watch stands. @throws MailboxError when it cannot begin */
  async start(): Promise<void> {
    const standing = new Promise<void>((resolve) => {
      this.onStanding = resolve;
    });
    this.running = this.run();
    await Promise.race([standing, this.running]);
    if (this.ended) throw new MailboxError('unavailable', 'The watch ended before it stood.');
  }

  /** Logs out; within about two seconds. May be called again. Never rejects. */
  async stop(): Promise<void> {
    this.ending.abort();
    this.debounce.end();
    this.alarm.ring();
    const timer = setTimeout(() => this.connection?.session.close(), farewellMs);
    await Promise.allSettled([this.running]);
    clearTimeout(timer);
  }

  private get ended(): boolean {
    return this.ending.signal.aborted;
  }

  private async run(): Promise<void> {
    const { backoff = watchBackoff, log } = this.options;
    while (!this.ended) {
      try {
        await withBackoff(
          () => this.once(),
          backoff,
          (error) => this.mayRetry(error),
          this.ending.signal,
        );
      } catch (error) {
        if (this.ended) return;
        if (!this.stands) throw error;
        log.warn('the inbox is not watched for now: the login was refused', { error });
        const until = this.now() + this.times.refusedMs;
        while (!this.ended && this.now() < until) await this.alarm.wait(until - this.now());
      }
    }
  }

  private mayRetry(error: unknown): boolean {
    if (this.ended || !this.stands || isRefusal(error)) return false;
    this.options.log.debug('the inbox could not be watched; it is tried again', { error });
    return true;
  }

  /** One line from its beginning to its end, or looks on the pool's connections. */
  private async once(): Promise<void> {
    this.seenAt = undefined;
    const hasRoom = this.options.imap.hasRoomToKeep && this.now() >= this.crampedUntil;
    try {
      await (hasRoom ? this.keepLine() : this.lookNowAndThen());
    } catch (error) {
      const { seenAt = Number.POSITIVE_INFINITY } = this;
      const settled = this.now() - seenAt >= this.times.settledMs;
      if (this.ended || !settled || isRefusal(error)) throw error;
      this.options.log.info('the connection that watched the inbox was lost', { error });
    }
  }

  private async lookNowAndThen(): Promise<void> {
    const { imap, onChange } = this.options;
    const { signal } = this.ending;
    const until = imap.hasRoomToKeep ? this.crampedUntil : Number.POSITIVE_INFINITY;
    while (!this.ended && this.now() < until) {
      await imap.read([], signal, (session) => this.look(session, noop()));
      if (this.debounce.pending) this.tell(onChange);
      if (!this.ended) await this.alarm.wait(this.times.pollMs);
    }
  }

  private async keepLine(): Promise<void> {
    const { imap } = this.options;
    await imap.keep(this.ending.signal, async (connection, giveWay) => {
      giveWay.addEventListener('abort', () => this.alarm.ring(), { once: true });
      this.connection = connection;
      try {
        await this.attend(connection, giveWay);
        if (giveWay.aborted) this.crampedUntil = this.now() + this.times.crampedMs;
        await this.leave(connection, giveWay);
      } catch (error) {
        connection.session.close();
        throw error;
      } finally {
        this.connection = undefined;
        this.alarm.ring();
      }
    });
  }

  private async attend({ session, wire }: PooledImap, giveWay: AbortSignal): Promise<void> {
    const { idleMs, pollMs, answerMs } = this.times;
    await this.look(session, examine(inbox, session.supports('CONDSTORE')));
    let idles = session.supports('IDLE');
    const isOver = () => this.ended || giveWay.aborted;
    while (!isOver()) {
      if (idles && !this.debounce.ripe) {
        const until = this.alarm.wait(idleMs);
        idles = await idle(wire, { until, answerMs, onNews: () => this.debounce.changed() });
      } else if (!this.debounce.ripe) await this.alarm.wait(pollMs);
      if (isOver()) return;
      const before = session.view?.news;
      // What is told is part of what is known: whatever is lost after that is found missing.
      await this.look(session, noop());
      if (session.view?.news !== before) this.debounce.changed();
      if (this.debounce.ripe) this.tell(this.options.onChange);
    }
  }

  /** A connection that the calls wait for goes on living, without the read-only inbox. */
  private async leave({ session }: PooledImap, giveWay: AbortSignal): Promise<void> {
    const { signal } = this.ending;
    if (giveWay.aborted && !this.ended && session.supports('UNSELECT'))
      await session.run([unselect()], { signal });
    else await session.logout();
  }

  /** One round trip, after which `known` is what the inbox is; another than before is a change. */
  private async look(session: ImapSession, first: ImapCommand): Promise<void> {
    const { imap } = this.options;
    const { signal } = this.ending;
    await imap.rate.rested(signal, longestToldMs);
    const commands = [first, status(inbox, session.supports('CONDSTORE'))];
    const [answer, counts] = await session.run(commands, { signal });
    if (answer && answer.status !== 'OK') throw refused('watch the inbox', answer.code, answer.cause);
    const state = counts && stateOf(counts);
    const isNew = first.folder !== undefined && state === undefined;
    if (this.stands && (isNew || state !== this.known)) this.debounce.changed();
    this.known = state;
    this.seenAt ??= this.now();
    if (this.stands) return;
    this.stands = true;
    this.onStanding();
  }

  private tell(onChange: () => void): void {
    this.debounce.told();
    if (!this.ended) onChange();
  }
}

/** Equal ones mean that nothing arrived or left; with CONDSTORE also that no flag changed. */
function stateOf(reply: ImapReply): string | undefined {
  const [counts] = folderStatuses(reply);
  if (!counts) return undefined;
  const { token, uidValidity, uidNext, messages, unseen } = counts;
  return token ?? `${uidValidity}.${uidNext}.${messages}.${unseen}`;
}

/** Also a password that cannot be had: to ask for it again and again may ask a person. */
function isRefusal(error: unknown): boolean {
  return error instanceof MailboxError && error.code === 'auth_failed';
}
