import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { MailboxError } from '../../domain/errors.ts';
import type { ReaderAnswer, ReaderJob, ReaderResult, ReaderTask } from './reader-job.ts';

/** The results of a job, or which of its items the thread died of or hung in. */
export type JobOutcome = { results: ReaderResult[] } | { stuckAt: number };

const tickMs = 100;
/** A cold start from source loads a compiler first. */
const maxStartMs = 30_000;
const heap = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };
const notBegun = -1;

/** One thread that reads calendars. It is started by `start`, and gone for good once it hung or was closed. */
export class ReaderThread {
  readonly #worker: Worker;
  readonly #progress: Int32Array;
  readonly #stuckMs: number;
  #ended = false;

  private constructor(worker: Worker, progress: Int32Array, stuckMs: number) {
    this.#worker = worker;
    this.#progress = progress;
    this.#stuckMs = stuckMs;
    const end = () => {
      this.#ended = true;
    };
    worker.once('exit', end);
    // Whoever waits for a job hears of it; between jobs it only means that a new thread is needed.
    worker.on('error', end);
  }

  /** @param stuckMs how long one item may take. @throws MailboxError `internal` when no thread comes up. */
  static async start(zone: string, stuckMs: number): Promise<ReaderThread> {
    const { workerUrl } = await import('./reader-worker.ts');
    const progress = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const worker = startWorker(workerUrl, { task: 'read-calendar', zone, progress });
    const thread = new ReaderThread(worker, new Int32Array(progress), stuckMs);
    const ready = await thread.#wait(() => undefined, maxStartMs);
    if ('stuckAt' in ready) {
      await thread.close();
      throw new MailboxError('internal', 'The part of the server that reads calendars did not start.');
    }
    return thread;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** One job at a time. After `stuckAt` the thread is gone. */
  async run(job: ReaderJob): Promise<JobOutcome> {
    Atomics.store(this.#progress, 0, notBegun);
    const outcome = await this.#wait(() => this.#worker.postMessage(job), this.#stuckMs);
    if ('stuckAt' in outcome) await this.close();
    return outcome;
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
  }

  /** Time is counted in ticks, which a busy main thread skips, and begins anew with each item. */
  #wait(begin: () => void, maxMs: number): Promise<JobOutcome> {
    const worker = this.#worker;
    return new Promise((resolve) => {
      let ticks = 0;
      let seen = this.#at();
      const settle = (outcome: JobOutcome) => {
        clearInterval(timer);
        worker.unref();
        worker.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
        resolve(outcome);
      };
      const onMessage = ({ results }: ReaderAnswer) => settle({ results });
      const onEnd = () => settle({ stuckAt: Math.max(0, this.#at()) });
      const timer = setInterval(() => {
        const at = this.#at();
        ticks = at === seen ? ticks + 1 : 0;
        seen = at;
        if (ticks * tickMs >= maxMs) onEnd();
      }, tickMs);
      worker.on('message', onMessage).on('error', onEnd).on('exit', onEnd);
      // While somebody waits, the process must not end for want of anything else to do.
      worker.ref();
      begin();
    });
  }

  #at(): number {
    return Atomics.load(this.#progress, 0);
  }
}

/** No environment, so no secrets; its output goes nowhere, so none of it can reach the protocol. */
function startWorker(url: string, workerData: ReaderTask): Worker {
  const options = { workerData, env: {}, execArgv: [], stdout: true, stderr: true, resourceLimits: heap };
  if (!url.endsWith('.ts')) return new Worker(new URL(url), options);
  // From source (tests, `npm run dev`) a thread must load TypeScript itself; what is built has no such file.
  const loader = new URL('esm/api/index.mjs', pathToFileURL(createRequire(url).resolve('tsx'))).href;
  const start = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(url)}); })`;
  return new Worker(start, { ...options, eval: true });
}
