import { Worker } from 'node:worker_threads';
import type { PdfMessage, PdfTask } from './pdf-worker.ts';
import type { TextSink } from './text-sink.ts';

const maxMs = 10_000;
const maxHeapMb = 512;

/** What the process may grow by while a PDF is read; a page of blanks can unpack to gigabytes. */
const maxGrowthBytes = 600 * 1024 * 1024;
const watchEveryMs = 200;

/**
 * The text layer of a PDF, page by page, at most 200. In a thread of its own that can be stopped: pdf.js fails
 * where nobody can catch it, unpacks without a limit and writes to stdout. A scan gives an empty text.
 */
export async function readPdf(bytes: Uint8Array, sink: TextSink): Promise<void> {
  const { workerUrl } = await import('./pdf-worker.ts');
  const workerData: PdfTask = { task: 'read-pdf', bytes };
  const worker = new Worker(new URL(workerUrl), {
    workerData,
    env: {},
    // From source the thread needs the TypeScript loader; what is built and shipped does not.
    execArgv: workerUrl.endsWith('.ts') ? ['--import', 'tsx'] : [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });
  try {
    await collect(worker, sink);
  } finally {
    await worker.terminate();
  }
}

function collect(worker: Worker, sink: TextSink): Promise<void> {
  const before = process.memoryUsage.rss();
  return new Promise((resolve) => {
    const stop = (fault?: string) => {
      clearTimeout(deadline);
      clearInterval(watch);
      if (fault) sink.fault(fault);
      resolve();
    };
    const deadline = setTimeout(() => stop('reading took too long and was stopped'), maxMs);
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() - before > maxGrowthBytes)
        stop('the document unpacks to far more than it should');
    }, watchEveryMs);
    worker.on('message', (message: PdfMessage) => {
      if ('fault' in message) sink.fault(message.fault);
      else sink.add(message.text);
      if (sink.full) stop();
    });
    worker.once('error', () => stop('the document is damaged'));
    worker.once('exit', () => stop());
  });
}
