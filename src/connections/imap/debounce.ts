/** All in milliseconds. */
export interface DebounceTimes {
  /** The first change after quiet is told so much later: what comes with it is told in one. */
  firstMs: number;
  /** Between one telling and the next. */
  everyMs: number;
}

/** Makes one telling of many changes, and never loses the last. */
export class Debounce {
  private readonly times: DebounceTimes;
  private readonly onRipe: () => void;
  private readonly now: () => number;
  private timer: NodeJS.Timeout | undefined;
  private toldAt = Number.NEGATIVE_INFINITY;
  private isPending = false;
  private isRipe = false;

  /** @param onRipe called once when what is pending may be told; @param now for durations: see `steadyClock` */
  constructor(times: DebounceTimes, onRipe: () => void, now: () => number) {
    this.times = times;
    this.onRipe = onRipe;
    this.now = now;
  }

  /** Something waits to be told. */
  get pending(): boolean {
    return this.isPending;
  }

  /** Something waits, and has waited long enough. */
  get ripe(): boolean {
    return this.isRipe;
  }

  changed(): void {
    if (this.isPending) return;
    this.isPending = true;
    const { firstMs, everyMs } = this.times;
    const waitMs = Math.max(firstMs, this.toldAt + everyMs - this.now());
    this.timer = setTimeout(() => {
      this.isRipe = true;
      this.onRipe();
    }, waitMs).unref();
  }

  /** What was pending is told now: what changes from here on is news. */
  told(): void {
    this.end();
    this.toldAt = this.now();
  }

  /** Forgets what is pending. */
  end(): void {
    clearTimeout(this.timer);
    this.isPending = false;
    this.isRipe = false;
  }
}
