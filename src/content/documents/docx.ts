import type { Archive } from './archive.ts';
import { readRelations } from './relations.ts';
import type { TextSink } from './text-sink.ts';
import { type Attributes, attribute, walkXml, type XmlHandler } from './xml.ts';

/** Parts around the body, in the order they are worth reading. */
const sideParts = ['footnotes', 'endnotes', 'header', 'footer'];

/** Moved away, deleted, and the old-reader twin of what `Choice` holds already. */
const skipped = new Set(['moveFrom', 'delText', 'instrText', 'Fallback']);

/** Half points. Nobody reads letters of one point; white on white needs the page and is not judged. */
const smallestSize = 2;

/** WordprocessingML (ECMA-376 part 1, §17): paragraphs as lines, table cells between tabs, notes at the end. */
export async function readDocx(archive: Archive, main: string, sink: TextSink): Promise<void> {
  const relations = await readRelations(archive, main, sink);
  const pathOf = (kind: string) =>
    relations.filter((relation) => relation.kind === kind).map(({ path }) => path);
  const hiddenStyles = await readHiddenStyles(archive.entries.get(pathOf('styles')[0] ?? ''), sink);
  for (const path of [main, ...sideParts.flatMap(pathOf)]) {
    const bytes = archive.entries.get(path);
    if (bytes) await walkXml(bytes, wordHandler(sink, hiddenStyles), sink);
  }
}

/** Ids of styles that hide their text. */
async function readHiddenStyles(bytes: Uint8Array | undefined, sink: TextSink): Promise<Set<string>> {
  const hidden = new Set<string>();
  let style = '';
  const open = (name: string, attributes: Attributes) => {
    if (name === 'style') style = attribute(attributes, 'styleId') ?? '';
    else if (name === 'vanish' && isOn(attributes) && style !== '') hidden.add(style);
  };
  const close = (name: string) => {
    if (name === 'style') style = '';
  };
  if (bytes) await walkXml(bytes, { open, close }, sink);
  return hidden;
}

interface WordState {
  skipDepth: number;
  inParagraphProperties: boolean;
  inText: boolean;
  cells: number;
  /** The second paragraph of a cell follows on the same line. */
  pendingSpace: boolean;
  paragraphHidden: boolean;
  runHidden: boolean;
}

function wordHandler(sink: TextSink, hiddenStyles: ReadonlySet<string>): XmlHandler {
  const state: WordState = {
    skipDepth: 0,
    inParagraphProperties: false,
    inText: false,
    cells: 0,
    pendingSpace: false,
    paragraphHidden: false,
    runHidden: false,
  };
  const put = (text: string) => {
    if (state.runHidden) return sink.hide(text);
    sink.add(state.pendingSpace ? ` ${text}` : text);
    state.pendingSpace = false;
  };
  return {
    open(name, attributes) {
      if (state.skipDepth > 0 || skipped.has(name)) state.skipDepth += 1;
      else openElement(name, attributes, state, hiddenStyles, put);
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
  hiddenStyles: ReadonlySet<string>,
  put: (text: string) => void,
): void {
  const styled = hiddenStyles.has(attribute(attributes, 'val') ?? '');
  if (name === 'p') state.paragraphHidden = false;
  else if (name === 'pPr') state.inParagraphProperties = true;
  else if (name === 'pStyle') state.paragraphHidden = styled;
  else if (name === 'tc') state.cells += 1;
  else if (name === 'r') state.runHidden = state.paragraphHidden;
  // Properties of the paragraph mark say nothing about the text before it.
  else if (state.inParagraphProperties) return;
  else if (name === 'rStyle') state.runHidden ||= styled;
  else if (name === 'vanish') state.runHidden = isOn(attributes);
  else if (name === 'sz') state.runHidden ||= Number(attribute(attributes, 'val')) <= smallestSize;
  else if (name === 't') state.inText = true;
  else if (breaks[name]) put(state.cells > 0 ? ' ' : breaks[name]);
}

function closeElement(name: string, state: WordState, sink: TextSink): void {
  if (name === 't') state.inText = false;
  else if (name === 'pPr') state.inParagraphProperties = false;
  else if (name === 'r') state.runHidden = false;
  else if (name === 'p') {
    if (state.cells > 0) state.pendingSpace = true;
    else sink.add('\n');
  } else if (name === 'tc') {
    state.cells -= 1;
    state.pendingSpace = false;
    sink.add('\t');
  } else if (name === 'tr') sink.add(state.cells > 0 ? ' ' : '\n');
}

function isOn(attributes: Attributes): boolean {
  return !/^(?:0|false|off)$/u.test(attribute(attributes, 'val') ?? '1');
}
