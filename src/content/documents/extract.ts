import { decodeBytes } from '../charset.ts';
import { type Archive, readArchive } from './archive.ts';
import { readDocx } from './docx.ts';
import { putHtml, readEml } from './eml.ts';
import { claimsOffice, type DocumentKind, documentKind } from './kind.ts';
import { isEncryptedOdf, readOdf } from './odf.ts';
import { readPdf } from './pdf.ts';
import { readPptx } from './pptx.ts';
import { readRelations } from './relations.ts';
import { type DocumentText, TextSink } from './text-sink.ts';
import { readXlsx } from './xlsx.ts';

export interface DocumentInput {
  /** Decoded from its transfer encoding. */
  bytes: Uint8Array;
  /** The sender's content type and file name; the first bytes outrank both. */
  type: string;
  name: string;
  charset?: string;
}

const lockedFault = 'password protected';
const damagedFault = 'the document is damaged';

/** Where readers stop by themselves, before they are stopped: what they have by then is given. */
const maxMs = 2_000;
/** Long ones are honest work, and hand over page after page. */
const maxPdfMs = 10_000;

/**
 * The text of an attached document, cleaned: text, HTML, messages, PDF, docx, xlsx, pptx, odt, ods, odp. At most
 * 5 million characters. What a person would not see (hidden text, rows, sheets, slides) is left out and warned of.
 * Never throws: of what is broken, what could be read, and `malformed`. Undefined when the type has no text, holds
 * macros or is a program. `onPage` gets each page of a PDF as it is read. Hostile documents stop only with the thread.
 */
export async function extractText(
  input: DocumentInput,
  onPage?: (text: string) => void,
): Promise<DocumentText | undefined> {
  const kind = documentKind(input);
  if (!kind) return undefined;
  const sink = new TextSink(kind === 'pdf' ? maxPdfMs : maxMs);
  try {
    return (await read(kind, input, sink, onPage)) ? sink.finish() : undefined;
  } catch {
    // Whatever a reader stumbled over, the answer is the same: this is what could be read.
    sink.fault(damagedFault);
    return sink.finish();
  }
}

/** Whether there was anything to read after all. */
async function read(
  kind: DocumentKind,
  input: DocumentInput,
  sink: TextSink,
  onPage?: (text: string) => void,
): Promise<boolean> {
  if (kind === 'archive') return readOffice(input, sink);
  if (kind === 'locked') sink.fault(lockedFault);
  else if (kind === 'pdf') await readPdf(input.bytes, sink, onPage);
  else if (kind === 'message') await readEml(input.bytes, sink);
  else if (kind === 'html') putHtml(decode(input, sink), sink);
  else sink.add(decode(input, sink));
  return true;
}

function decode({ bytes, charset }: DocumentInput, sink: TextSink): string {
  const { text, guessed } = decodeBytes(bytes, charset);
  // UTF-8 without a label is the normal case for a file, not a guess worth a word.
  if (guessed && guessed !== 'utf-8') sink.warn({ code: 'charset_guessed', detail: guessed });
  return text;
}

function readOffice({ bytes, type, name }: DocumentInput, sink: TextSink): boolean {
  const archive = readArchive(bytes);
  const main = mainPart(archive, sink);
  const isOdf = archive.entries.has('content.xml');
  const hasMacros = [...archive.paths].some((path) => path.endsWith('vbaproject.bin'));
  const isOffice = main !== undefined || isOdf || claimsOffice(type, name);
  if (hasMacros || !isOffice) return false;
  if (archive.fault) sink.fault(archive.fault);
  if (isOdf && isEncryptedOdf(archive)) sink.fault(lockedFault);
  else if (isOdf) readOdf(archive, sink);
  else if (main?.startsWith('word/')) readDocx(archive, main, sink);
  else if (main?.startsWith('xl/')) readXlsx(archive, main, sink);
  else if (main?.startsWith('ppt/')) readPptx(archive, main, sink);
  else sink.fault(damagedFault);
  return true;
}

/** Word also writes `document2.xml`, so the package is asked; its usual names serve where that part is missing. */
function mainPart(archive: Archive, sink: TextSink): string | undefined {
  const usual = ['word/document.xml', 'xl/workbook.xml', 'ppt/presentation.xml'];
  const relations = readRelations(archive, '', sink);
  const named = relations.find(({ kind }) => kind === 'officeDocument')?.path;
  return [named, ...usual].find((path) => path !== undefined && archive.entries.has(path));
}
