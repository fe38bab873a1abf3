import type { AttachmentInput, AttachmentReading } from '../attachment.ts';
import type { FetchedPart } from '../body.ts';
import type { QuotedMarkup } from '../html/quote.ts';
import { excerptOf, type MessageInput, type MessageReading, readPlainMessage } from '../message.ts';
import { type ContentAnswer, type ContentJob, purpose, type QuoteInput } from './content-job.ts';
import { JobPool } from './job-pool.ts';
import { type JobOutcome, JobThread, type StopReason } from './job-thread.ts';

export interface ContentReaderOptions {
  /** How long reading one mail or attachment may take, or one page of a long document. Default 2.5 s. */
  maxMs?: number;
  /** The heap of a thread. Default 192 MB. */
  maxHeapMb?: number;
  /** After how long without work the threads are ended. Default 60 s. */
  idleMs?: number;
}

/** Plain text up to this takes no longer than the way to a thread and back, half a millisecond; at worst five. */
const smallBytes = 8 * 1024;
const megabyte = 1024 * 1024;
const maxGrowth = 300 * megabyte;
/** A document's parts unpack outside of the heap; a large one lies there several times over, for an honest reason. */
const maxDocumentGrowth = (bytes: number) => 80 * megabyte + 4 * bytes;
const maxThreads = 2;
/** A conversation may have fifty mails: together they get the time of so many. */
const shareOfCall = 2;
const patienceMs = 500;

const reasons: Record<StopReason, string> = {
  late: 'reading took too long and was stopped',
  died: 'it is damaged, or takes too much memory to be read',
  grown: 'it unpacks to far more than it should',
};

/**
 * Reads what strangers wrote on threads of its own, so that nothing they write can hold up or end the process. Never
 * throws for what a mail holds: what cannot be read in time gives a part, and `malformed`. The threads start when first
 * needed; the process does not wait for them.
 */
export class ContentReader {
  readonly #pool: JobPool<ContentJob, ContentAnswer>;
  readonly #maxMs: number;

  constructor({ maxMs = 2_500, maxHeapMb = 192, idleMs = 60_000 }: ContentReaderOptions = {}) {
    this.#maxMs = maxMs;
    const start = () => startThread(maxHeapMb);
    this.#pool = new JobPool({ start, maxThreads, patienceMs, idleMs });
  }

  /** A small mail of plain text is read here and now, every other on a thread. Rejects when `signal` aborts. */
  async message(input: MessageInput, signal: AbortSignal): Promise<MessageReading> {
    const small = smallPlainText(input);
    const reading = small && readPlainMessage(small.header, small.plain, input.quoted ?? false);
    if (reading) return reading;
    const limits = { maxMs: this.#maxMs, maxGrowth, callMs: shareOfCall * this.#maxMs };
    const outcome = await this.#pool.run({ task: 'message', input: sendable(input) }, limits, signal);
    if ('answer' in outcome) return outcome.answer as MessageReading;
    return excerptOf(input, `The mail could not be read: ${reasons[outcome.stopped]}.`);
  }

  /** Without `size` when nothing could be read of it. Rejects when `signal` aborts. */
  async attachment(input: AttachmentInput, signal: AbortSignal): Promise<AttachmentReading> {
    const bytes = exact(input.bytes);
    const limits = { maxMs: this.#maxMs, maxGrowth: maxDocumentGrowth(bytes.byteLength) };
    const outcome = await this.#pool.run({ task: 'attachment', input: { ...input, bytes } }, limits, signal);
    if ('answer' in outcome) return outcome.answer as AttachmentReading;
    const fault = reasons[outcome.stopped];
    const pages = { pages: outcome.pieces, fault };
    const rest = pages.pages.length > 0 ? await this.#run({ task: 'pages', input: pages }, signal) : outcome;
    if ('answer' in rest) return rest.answer as AttachmentReading;
    return { text: '', warnings: [{ code: 'malformed', detail: fault }] };
  }

  /** `quotableHtml` on a thread; undefined when it could not be done in time. Rejects when `signal` aborts. */
  async quotable(input: QuoteInput, signal: AbortSignal): Promise<QuotedMarkup | undefined> {
    const outcome = await this.#run({ task: 'quote', input }, signal);
    return 'answer' in outcome ? (outcome.answer as QuotedMarkup) : undefined;
  }

  /** Begins to start a thread, while what is to be read on it is still being fetched. */
  prepare(): void {
    void this.#pool.run({ task: 'message', input: {} }, { maxMs: this.#maxMs });
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  #run(job: ContentJob, signal: AbortSignal): Promise<JobOutcome<ContentAnswer>> {
    return this.#pool.run(job, { maxMs: this.#maxMs, maxGrowth }, signal);
  }
}

async function startThread(maxHeapMb: number): Promise<JobThread<ContentJob, ContentAnswer>> {
  const { workerUrl: url } = await import('./content-worker.ts');
  return await JobThread.start({ url, purpose, maxHeapMb });
}

function smallPlainText({ header = new Uint8Array(), texts = [], raw, invitation }: MessageInput) {
  const [text, ...more] = texts;
  const { plain, html } = text ?? {};
  if (!plain || html || more.length > 0 || raw || invitation) return undefined;
  return header.byteLength + plain.bytes.byteLength <= smallBytes ? { header, plain } : undefined;
}

function sendable({ header, texts, raw, invitation, ...rest }: MessageInput): MessageInput {
  return {
    ...rest,
    ...(header ? { header: exact(header) } : {}),
    ...(raw ? { raw: { ...raw, bytes: exact(raw.bytes) } } : {}),
    ...(invitation ? { invitation: exactPart(invitation) } : {}),
    ...(texts ? { texts: texts.map(exactForms) } : {}),
  };
}

function exactForms({ plain, html }: { plain?: FetchedPart; html?: FetchedPart }) {
  return { ...(plain ? { plain: exactPart(plain) } : {}), ...(html ? { html: exactPart(html) } : {}) };
}

function exactPart<P extends FetchedPart>(part: P): P {
  return { ...part, bytes: exact(part.bytes) };
}

/** Bytes are sent together with the whole buffer they lie in. */
function exact(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
