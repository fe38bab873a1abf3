import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { preparePdfRuntime } from './pdf-runtime.ts';

/** What this thread is started with. */
export interface PdfTask {
  task: 'read-pdf';
  bytes: Uint8Array;
}

/** What it sends: the text of a page, or what was wrong. */
export type PdfMessage = { text: string } | { fault: string };

/** This very file, which the bundler may have put elsewhere under another name. */
export const workerUrl = import.meta.url;

const maxPages = 200;

/** Errors only; nobody reads what pdf.js prints. */
const verbosity = 0;

async function readPages(bytes: Uint8Array, send: (message: PdfMessage) => void): Promise<void> {
  preparePdfRuntime();
  const { getDocumentProxy } = await import('unpdf');
  // Nothing in the file is run or fetched: no eval, no fonts, no forms, no character maps from anywhere.
  const document = await getDocumentProxy(bytes, {
    verbosity,
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    enableXfa: false,
    stopAtErrors: false,
  });
  for (let number = 1; number <= Math.min(document.numPages, maxPages); number += 1) {
    const page = await document.getPage(number);
    const { items }: { items: object[] } = await page.getTextContent();
    const pieces = items.map((item) => textOf(item));
    send({ text: `${pieces.join('')}\n\n` });
    page.cleanup();
  }
  if (document.numPages <= maxPages) return;
  send({ fault: `only the first ${maxPages} of ${document.numPages} pages were read` });
}

/** Marked content has no text. */
function textOf(item: { str?: string; hasEOL?: boolean }): string {
  return (item.str ?? '') + (item.hasEOL ? '\n' : '');
}

function faultOf(error: unknown): PdfMessage {
  const isLocked = error instanceof Error && error.name === 'PasswordException';
  return { fault: isLocked ? 'password protected' : 'the document is damaged' };
}

async function serve(port: MessagePort, { bytes }: PdfTask): Promise<void> {
  const send = (message: PdfMessage) => port.postMessage(message);
  // pdf.js leaves promises behind that fail in damaged files; the pages are still worth reading.
  process.on('unhandledRejection', (error) => send(faultOf(error)));
  try {
    await readPages(bytes, send);
  } catch (error) {
    send(faultOf(error));
  }
  port.close();
}

function isPdfTask(data: unknown): data is PdfTask {
  return typeof data === 'object' && data !== null && 'task' in data && data.task === 'read-pdf';
}

if (parentPort && isPdfTask(workerData)) await serve(parentPort, workerData);
