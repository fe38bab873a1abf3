import type { Log } from '../log.ts';

/** A part of some work: takes a connection for a round trip or two. */
export type Step = (signal: AbortSignal) => Promise<void>;

export interface SpareTimeOptions {
  /** Nobody works, and a connection is open. */
  isIdle: () => boolean;
  /** A connection is open that nobody uses. */
  hasRoom: () => boolean;
  log: Log;
  /** How long nobody must have worked before a step begins. */
  pauseMs?: number;
  /** What a step may still take when a call comes. */
  graceMs?: number;
}

interface Run {
  steps: Step[];
  timer: NodeJS.Timeout;
  working?: Promise<void>;
  limit?: NodeJS.Timeout;
  controller: AbortController;
}

/** Long enough for calls that follow one another at once; a model thinks for longer. */
const usualPauseMs = 200;
/** To end a step closes its connection, and to log in again takes longer than this. */
const usualGraceMs = 200;

/**
 * Work nobody waits for, done between the calls on connections they left open. A call ends it, and waits for that no
 * longer than a new connection would take.
 */
export class SpareTime {
  private readonly options: SpareTimeOptions;
  private run: Run | undefined;
  private closed = false;

  constructor(options: SpareTimeOptions) {
    this.options = options;
  }

  /** In place of what was planned before. Failures go to the log. */
  plan(steps: readonly Step[]): void {
    if (this.closed || this.run?.working) return;
    clearTimeout(this.run?.timer);
    const { pauseMs = usualPauseMs } = this.options;
    const run: Run = {
      steps: [...steps],
      timer: setTimeout(() => {
        run.working = this.work(run);
      }, pauseMs),
      controller: new AbortController(),
    };
    run.timer.unref();
    this.run = run;
  }

  /** To be called before a call takes a connection: what is planned is dropped, what runs ends in a moment. */
  async giveWay(): Promise<void> {
    const { run } = this;
    if (!run) return;
    this.drop(run);
    if (!run.working || this.options.hasRoom()) return;
    const { graceMs = usualGraceMs } = this.options;
    run.limit ??= setTimeout(() => run.controller.abort(), graceMs);
    await run.working;
  }

  /** Ends everything at once. */
  close(): void {
    this.closed = true;
    const { run } = this;
    if (!run) return;
    this.drop(run);
    run.controller.abort();
  }

  private drop(run: Run): void {
    clearTimeout(run.timer);
    run.steps = [];
    if (!run.working) this.run = undefined;
  }

  private async work(run: Run): Promise<void> {
    try {
      while (this.options.isIdle()) {
        const step = run.steps.shift();
        if (!step) break;
        await step(run.controller.signal);
      }
    } catch (error) {
      this.options.log.debug('work in spare time failed', { error });
    } finally {
      clearTimeout(run.limit);
      this.run = undefined;
    }
  }
}
