import type { TextSink } from './text-sink.ts';

const maxPages = 200;

/** 0 is errors only: pdf.js writes its warnings to stdout, where nothing but the protocol may go. */
const verbosity = 0;

/**
 * The text layer of a PDF, page by page. Nothing in it is run or fetched: no eval, no fonts, no character maps
 * from the network. A scan has no text layer and gives an empty text.
 */
export async function readPdf(bytes: Uint8Array, sink: TextSink): Promise<void> {
  const { getDocumentProxy } = await import('unpdf');
  // A copy: pdf.js takes the buffer it is given for its own.
  const document = await getDocumentProxy(new Uint8Array(bytes), {
    verbosity,
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    enableXfa: false,
    stopAtErrors: false,
  });
  try {
    const pages = Math.min(document.numPages, maxPages);
    for (let number = 1; number <= pages && !sink.full; number += 1) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      for (const item of items) if ('str' in item) sink.add(item.hasEOL ? `${item.str}\n` : item.str);
      sink.add('\n\n');
      page.cleanup();
    }
    if (document.numPages > maxPages)
      sink.fault(`only the first ${maxPages} of ${document.numPages} pages were read`);
  } finally {
    await document.destroy();
  }
}
