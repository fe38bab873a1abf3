import { preparePdfRuntime } from './pdf-runtime.ts';
import type { TextSink } from './text-sink.ts';

const maxPages = 200;

/** Errors only; nobody reads what pdf.js prints. */
const verbosity = 0;

/**
 * The text layer of a PDF, page by page, at most 200. A scan gives an empty text. Only for a thread that can be
 * stopped: pdf.js unpacks without a limit, changes globals and takes the bytes away.
 */
export async function readPdf(
  bytes: Uint8Array,
  sink: TextSink,
  onPage: (text: string) => void = () => undefined,
): Promise<void> {
  preparePdfRuntime();
  // pdf.js leaves promises behind that fail in damaged files; the pages are still worth reading.
  const onStray = (error: unknown) => sink.fault(faultOf(error));
  process.on('unhandledRejection', onStray);
  try {
    for await (const text of pagesOf(bytes, sink)) {
      sink.add(text);
      onPage(text);
      if (sink.full) break;
    }
  } catch (error) {
    sink.fault(faultOf(error));
  } finally {
    process.off('unhandledRejection', onStray);
  }
}

async function* pagesOf(bytes: Uint8Array, sink: TextSink): AsyncGenerator<string> {
  const { getDocumentProxy } = await import('unpdf');
  // Loaded: from here on it is the document that takes the time.
  yield '';
  // Nothing in the file is run or fetched: no eval, no fonts, no forms, no character maps from anywhere.
  // A copy: pdf.js refuses a Buffer and takes away the memory of what it is given.
  const document = await getDocumentProxy(Uint8Array.from(bytes), {
    verbosity,
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    enableXfa: false,
    stopAtErrors: false,
  });
  try {
    for (let number = 1; number <= Math.min(document.numPages, maxPages); number += 1) {
      const page = await document.getPage(number);
      const { items }: { items: object[] } = await page.getTextContent();
      yield `${items.map(textOf).join('')}\n\n`;
      page.cleanup();
    }
    if (document.numPages <= maxPages) return;
    sink.fault(`only the first ${maxPages} of ${document.numPages} pages were read`);
  } finally {
    await document.destroy();
  }
}

/** Marked content has no text. */
function textOf(item: { str?: string; hasEOL?: boolean }): string {
  return (item.str ?? '') + (item.hasEOL ? '\n' : '');
}

function faultOf(error: unknown): string {
  const isLocked = error instanceof Error && error.name === 'PasswordException';
  return isLocked ? 'password protected' : 'the document is damaged';
}
