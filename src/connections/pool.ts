import { MailboxError } from '../domain/errors.ts';
import type { PoolStatus } from '../domain/status.ts';
import type { Log } from '../log.ts';
import { type Backoff, connectBackoff } from './backoff.ts';
import { LoginGuard } from './login-guard.ts';
import { ownAddresses } from './network.ts';
import type { Password } from './password-command.ts';
import { type Connection, type Preference, type Slot, Slots } from './slots.ts';
import { steadyClock } from './steady-clock.ts';

export interface PoolSettings {
  max: number;
  /** Connections kept open through idle times. */
  min: number;
  /** How long a call waits for a connection, and a connection for its login. */
  timeoutMs: number;
  idleTimeoutMs: number;
  /** A connection idle for longer is checked before it is used again, and by the upkeep. */
  healthCheckMs: number;
}

export interface PoolOptions<C extends Connection> {
  settings: PoolSettings;
  /** Opens one connection and logs in with that password. Throws MailboxError. */
  connect(signal: AbortSignal, password: string): Promise<C>;
  password: Password;
  log: Log;
  backoff?: Backoff;
  /** For durations. Default: a `steadyClock`, so that after sleep every connection counts as long silent. */
  now?: () => number;
  /** What tells one network from another. A connection is checked when it has changed. Default: the own addresses. */
  network?: () => string;
  /** As of `LoginGuardOptions`. */
  limitPauseMs?: number;
  /** Told when the server has refused one more connection beside those that are open. */
  onLimit?: () => void;
}

/** What is done with a connection. @param reused it was open before, and may have died since */
export type Work<C, T> = (connection: C, reused: boolean) => Promise<T>;

export interface UseOptions<C> {
  signal: AbortSignal;
  prefer?: Preference<C>;
  /** Whether the work may run again when a connection that had been used before breaks under it: so far it only read. */
  rerun?: () => boolean;
}

const anyConnection = () => 1 as const;
/** While the server refuses more connections, a slot rests this long. */
const limitPauseMs = 60_000;
const checkTimeoutMs = 3000;

/**
 * At most `max` connections, opened when a call needs them. An error while connecting reaches the caller at once,
 * after bounded backoff; a refused password rests for an hour; a server's connection limit makes the pool smaller;
 * idle connections are checked and closed; work that only reads runs again once on a new connection.
 */
export class Pool<C extends Connection> {
  private readonly slots: Slots<C>;
  readonly logins: LoginGuard<C>;
  private readonly upkeep: NodeJS.Timeout;
  private readonly options: PoolOptions<C>;
  private readonly now: () => number;
  private readonly network: () => string;
  private reconnects = 0;
  private resting = 0;

  constructor(options: PoolOptions<C>) {
    const { settings, backoff = connectBackoff, now = steadyClock(), network = ownAddresses } = options;
    this.options = options;
    this.network = network;
    this.now = now;
    this.slots = new Slots(settings);
    this.logins = new LoginGuard({ ...options, backoff, now });
    this.upkeep = setInterval(
      () => void this.tend(),
      Math.min(settings.healthCheckMs, settings.idleTimeoutMs),
    );
    this.upkeep.unref();
  }

  /**
   * Lends a connection to `work`. Calls that were asked before a login failed share its failure.
   * @throws MailboxError what connecting or the work threw; `timeout` when no connection became free.
   */
  async use<T>(work: Work<C, T>, options: UseOptions<C>, asked = this.now()): Promise<T> {
    const slot = await this.slots.borrow(options.prefer ?? anyConnection, options.signal);
    let resting = false;
    try {
      return await this.useSlot(slot, work, options, asked);
    } catch (error) {
      const limited = error instanceof MailboxError && error.code === 'rate_limited';
      if (!limited || slot.connection || this.slots.open === 0) throw error;
      resting = true;
    } finally {
      if (resting) this.rest(slot);
      else await this.slots.giveBack(slot);
    }
    return await this.use(work, options, asked);
  }

