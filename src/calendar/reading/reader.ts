import { createHash } from 'node:crypto';
import { JobThread } from '../../content/worker/job-thread.ts';
import { abortable } from '../../domain/abortable.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Occurrence, OccurrenceKey, ReadFailure, Span, TimeWindow } from '../event.ts';
import type { EventReading, IcsText, OccurrenceBatch, OccurrenceReader } from '../occurrence-reader.ts';
import { HeldTexts } from './held-texts.ts';
import { purpose, type Question, type ReaderItem, type ReaderJob, type ReaderResult } from './reader-job.ts';

type ReaderThread = JobThread<ReaderJob, ReaderResult[]>;

export interface ReaderOptions {
  /** How long one resource may keep the thread. Default 3 s. */
  stuckMs?: number;
  /** After how long without work the thread is ended. Default 60 s. */
  idleMs?: number;
}

/** Small enough that neither sending nor taking an answer holds up the main thread. */
const maxBatch = 200;
const maxBatchChars = 400_000;
const maxHarmful = 500;
const maxHeapMb = 256;

const harmful: ReadFailure = {
  code: 'timeout',
  reason: 'Reading it took too much time or memory and was stopped.',
};
const unread: ReadFailure = { code: 'invalid_input', reason: 'It holds no event that can be read.' };

/**
 * Reads calendar texts in a thread of its own, which is started when first needed, ends when idle, and is stopped when
 * a resource hangs it or uses up its memory: that resource becomes a `timeout` failure and is not tried again while
 * its text stays the same; all others are answered. Texts the thread holds are not sent again.
 */
export class Reader implements OccurrenceReader {
  readonly #zone: string;
  readonly #stuckMs: number;
  readonly #idleMs: number;
  readonly #held = new HeldTexts();
  /** Hashes of texts that hung a thread; their lengths tell most others apart without hashing. */
  readonly #harmful = new Map<string, number>();
  #thread: Promise<ReaderThread> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  /** @param zone the user's IANA zone */
  constructor(zone: string, { stuckMs = 3_000, idleMs = 60_000 }: ReaderOptions = {}) {
    this.#zone = zone;
    this.#stuckMs = stuckMs;
    this.#idleMs = idleMs;
  }

  async spans(
    resources: readonly IcsText[],
    signal: AbortSignal,
  ): Promise<Map<string, Span[] | ReadFailure>> {
    const found = new Map<string, Span[] | ReadFailure>();
    await this.#ask(resources, { kind: 'spans' }, signal, ({ key }, { spans = [], failure }) => {
      found.set(key, failure && spans.length === 0 ? failure : spans);
    });
    return found;
  }

  async occurrences(
    resources: readonly IcsText[],
    window: TimeWindow,
    limit: number,
    signal: AbortSignal,
  ): Promise<OccurrenceBatch> {
    const found: { key: string; occurrence: Occurrence }[] = [];
    const failures = new Map<string, ReadFailure>();
    const question: Question = { kind: 'occurrences', window, limit };
    await this.#ask(resources, question, signal, ({ key }, { occurrences = [], failure }) => {
      for (const occurrence of occurrences) found.push({ key, occurrence });
      if (failure) failures.set(key, failure);
    });
    return { found, failures };
  }

  async event(
    resource: IcsText,
    occurrence: OccurrenceKey | undefined,
    signal: AbortSignal,
  ): Promise<EventReading | ReadFailure> {
    let reading: EventReading | ReadFailure = unread;
    const question: Question = { kind: 'event', ...(occurrence && { occurrence }) };
    await this.#ask([resource], question, signal, (_, { event, failure }) => {
      reading = event ?? failure ?? unread;
    });
    return reading;
  }

  /** Ends the thread; what is asked later starts a new one. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#forgetThread();
    if (thread) await (await thread).close();
  }

  async #ask(
    resources: readonly IcsText[],
    question: Question,
    signal: AbortSignal,
    take: (resource: IcsText, result: ReaderResult) => void,
  ): Promise<void> {
    signal.throwIfAborted();
    for (const batch of batches(resources)) {
      let open = batch;
      while (open.length > 0) {
        const sound = open.filter((resource) => !this.#isHarmful(resource));
        for (const resource of open) if (!sound.includes(resource)) take(resource, { failure: harmful });
        const results = sound.length > 0 ? await abortable(this.#inTurn(sound, question), { signal }) : [];
        open = results ? [] : sound;
        for (const [index, result] of (results ?? []).entries()) {
          const resource = sound[index];
          if (resource) take(resource, result);
        }
      }
    }
  }

  /** Undefined when one of them hung the thread; it is remembered, the others may be tried again. */
  #inTurn(resources: readonly IcsText[], question: Question): Promise<ReaderResult[] | undefined> {
    const run = this.#turn.then(() => this.#run(resources, question));
    // Whoever asked is told of it; the next in turn only waits.
    this.#turn = run.catch(() => undefined);
    return run;
  }

  async #run(resources: readonly IcsText[], question: Question): Promise<ReaderResult[] | undefined> {
    clearTimeout(this.#idle);
    const thread = await this.#started();
    const drop: number[] = [];
    const items = resources.map(
      ({ key, ics }): ReaderItem => (question.kind === 'spans' ? { ics } : this.#held.place(key, ics, drop)),
    );
    const mine = this.#thread;
    const outcome = await thread.run({ question, items, drop }, { maxMs: this.#stuckMs });
    this.#idle = setTimeout(() => void this.close(), this.#idleMs).unref();
    if ('answer' in outcome) return outcome.answer;
    if (this.#thread !== mine) throw new MailboxError('unavailable', 'The reading of calendars was ended.');
    this.#forgetThread();
    const culprit = resources[Math.max(0, outcome.at)];
    if (culprit) this.#remember(culprit.ics);
    return undefined;
  }

  async #started(): Promise<ReaderThread> {
    const known = await this.#thread;
    if (known && !known.ended) return known;
    this.#forgetThread();
    this.#thread = startThread(this.#zone);
    try {
      return await this.#thread;
    } catch (error) {
      this.#forgetThread();
      throw error;
    }
  }

  #forgetThread(): void {
    this.#thread = undefined;
    this.#held.clear();
  }

  #isHarmful({ ics }: IcsText): boolean {
    if (![...this.#harmful.values()].includes(ics.length)) return false;
    return this.#harmful.has(hashOf(ics));
  }

  #remember(ics: string): void {
    const [oldest] = this.#harmful.keys();
    if (oldest !== undefined && this.#harmful.size >= maxHarmful) this.#harmful.delete(oldest);
    this.#harmful.set(hashOf(ics), ics.length);
  }
}

async function startThread(zone: string): Promise<ReaderThread> {
  const { workerUrl: url } = await import('./reader-worker.ts');
  return await JobThread.start({ url, purpose, setup: zone, maxHeapMb });
}

function hashOf(ics: string): string {
  return createHash('sha256').update(ics).digest('base64');
}

function batches(resources: readonly IcsText[]): IcsText[][] {
  const all: IcsText[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const resource of resources) {
    const last = all.at(-1);
    chars += resource.ics.length;
    if (last && last.length < maxBatch && chars <= maxBatchChars) last.push(resource);
    else {
      all.push([resource]);
      chars = resource.ics.length;
    }
  }
  return all;
}
