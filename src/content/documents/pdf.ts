import { glyphsOf, Reading } from './pdf-ink.ts';
import { hasPicture } from './pdf-pictures.ts';
import { preparePdfRuntime } from './pdf-runtime.ts';
import type { TextSink } from './text-sink.ts';

const maxPages = 200;

/** Errors only; nobody reads what pdf.js prints. */
const verbosity = 0;

/** Only text is of interest: pictures are not decoded. */
const maxImageSize = 1;
const annotationMode = 0;

/** What else a page draws takes several times as long to learn as its text: not worth it for a map or a plan. */
const maxTextMs = 300;
const unlooked = 'a page draws so much that hidden text on it was not looked for';

/** Points. Nobody reads letters of one point. */
const smallestSize = 1;

/**
 * The text layer of a PDF, page by page, at most 200. A scan gives an empty text, or what was read from it. Text that
 * is too small, beside the page, or drawn without ink or in white on nothing is left out and counted. Only for a thread that can be
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
  const { getDocumentProxy, getResolvedPDFJS } = await import('unpdf');
  const { OPS } = await getResolvedPDFJS();
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
    maxImageSize,
  });
  const pictured = hasPicture(bytes);
  try {
    for (let number = 1; number <= Math.min(document.numPages, maxPages); number += 1) {
      const page = await document.getPage(number);
      const started = performance.now();
      const { items }: { items: Item[] } = await page.getTextContent();
      const isHeavy = performance.now() - started > maxTextMs;
      if (isHeavy) sink.fault(unlooked);
      const drawing = items.length > 0 && !isHeavy ? await page.getOperatorList({ annotationMode }) : nothing;
      const reading = new Reading(glyphsOf(drawing, OPS, pictured));
      yield `${items.map((item) => textOf(item, page.view, reading, sink)).join('')}\n\n`;
      page.cleanup();
    }
    if (document.numPages <= maxPages) return;
    sink.fault(`only the first ${maxPages} of ${document.numPages} pages were read`);
  } finally {
    await document.destroy();
  }
}

const nothing = { fnArray: [], argsArray: [] };

/** Marked content has no text. */
interface Item {
  str?: string;
  hasEOL?: boolean;
  transform?: number[];
  width?: number;
}

function textOf(item: Item, view: readonly number[], reading: Reading, sink: TextSink): string {
  const { str = '', hasEOL } = item;
  const drawn = reading.seenOf(str);
  const seen = isInSight(item, view) ? drawn : '';
  sink.hide(str.replace(/\s/gu, '').length - seen.replace(/\s/gu, '').length);
  return seen + (hasEOL ? '\n' : '');
}

/** Text space to points: `[a b c d x y]` (ISO 32000-2 §9.4.4); the page is `[left bottom right top]`. */
function isInSight({ transform = [], width = 0 }: Item, view: readonly number[]): boolean {
  const [a = 0, b = 0, c = 1, d = 1, x = 0, y = 0] = transform;
  const [left = 0, bottom = 0, right = Infinity, top = Infinity] = view;
  const height = Math.hypot(c, d);
  const reach = Math.max(width, height, Math.hypot(a, b));
  const isOnPage = x + reach >= left && x - reach <= right && y + reach >= bottom && y - reach <= top;
  return height >= smallestSize && isOnPage;
}

function faultOf(error: unknown): string {
  const isLocked = error instanceof Error && error.name === 'PasswordException';
  return isLocked ? 'password protected' : 'the document is damaged';
}
