export interface AlarmOptions {
  /** For durations: see `steadyClock`. */
  now: () => number;
  /** What tells one network from another. */
  network: () => string;
  /** How often it is looked whether the time is up, the machine slept or the network changed. */
  tickMs: number;
}

/**
 * A wait that ends early when somebody rings, when the machine slept, and when it came into another network: after either
 * a line may be dead without a word. One timer alone would stand still while a laptop sleeps.
 */
export class Alarm {
  private readonly options: AlarmOptions;
  private wake: (() => void) | undefined;

  constructor(options: AlarmOptions) {
    this.options = options;
  }

  /** Ends the wait under way, if there is one. */
  ring(): void {
    this.wake?.();
  }

  /** One at a time: a new one ends the one before. @param ms at the latest */
  async wait(ms: number): Promise<void> {
    this.ring();
    const { now, network, tickMs } = this.options;
    const from = now();
    const before = network();
    let last = from;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearInterval(tick);
        this.wake = undefined;
        resolve();
      };
      const look = () => {
        const at = now();
        const slept = at - last > 2 * tickMs;
        last = at;
        if (slept || at - from >= ms || network() !== before) end();
      };
      const tick = setInterval(look, Math.min(tickMs, ms)).unref();
      this.wake = end;
    });
  }
}
