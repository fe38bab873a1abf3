import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
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
  const worker = startWorker(workerUrl, { task: 'read-pdf', bytes });
  try {
    await collect(worker, sink);
  } finally {
    await worker.terminate();
  }
}

/** No environment, so no secrets; its output goes nowhere, so none of it can reach the protocol. */
function startWorker(url: string, workerData: PdfTask): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: maxHeapMb };
  const options = { workerData, env: {}, execArgv: [], stdout: true, stderr: true, resourceLimits };
  if (!url.endsWith('.ts')) return new Worker(new URL(url), options);
  // From source (tests, `npm run dev`) a thread must load TypeScript itself; what is built has no such file.
  const loader = new URL('esm/api/index.mjs', pathToFileURL(createRequire(url).resolve('tsx'))).href;
  const start = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(url)}); })`;
  return new Worker(start, { ...options, eval: true });
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
