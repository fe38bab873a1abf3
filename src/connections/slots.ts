import { createPool, type Pool as GenericPool } from 'generic-pool';
import { abortable } from '../domain/abortable.ts';
import { MailboxError } from '../domain/errors.ts';

/** One live connection of some protocol. */
export interface Connection {
  /** False once it broke; it is then replaced. */
  readonly usable: boolean;
  /** One cheap round trip that proves the connection alive; throws when it is not. */
  check(signal: AbortSignal): Promise<void>;
  /** Ends it politely within about a second. Never throws. */
  logout(): Promise<void>;
}

/** A place for a connection. */
export interface Slot<C> {
  connection: C | undefined;
  /** When a call last used it. */
  usedAt: number;
  /** When it was last known to be alive. */
  provenAt: number;
  /** The machine's network then. */
  network: string;
}

/** How much a call wants a given connection: 2 = it is exactly right, 1 = as good as any, 0 = somebody else's. */
export type Preference<C> = (connection: C) => 0 | 1 | 2;

/**
 * At most `max` places for connections. generic-pool pools places instead of sockets because its `create` must
 * never fail: a failing one is called again at once and for ever (node-pool#175), and no caller hears of it.
 */
export class Slots<C extends Connection> {
  private readonly pool: GenericPool<Slot<C>>;
  private readonly all = new Set<Slot<C>>();

  constructor({ max, timeoutMs }: { max: number; timeoutMs: number }) {
    const create = async () => {
      const slot: Slot<C> = { connection: undefined, usedAt: 0, provenAt: 0, network: '' };
      this.all.add(slot);
      return slot;
    };
    const destroy = async (slot: Slot<C>) => {
      this.all.delete(slot);
      await slot.connection?.logout();
    };
    this.pool = createPool<Slot<C>>({ create, destroy }, { max, acquireTimeoutMillis: timeoutMs });
  }

  /** Places with a live connection. */
  get open(): number {
    return [...this.all].filter((slot) => slot.connection?.usable).length;
  }

  get counts(): { borrowed: number; waiting: number; free: number } {
    return { borrowed: this.pool.borrowed, waiting: this.pool.pending, free: this.pool.available };
  }

  /**
   * Takes the place that suits best; rather a new connection than one that serves something else.
   * @throws MailboxError `timeout` when none became free; the signal's reason when it aborts.
   */
  async borrow(prefer: Preference<C>, signal: AbortSignal): Promise<Slot<C>> {
    const rank = (slot: Slot<C>) => (slot.connection?.usable ? prefer(slot.connection) : 0.5);
    let best = await this.acquire(signal);
    const others: Slot<C>[] = [];
    while (rank(best) < 1 && this.pool.pending === 0 && this.hasMore(best)) {
      const next = await this.acquire(signal);
      const better = rank(next) > rank(best);
      others.push(better ? best : next);
      if (better) best = next;
    }
    await Promise.all(others.map((slot) => this.giveBack(slot)));
    return best;
  }

  /** The free places, for upkeep; gives up at once when calls are waiting. */
  async borrowIdle(): Promise<Slot<C> | undefined> {
    return this.pool.available > 0 && this.pool.pending === 0 ? await this.pool.acquire() : undefined;
  }

  async giveBack(slot: Slot<C>): Promise<void> {
    if (slot.connection && !slot.connection.usable) this.drop(slot);
    if (this.pool.isBorrowedResource(slot)) await this.pool.release(slot);
  }

  /** Whatever ended one connection may have ended all: none counts as proven any more. */
  distrust(): void {
    for (const slot of this.all) slot.provenAt = Number.NEGATIVE_INFINITY;
  }

  /** A connection that is of no use any more: its socket must not stay open until the server closes it. */
  drop(slot: Slot<C>): void {
    void slot.connection?.logout();
    slot.connection = undefined;
  }

  /** Logs out every connection and lends no more; waits half a second at most for calls that still run. */
  async close(): Promise<void> {
    await Promise.all([...this.all].map((slot) => slot.connection?.logout()));
    const drained = this.pool.drain().then(() => this.pool.clear());
    await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, 500).unref())]);
  }

  /** Free places to look at, or room for a new one when the best so far serves something else. */
  private hasMore(best: Slot<C>): boolean {
    const mayGrow = best.connection !== undefined && this.pool.spareResourceCapacity > 0;
    return this.pool.available > 0 || mayGrow;
  }

  private async acquire(signal: AbortSignal): Promise<Slot<C>> {
    signal.throwIfAborted();
    const asked = Promise.resolve(this.pool.acquire());
    try {
      return await abortable(asked, { signal });
    } catch (error) {
      if (!signal.aborted) throw allBusy(error);
      const late = (slot: Slot<C>) => this.giveBack(slot);
      asked.then(late, () => 'nothing was lent');
      throw error;
    }
  }
}

function allBusy(cause: unknown): MailboxError {
  return new MailboxError('timeout', 'All connections to the server stayed busy.', {
    hint: 'Try again in a moment.',
    cause,
  });
}
