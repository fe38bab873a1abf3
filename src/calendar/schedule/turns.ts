import { abortable } from '../../domain/abortable.ts';

/** Work on one key runs one after the other, in the order it was asked for; on another key it does not wait. */
export class Turns {
  private readonly last = new Map<string, Promise<void>>();

  /** @throws whatever `work` throws; the signal's reason where it aborts before the turn has come. */
  async take<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key) ?? Promise.resolve();
    let leave: () => void = () => undefined;
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    // Whoever gives up waiting leaves no gap: the next one still waits for those in front.
    const done = before.then(() => left);
    this.last.set(key, done);
    try {
      await abortable(before, { signal });
      return await work();
    } finally {
      leave();
      void done.then(() => this.forget(key, done));
    }
  }

  private forget(key: string, done: Promise<void>): void {
    if (this.last.get(key) === done) this.last.delete(key);
  }
}
