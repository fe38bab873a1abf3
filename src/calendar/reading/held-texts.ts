import type { ReaderItem } from './reader-job.ts';

/** In characters. A month of a calendar of 10,000 events is about a million. */
const maxChars = 2_000_000;

/** What the thread holds of the texts it was sent, the least recently used first. */
export class HeldTexts {
  readonly #held = new Map<string, { ics: string; slot: number }>();
  #chars = 0;
  #nextSlot = 0;

  /** The item to send for a text: without the text when the thread holds it. What must go is added to `drop`. */
  place(key: string, ics: string, drop: number[]): ReaderItem {
    const known = this.#held.get(key);
    if (known) this.#forget(key, known.ics);
    if (known?.ics === ics) {
      this.#keep(key, known);
      return { slot: known.slot };
    }
    if (known) drop.push(known.slot);
    // One text must not push out those that are sent along with it.
    if (ics.length > maxChars / 8) return { ics };
    const slot = this.#nextSlot;
    this.#nextSlot += 1;
    this.#keep(key, { ics, slot });
    this.#shrink(drop);
    return { ics, slot };
  }

  /** The thread is gone. */
  clear(): void {
    this.#held.clear();
    this.#chars = 0;
  }

  #shrink(drop: number[]): void {
    for (const [key, { ics, slot }] of this.#held) {
      if (this.#chars <= maxChars) return;
      this.#forget(key, ics);
      drop.push(slot);
    }
  }

  #keep(key: string, held: { ics: string; slot: number }): void {
    this.#held.set(key, held);
    this.#chars += held.ics.length;
  }

  #forget(key: string, ics: string): void {
    this.#held.delete(key);
    this.#chars -= ics.length;
  }
}
