import { CallQueue, type Queued } from './call-queue.ts';
import type { JobLimits, JobOutcome, JobThread } from './job-thread.ts';

export interface JobPoolOptions<Job, Answer> {
  start: () => Promise<JobThread<Job, Answer>>;
  maxThreads: number;
  /** How long jobs wait for a busy thread before another is started. */
  patienceMs: number;
  /** After how long without work a thread is ended. */
  idleMs: number;
}

export interface PoolLimits extends JobLimits {
  /** What all jobs of one `signal` may take together; beyond it each gets little time, and after a few stops none. */
  callMs?: number;
}

interface Waiting<Job, Answer> extends Queued {
  job: Job;
  limits: PoolLimits;
  settle: (outcome: JobOutcome<Answer>) => void;
}

/** A thread without work, and what ends it when that goes on. */
interface Rested<Job, Answer> {
  thread: JobThread<Job, Answer>;
  end: NodeJS.Timeout;
}

/** A job in hand, and the thread at work on it. */
interface Lane<Job, Answer> {
  thread?: JobThread<Job, Answer> | undefined;
}

/**
 * Jobs in fair order (`CallQueue`) on threads that are started when needed: one, and more only when it is held up. A thread that
 * hangs or dies is replaced; what it died of is tried once more while there is time, since reading changes nothing.
 */
export class JobPool<Job, Answer> {
  readonly #options: JobPoolOptions<Job, Answer>;
  readonly #queue = new CallQueue<Waiting<Job, Answer>>();
  readonly #lanes = new Set<Lane<Job, Answer>>();
  /** The last one goes to work first, so that what is not needed any more stays at rest. */
  readonly #rested: Rested<Job, Answer>[] = [];
  #help: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: JobPoolOptions<Job, Answer>) {
    this.#options = options;
  }

  /** Rejects only when `signal` aborts; a job that has begun goes on, but nobody waits for it. */
  run(job: Job, limits: PoolLimits, signal?: AbortSignal): Promise<JobOutcome<Answer>> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle = (outcome: JobOutcome<Answer>) => {
        signal?.removeEventListener('abort', onAbort);
        resolve(outcome);
      };
      this.#queue.push({ job, limits, signal, settle });
      if (this.#lanes.size === 0) void this.#openLane();
      else this.#callForHelp();
    });
  }

  /** Ends the threads for good; jobs in hand, and those that come later, count as died. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#help);
    const threads: (JobThread<Job, Answer> | undefined)[] = [...this.#lanes].map(({ thread }) => thread);
    for (let rested = this.#wake(); rested; rested = this.#wake()) threads.push(rested);
    await Promise.all(threads.map((thread) => thread?.close()));
  }

  #rest(thread: JobThread<Job, Answer>): void {
    const end = setTimeout(() => {
      this.#rested.splice(this.#rested.indexOf(rested), 1);
      void thread.close();
    }, this.#options.idleMs).unref();
    const rested = { thread, end };
    this.#rested.push(rested);
  }

  #wake(): JobThread<Job, Answer> | undefined {
    const rested = this.#rested.pop();
    clearTimeout(rested?.end);
    return rested?.thread;
  }

  /** Works off the queue. */
  async #openLane(): Promise<void> {
    const lane: Lane<Job, Answer> = {};
    this.#lanes.add(lane);
    const take = () => this.#queue.take(performance.now());
    for (let next = take(); next; next = take()) await this.#settle(next, lane);
    this.#lanes.delete(lane);
    if (lane.thread && !lane.thread.ended) this.#rest(lane.thread);
  }

  #callForHelp(): void {
    this.#help ??= setTimeout(() => {
      this.#help = undefined;
      if (!this.#queue.isEmpty && this.#lanes.size < this.#options.maxThreads) void this.#openLane();
    }, this.#options.patienceMs).unref();
  }

  async #settle(waiting: Waiting<Job, Answer>, lane: Lane<Job, Answer>): Promise<void> {
    const started = performance.now();
    const { limits, signal, settle } = waiting;
    const maxMs = this.#queue.allowance(waiting, limits.maxMs, limits.callMs ?? Infinity);
    const none: JobOutcome<Answer> = { stopped: 'late', at: -1, pieces: [] };
    const isWanted = !signal?.aborted && maxMs > 0;
    const outcome = isWanted ? await this.#serve(waiting.job, { ...limits, maxMs }, lane) : none;
    this.#queue.done(waiting, performance.now() - started, isWanted && 'stopped' in outcome);
    settle(outcome);
  }

  async #serve(job: Job, limits: JobLimits, lane: Lane<Job, Answer>): Promise<JobOutcome<Answer>> {
    const started = performance.now();
    const outcome = await this.#attempt(job, limits, lane);
    const left = limits.maxMs - (performance.now() - started);
    const mayRetry = 'stopped' in outcome && outcome.stopped === 'died' && left > limits.maxMs / 2;
    return mayRetry ? await this.#attempt(job, { ...limits, maxMs: left }, lane) : outcome;
  }

  async #attempt(job: Job, limits: JobLimits, lane: Lane<Job, Answer>): Promise<JobOutcome<Answer>> {
    const lost: JobOutcome<Answer> = { stopped: 'died', at: -1, pieces: [] };
    if (this.#closed) return lost;
    try {
      lane.thread ??= this.#wake();
      if (!lane.thread || lane.thread.ended) lane.thread = await this.#options.start();
      return await lane.thread.run(job, limits);
    } catch {
      // Where no thread comes up, whoever asked gets what they get when one dies: a part, and a word about it.
      return lost;
    }
  }
}