  private async useSlot<T>(
    slot: Slot<C>,
    work: Work<C, T>,
    options: UseOptions<C>,
    asked: number,
  ): Promise<T> {
    const { signal, rerun = () => false } = options;
    const reused = slot.connection !== undefined;
    try {
      return await this.attempt(slot, work, options, asked);
    } catch (error) {
      const lost = isLoss(error) && !slot.connection?.usable;
      // A new one may have logged in with what counted until just now; one that could not log in at all is gone by now.
      const outdated = slot.connection !== undefined && isRevoked(error);
      if (lost && reused) this.slots.distrust();
      if (!lost || !(reused || outdated) || signal.aborted || !rerun()) throw error;
      return await this.attempt(slot, work, options, asked);
    }
  }

  private async attempt<T>(
    slot: Slot<C>,
    work: Work<C, T>,
    options: UseOptions<C>,
    asked: number,
  ): Promise<T> {
    const before = slot.connection;
    const connection = await this.connected(slot, options, asked);
    try {
      return await work(connection, connection === before);
    } finally {
      slot.usedAt = slot.provenAt = this.now();
    }
  }

  private async connected(slot: Slot<C>, options: UseOptions<C>, asked: number): Promise<C> {
    await this.check(slot);
    if (slot.connection?.usable) return slot.connection;
    if (slot.connection) this.reconnects++;
    this.slots.drop(slot);
    slot.network = this.network();
    slot.connection = await this.logins.connect(options.signal, asked);
    return slot.connection;
  }

  /**
   * Proves a connection alive that has been silent for long, or was opened in another network; a dead one becomes unusable
   * by the check itself.
   */
  private async check(slot: Slot<C>): Promise<void> {
    if (!slot.connection?.usable) return;
    const network = this.network();
    const { healthCheckMs } = this.options.settings;
    if (this.now() - slot.provenAt <= healthCheckMs && network === slot.network) return;
    try {
      await slot.connection.check(AbortSignal.timeout(checkTimeoutMs));
      slot.provenAt = this.now();
      slot.network = network;
    } catch (error) {
      this.options.log.info('an idle connection had died', { error });
    }
  }

  /** After the server refused one more connection the slot rests: the pool is that much smaller. */
  private rest(slot: Slot<C>): void {
    this.resting++;
    const wake = () => {
      this.resting--;
      void this.slots.giveBack(slot);
    };
    setTimeout(wake, limitPauseMs).unref();
    this.options.onLimit?.();
  }

  private async tend(): Promise<void> {
    const { idleTimeoutMs, min } = this.options.settings;
    for (let left = this.slots.counts.free; left > 0; left--) {
      const slot = await this.slots.borrowIdle();
      if (!slot) return;
      const idle = this.now() - slot.usedAt > idleTimeoutMs;
      if (idle && this.slots.open > min) {
        await slot.connection?.logout();
        slot.connection = undefined;
      }
      await this.check(slot);
      await this.slots.giveBack(slot);
    }
  }

  /** How many connections there may be now: `max`, less where the server allows no more. */
  get places(): number {
    return this.options.settings.max - this.resting;
  }

  get status(): PoolStatus {
    const { borrowed, waiting } = this.slots.counts;
    const size = this.slots.open;
    const busy = Math.min(size, borrowed);
    return { size, idle: size - busy, busy, waiting, ...this.logins.counters, reconnects: this.reconnects };
  }

  /** Lends no more and logs out; within about two seconds. */
  async close(): Promise<void> {
    clearInterval(this.upkeep);
    await this.slots.close();
  }
}

/** The connection broke, or what it had logged in with counts no more. */
function isLoss(error: unknown): boolean {
  return (error instanceof MailboxError && error.code === 'unavailable') || isRevoked(error);
}

function isRevoked(error: unknown): boolean {
  return error instanceof MailboxError && error.code === 'auth_failed' && !error.retryable;
}
