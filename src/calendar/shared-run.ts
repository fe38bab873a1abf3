import { abortable } from '../domain/abortable.ts';

interface Run {
  done: Promise<void>;
  begun: boolean;
  waiting: number;
  controller: AbortController;
}

/**
 * Work whose outcome many may wait for. Whoever asks shares the next run that begins after they asked, so what it
 * found is never older than the question. A run that nobody waits for any more is ended, or not begun.
 */
export class SharedRun {
  private readonly work: (signal: AbortSignal) => Promise<void>;
  private running: Run | undefined;
  private next: Run | undefined;

  constructor(work: (signal: AbortSignal) => Promise<void>) {
    this.work = work;
  }

  async run(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const run = this.upcoming();
    run.waiting += 1;
    try {
      await abortable(run.done, { signal });
    } finally {
      run.waiting -= 1;
      if (run.waiting === 0 && run.begun) run.controller.abort(signal.reason);
    }
  }

  get idle(): boolean {
    return this.running === undefined;
  }

  private upcoming(): Run {
    if (!this.running) this.running = this.after(Promise.resolve());
    if (!this.running.begun) return this.running;
    this.next ??= this.after(this.running.done);
    return this.next;
  }

  private after(previous: Promise<void>): Run {
    const run: Run = { done: previous, begun: false, waiting: 0, controller: new AbortController() };
    const begin = async (): Promise<void> => {
      run.begun = true;
      try {
        if (run.waiting > 0) await this.work(run.controller.signal);
      } finally {
        this.running = this.next;
        this.next = undefined;
      }
    };
    run.done = previous.then(begin, begin);
    // Everyone who waits hears of a failure; when all have gone there is nobody to tell.
    run.done.catch(() => undefined);
    return run;
  }
}
