/** So little is missing only by rounding. */
const rounding = 1e-9;

/**
 * Tokens that come back at a steady pace, up to a capacity. In any span of time no more are taken than the capacity
 * and what came back within it. Every `now` is milliseconds of one clock; one that is set back brings nothing.
 */
export class TokenBucket {
  readonly capacity: number;
  private readonly perMs: number;
  private level: number;
  private filledAt: number;

  /** Full at first. @param perMinute how many come back in a minute, more than 0; both may be infinite */
  constructor(capacity: number, perMinute: number, now: number) {
    this.capacity = capacity;
    this.perMs = perMinute / 60_000;
    this.level = capacity;
    this.filledAt = now;
  }

  /** Takes one, if it is there. */
  take(now: number): boolean {
    this.fill(now);
    if (this.level < 1 - rounding) return false;
    this.level = Math.max(0, this.level - 1);
    return true;
  }

  /** Milliseconds until so many are there, when nobody takes any. */
  waitMs(count: number, now: number): number {
    this.fill(now);
    return Math.max(0, count - this.level) / this.perMs;
  }

  /** Whole tokens. */
  remaining(now: number): number {
    this.fill(now);
    return Math.floor(this.level + rounding);
  }

  private fill(now: number): void {
    const passedMs = now - this.filledAt;
    this.filledAt = now;
    if (passedMs > 0) this.level = Math.min(this.capacity, this.level + passedMs * this.perMs);
  }
}
