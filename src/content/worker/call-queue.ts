/** What waits for a thread; those with one `signal` belong to one call. */
export interface Queued {
  signal: AbortSignal | undefined;
}

/** What a call has had. */
interface Tally {
  ms: number;
  stops: number;
  running: number;
  /** When the last of them began. */
  since: number;
}

/** A call that took so long, or is so long at one mail, keeps no other thread busy. */
const heavyMs = 1000;
const longMs = 400;
/** After its share a call may still have small mails read. */
const leastMs = 250;
/** A thread that was stopped has to be started anew: half a second each. */
const maxStops = 3;

/**
 * Who is next: the call that has had the least, so that one with twenty heavy mails holds up no other; within a call
 * and among equals the one that came first.
 */
export class CallQueue<Item extends Queued> {
  readonly #items: Item[] = [];
  readonly #tallies = new WeakMap<AbortSignal, Tally>();

  push(item: Item): void {
    this.#items.push(item);
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /** Takes out the next; undefined when those that wait have to wait. To be followed by `done`. @param now in ms */
  take(now: number): Item | undefined {
    const ready = this.#items.filter((item) => {
      const { ms, running, since } = this.#tally(item);
      return running === 0 || (ms < heavyMs && now - since < longMs);
    });
    const [first, ...others] = ready;
    if (!first) return undefined;
    const had = (item: Item) => this.#tally(item).ms;
    const next = others.reduce((least, item) => (had(item) < had(least) ? item : least), first);
    this.#items.splice(this.#items.indexOf(next), 1);
    const tally = this.#tally(next);
    tally.running += 1;
    tally.since = now;
    return next;
  }

  /** @param ms how long it took, from when it was taken. */
  done(item: Item, ms: number, stopped: boolean): void {
    const tally = this.#tally(item);
    tally.ms += ms;
    tally.stops += stopped ? 1 : 0;
    tally.running -= 1;
  }

  /** What may be spent on one more, of what its call may take together: `maxMs`, or little, or nothing. */
  allowance(item: Item, maxMs: number, callMs: number): number {
    const { ms, stops } = this.#tally(item);
    return stops >= maxStops ? 0 : Math.min(maxMs, Math.max(leastMs, callMs - ms));
  }

  #tally({ signal }: Item): Tally {
    const tally = (signal && this.#tallies.get(signal)) ?? { ms: 0, stops: 0, running: 0, since: 0 };
    if (signal) this.#tallies.set(signal, tally);
    return tally;
  }
}
