import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { MailboxError } from '../../domain/errors.ts';
import { growthMeter } from './growth.ts';
import type { FromThread, ThreadData } from './job-server.ts';

/** `late`: no sign of progress for too long. `died`: out of memory, or an error. `grown`: the process grew too much. */
export type StopReason = 'late' | 'died' | 'grown';

export interface Stopped {
  stopped: StopReason;
  /** What the thread last said it was at; -1 when it had not begun. */
  at: number;
  /** What it had handed over until then. */
  pieces: string[];
}

export type JobOutcome<Answer> = { answer: Answer } | Stopped;

export interface ThreadOptions {
  /** The module that calls `serveJobs`, by its own `import.meta.url`. */
  url: string;
  purpose: string;
  setup?: unknown;
  maxHeapMb: number;
}

export interface JobLimits {
  /**
   * From where the thread says that it has begun, and between two signs of progress. Up to four times as long where
   * it does not get to work, as on a machine that is too busy.
   */
  maxMs: number;
  /** What the thread may grow by meanwhile, in bytes: what lies outside of its heap has no other bound. */
  maxGrowth?: number;
}

/** Native code unpacks a megabyte in a millisecond. */
const tickMs = 20;
/** A thread that took more is let go after the job: it gives back no memory while it has nothing to do. */
const keptGrowth = 64 * 1024 * 1024;
/** For loading our own modules, at the start or for a job; from source with a compiler first. */
const maxLoadMs = 30_000;
const notBegun = -1;
const maxYoungGenerationSizeMb = 16;

/**
 * A thread that does one job at a time, can be stopped in the middle of it, and keeps no process alive that has
 * nothing to wait for. Once a job was stopped or the thread closed, it is gone for good.
 */
export class JobThread<Job, Answer> {
  readonly #worker: Worker;
  readonly #progress: Int32Array;
  #ended = false;
  #grown = growthMeter();

  private constructor(worker: Worker, progress: Int32Array) {
    this.#worker = worker;
    this.#progress = progress;
    const end = () => {
      this.#ended = true;
    };
    worker.once('exit', end);
    // Whoever waits for a job hears of it; between jobs it only means that a new thread is needed.
    worker.on('error', end);
  }

  /** @throws MailboxError `internal` when no thread comes up. */
  static async start<Job, Answer>(options: ThreadOptions): Promise<JobThread<Job, Answer>> {
    const { url, purpose, setup, maxHeapMb } = options;
    const progress = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const worker = startWorker(url, { purpose, setup, progress }, maxHeapMb);
    const thread = new JobThread<Job, Answer>(worker, new Int32Array(progress));
    // The first word of a thread is an empty answer: it is ready.
    const ready = await thread.#wait(() => undefined, { maxMs: maxLoadMs });
    if ('stopped' in ready) {
      await thread.close();
      throw new MailboxError('internal', 'A part of the server that reads what others wrote did not start.');
    }
    return thread;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** One job at a time. A thread that was stopped is gone, and so is one that took much memory. */
  async run(job: Job, limits: JobLimits): Promise<JobOutcome<Answer>> {
    const outcome = await this.#wait(() => this.#worker.postMessage(job), limits);
    if ('stopped' in outcome || this.#grown() > keptGrowth) await this.close();
    return outcome;
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
  }

  /** Time is counted in ticks, which a busy main thread skips. */
  #wait(begin: () => void, { maxMs, maxGrowth = Infinity }: JobLimits): Promise<JobOutcome<Answer>> {
    const worker = this.#worker;
    this.#grown = growthMeter();
    Atomics.store(this.#progress, 0, notBegun);
    return new Promise((resolve) => {
      begin();
      const pieces: string[] = [];
      const worked = workMeter();
      let spentMs = 0;
      let seen = notBegun;
      const settle = (outcome: JobOutcome<Answer>) => {
        clearInterval(timer);
        worker.unref();
        worker.off('message', onMessage).off('error', onDeath).off('exit', onDeath);
        resolve(outcome);
      };
      const stop = (stopped: StopReason) => settle({ stopped, at: this.#at(), pieces });
      const onDeath = () => stop('died');
      const onMessage = (message: FromThread<Answer>) => {
        if ('answer' in message) settle(message);
        else pieces.push(message.piece);
      };
      const timer = setInterval(() => {
        const at = this.#at();
        // What loading took is our own.
        if (seen === notBegun && at !== notBegun) this.#grown = growthMeter();
        spentMs = at === seen ? spentMs + worked() : 0;
        seen = at;
        if (spentMs >= (at === notBegun ? maxLoadMs : maxMs)) stop('late');
        else if (this.#grown() > maxGrowth) stop('grown');
      }, tickMs);
      worker.on('message', onMessage).on('error', onDeath).on('exit', onDeath);
      // While somebody waits, the process must not end for want of anything else to do.
      worker.ref();
    });
  }

  #at(): number {
    return Atomics.load(this.#progress, 0);
  }
}

/** What a tick counts: the time the process had on a processor in it, but a quarter at least, for some hang idly. */
function workMeter(): () => number {
  let last = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(last);
    last = process.cpuUsage();
    return Math.max(tickMs / 4, Math.min(tickMs, (user + system) / 1000));
  };
}

/** No environment, so no secrets; its output goes nowhere, so none of it can reach the protocol. */
function startWorker(url: string, workerData: ThreadData, maxOldGenerationSizeMb: number): Worker {
  const resourceLimits = { maxOldGenerationSizeMb, maxYoungGenerationSizeMb };
  const options = { workerData, env: {}, execArgv: [], stdout: true, stderr: true, resourceLimits };
  if (!url.endsWith('.ts')) return new Worker(new URL(url), options);
  // From source (tests, `npm run dev`) a thread must load TypeScript itself; what is built has no such file.
  const loader = new URL('esm/api/index.mjs', pathToFileURL(createRequire(url).resolve('tsx'))).href;
  const start = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(url)}); })`;
  return new Worker(start, { ...options, eval: true });
}
