import { parentPort, workerData } from 'node:worker_threads';

/** What a thread is started with. */
export interface ThreadData {
  purpose: string;
  setup: unknown;
  /** One Int32: where in its job the thread is, so that it is known what hangs. */
  progress: SharedArrayBuffer;
}

/** What it sends. */
export type FromThread<Answer> = { answer: Answer } | { piece: string };

/** What a job may tell before it is done. */
export interface Progress {
  /**
   * To be called when the job begins, all it needs being loaded, and may be called again: gives the job its time anew,
   * and whoever waits the place it got stuck at.
   */
  at(place: number): void;
  /** Hands over a text that is to survive if the thread does not. */
  piece(text: string): void;
}

type Work<Job, Answer> = (job: Job, progress: Progress) => Answer | Promise<Answer>;

/**
 * Does the jobs of a thread that was started for this purpose; on any other thread the module was loaded on, nothing.
 * What `prepare` or its work throws is the thread's end.
 */
export function serveJobs<Setup, Job, Answer>(
  purpose: string,
  prepare: (setup: Setup) => Work<Job, Answer>,
): void {
  const port = parentPort;
  if (!port || !isThreadData(workerData) || workerData.purpose !== purpose) return;
  const counter = new Int32Array(workerData.progress);
  const send = (message: FromThread<Answer | undefined>) => port.postMessage(message);
  const progress: Progress = {
    at: (place) => Atomics.store(counter, 0, place),
    piece: (piece) => send({ piece }),
  };
  const work = prepare(workerData.setup as Setup);
  port.on('message', async (job: Job) => send({ answer: await work(job, progress) }));
  send({ answer: undefined });
}

function isThreadData(data: unknown): data is ThreadData {
  return typeof data === 'object' && data !== null && 'purpose' in data && 'progress' in data;
}
