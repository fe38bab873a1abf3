/** When the server was asked, and how many of our own writes had begun or ended by then. */
export interface Moment {
  /** Epoch ms. */
  at: number;
  writes: number;
}

/**
 * Counts what we write ourselves. What was learnt before a write began or ended may lack it, be it done, half done or
 * refused, and is not given again before the server has confirmed it.
 */
export class OwnWrites {
  private readonly over: () => void;
  private count = 0;

  /** @param over told after every write */
  constructor(over: () => void = () => undefined) {
    this.over = over;
  }

  /** @param at epoch ms, from before the server was asked */
  moment(at: number): Moment {
    return { at, writes: this.count };
  }

  /** Whether no write has begun or ended since. */
  noneSince({ writes }: Moment): boolean {
    return writes === this.count;
  }

  async during<T>(write: () => Promise<T>): Promise<T> {
    this.count++;
    try {
      return await write();
    } finally {
      this.count++;
      this.over();
    }
  }
}
