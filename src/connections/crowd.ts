import { abortable } from '../domain/abortable.ts';

/** Of the time calls wait for a connection: two that hang one after the other leave some to those behind them. */
const share = 0.45;
/** Parts of that time after which one that stayed looks again whether others wait. */
const looks = 10;

export interface CrowdOptions {
  /** How long a call waits for a connection. */
  timeoutMs: number;
  /** Calls that wait for one now. */
  waiting(): number;
}

/**
 * Keeps what a server hangs at from holding all connections: a question without answer gives way to those who wait, and
 * may be asked once more in turn, so that one connection at most is left to such questions.
 */
export class Crowd {
  private readonly options: CrowdOptions;
  private leaving = 0;
  private turns: Promise<unknown> = Promise.resolve();

  constructor(options: CrowdOptions) {
    this.options = options;
  }

  /** @returns undefined when it gave way. @throws what `ask` throws otherwise */
  async givingWay<T>(
    ask: (signal: AbortSignal) => Promise<T>,
    { signal, isSilent }: { signal: AbortSignal; isSilent: () => boolean },
  ): Promise<T | undefined> {
    const patienceMs = this.options.timeoutMs * share;
    const way = new AbortController();
    const look = () => {
      if (isSilent() && this.options.waiting() > this.leaving) {
        this.leaving += 1;
        way.abort();
      } else timer = setTimeout(look, patienceMs / looks);
    };
    let timer = setTimeout(look, patienceMs);
    try {
      return await ask(AbortSignal.any([signal, way.signal]));
    } catch (error) {
      if (way.signal.aborted && !signal.aborted) return undefined;
      throw error;
    } finally {
      clearTimeout(timer);
      // Whoever waits is lent the connection first.
      if (way.signal.aborted) setImmediate(() => this.left());
    }
  }

  /** One after the other. @throws the signal's reason, or what `ask` throws */
  async inTurn<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.turns;
    let end = () => {};
    const turn = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.turns = before.then(() => turn);
    try {
      await abortable(before, { signal });
      return await ask();
    } finally {
      end();
    }
  }

  private left(): void {
    this.leaving -= 1;
  }
}
