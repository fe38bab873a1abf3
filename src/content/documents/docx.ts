import type { Archive } from './archive.ts';
import { Ink } from './docx-ink.ts';
import { readWordStyles, type WordStyles } from './docx-look.ts';
import { readRelations } from './relations.ts';
import type { TextSink } from './text-sink.ts';
import { type Attributes, walkXml, type XmlHandler } from './xml.ts';

/** Parts around the body, in the order they are worth reading. */
const sideParts = ['footnotes', 'endnotes', 'header', 'footer'];

/** Moved away, deleted, and the old-reader twin of what `Choice` holds already; how text looked before a change. */
const skipped = new Set(
  'moveFrom delText instrText Fallback rPrChange pPrChange tcPrChange trPrChange'.split(' '),
);

/** WordprocessingML (ECMA-376 part 1, §17): paragraphs as lines, table cells between tabs, notes at the end. */
export function readDocx(archive: Archive, main: string, sink: TextSink): void {
  const relations = readRelations(archive, main, sink);
  const pathOf = (kind: string) =>
    relations.filter((relation) => relation.kind === kind).map(({ path }) => path);
  const styles = readWordStyles(archive.entries.get(pathOf('styles')[0] ?? ''), sink);
  for (const path of [main, ...sideParts.flatMap(pathOf)]) {
    const bytes = archive.entries.get(path);
    if (bytes) walkXml(bytes, wordHandler(sink, styles), sink);
  }
}

interface WordState {
  skipDepth: number;
  inParagraphProperties: boolean;
  inText: boolean;
  cells: number;
  /** The second paragraph of a cell follows on the same line. */
  pendingSpace: boolean;
  ink: Ink;
}

function wordHandler(sink: TextSink, styles: WordStyles): XmlHandler {
  const state: WordState = {
    skipDepth: 0,
    inParagraphProperties: false,
    inText: false,
    cells: 0,
    pendingSpace: false,
    ink: new Ink(styles),
  };
  const put = (text: string) => {
    if (state.ink.isHidden) return sink.hide(text);
    sink.add(state.pendingSpace ? ` ${text}` : text);
    state.pendingSpace = false;
  };
  return {
    open(name, attributes) {
      if (state.skipDepth > 0 || skipped.has(name)) state.skipDepth += 1;
      else openElement(name, attributes, state, put);
    },
    close(name) {
      if (state.skipDepth > 0) state.skipDepth -= 1;
      else closeElement(name, state, sink);
    },
    text(text) {
      if (state.inText && state.skipDepth === 0) put(text);
    },
  };
}

const breaks: Readonly<Record<string, string>> = { tab: '\t', br: '\n', cr: '\n', noBreakHyphen: '-' };

function openElement(
  name: string,
  attributes: Attributes,
  state: WordState,
  put: (text: string) => void,
): void {
  state.ink.open(name, attributes, state.inParagraphProperties);
  if (name === 'pPr') state.inParagraphProperties = true;
  else if (name === 'tc') state.cells += 1;
  else if (state.inParagraphProperties) return;
  else if (name === 't') state.inText = true;
  else if (breaks[name]) put(state.cells > 0 ? ' ' : breaks[name]);
}

function closeElement(name: string, state: WordState, sink: TextSink): void {
  state.ink.close(name);
  if (name === 't') state.inText = false;
  else if (name === 'pPr') state.inParagraphProperties = false;
  else if (name === 'p') {
    if (state.cells > 0) state.pendingSpace = true;
    else sink.add('\n');
  } else if (name === 'tc') {
    state.cells -= 1;
    state.pendingSpace = false;
    sink.add('\t');
  } else if (name === 'tr') sink.add(state.cells > 0 ? ' ' : '\n');
}
