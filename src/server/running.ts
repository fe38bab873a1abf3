import { CallCancelled, MailboxError } from '../domain/errors.ts';

export interface RunningOptions {
  /** When work is told to end; tools.md promises an answer within 45 s. */
  deadlineMs?: number;
  /** How long ended work may still take to hand over what it has. */
  graceMs?: number;
}

/** The calls that run now. Each has one AbortSignal: the client's cancellation, our deadline, or our own end. */
export interface Running {
  /**
   * Resolves or rejects as the work does; at the latest `graceMs` after its signal, with the signal's reason.
   * @param lateHint what to do after the deadline
   */
  run<T>(cancelled: AbortSignal, work: (signal: AbortSignal) => Promise<T>, lateHint?: string): Promise<T>;
  /** Ends everything and resolves when all of it is over; later work is ended at once. */
  stop(): Promise<void>;
}

export function createRunning({ deadlineMs = 44_000, graceMs = 500 }: RunningOptions): Running {
  const running = new Map<AbortController, Promise<unknown>>();
  let stopped = false;
  return {
    async run(cancelled, work, lateHint) {
      const controller = new AbortController();
      const cancel = () => controller.abort(new CallCancelled());
      const timer = setTimeout(() => controller.abort(deadline(deadlineMs, lateHint)), deadlineMs);
      cancelled.addEventListener('abort', cancel, { once: true });
      if (cancelled.aborted) cancel();
      if (stopped) controller.abort(stopping());
      const result = endedBy(controller.signal, graceMs, work(controller.signal));
      running.set(controller, result);
      try {
        return await result;
      } finally {
        clearTimeout(timer);
        cancelled.removeEventListener('abort', cancel);
        running.delete(controller);
      }
    },
    async stop() {
      stopped = true;
      for (const controller of running.keys()) controller.abort(stopping());
      await Promise.allSettled(running.values());
    },
  };
}

async function endedBy<T>(signal: AbortSignal, graceMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let giveUp: () => void = () => undefined;
  const over = new Promise<never>((_resolve, reject) => {
    giveUp = () => {
      timer = setTimeout(() => reject(signal.reason), graceMs);
    };
  });
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work, over]);
  } catch (error) {
    // A library says only "aborted"; the reason says why.
    throw signal.aborted && !(error instanceof MailboxError) ? signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

function deadline(ms: number, hint = 'Try again later.'): MailboxError {
  return new MailboxError('timeout', `The call took longer than ${ms / 1000} seconds and was ended.`, {
    hint,
  });
}

function stopping(): MailboxError {
  return new MailboxError('unavailable', 'The server is shutting down.', {
    hint: 'Restart it and ask again.',
  });
}
