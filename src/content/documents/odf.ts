import type { Archive } from './archive.ts';
import { inFrame, isHidden, isUnseen, type Look, OdfStyles } from './odf-look.ts';
import type { TextSink } from './text-sink.ts';
import { type Attributes, attribute, walkXml, type XmlHandler } from './xml.ts';

const maxSpaces = 100;
const maxRepeats = 50;
const maxRowChars = 1_000_000;

/** Deleted text and comments; the number of a footnote stands where its text is put. */
const skipped = new Set(['tracked-changes', 'annotation', 'note-citation', 'forms']);
const paragraphs = new Set(['p', 'h']);
const frames = new Set('frame text-box custom-shape rect ellipse circle polygon caption'.split(' '));
const cells = new Set(['table-cell', 'covered-table-cell']);

/**
 * OpenDocument text, spreadsheet and presentation (ISO/IEC 26300), which share one vocabulary: paragraphs as
 * lines, table rows as lines with cells between tabs, sheets and slides under a heading.
 */
export function readOdf(archive: Archive, sink: TextSink): void {
  const looks = new OdfStyles();
  const styles = archive.entries.get('styles.xml');
  const content = archive.entries.get('content.xml');
  if (styles) looks.read(styles, sink);
  looks.hiddenParagraphs.clear();
  if (!content) return;
  looks.read(content, sink);
  walkXml(content, new OdfHandler(looks, sink), sink);
}

/** A password is asked for: the parts themselves are ciphertext. */
export function isEncryptedOdf(archive: Archive): boolean {
  const manifest = archive.entries.get('meta-inf/manifest.xml');
  return manifest !== undefined && Buffer.from(manifest).includes('encryption-data');
}

class OdfHandler implements XmlHandler {
  readonly #styles: OdfStyles;
  /** How each open element is drawn. */
  readonly #looks: Look[];
  readonly #sink: TextSink;
  #depth = 0;
  /** Depth of the element that began what is left out, 0 for none. */
  #skippedFrom = 0;
  #hiddenFrom = 0;
  #paragraphs = 0;
  /** The number of the last paragraph that was opened, the skipped ones counted. */
  #numbered = -1;
  #cells = 0;
  #notes = 0;
  #slides = 0;
  #isSpreadsheet = false;
  #heading = '';
  #row = '';
  #cell = '';
  #column = 0;
  #repeat = { row: 1, cell: 1 };
  #hiddenColumns: boolean[] = [];

  constructor(styles: OdfStyles, sink: TextSink) {
    this.#styles = styles;
    this.#looks = [styles.page];
    this.#sink = sink;
  }

  open(name: string, attributes: Attributes): void {
    this.#depth += 1;
    this.#enter(name, attributes);
    if (this.#skippedFrom > 0) return;
    if (skipped.has(name)) {
      this.#skippedFrom = this.#depth;
      return;
    }
    if (this.#hiddenFrom === 0 && this.#hides(name, attributes)) this.#hiddenFrom = this.#depth;
    this.#openBlock(name, attributes);
    if (this.#paragraphs > 0) this.#openInline(name, attributes);
    if (paragraphs.has(name)) this.#paragraphs += 1;
  }

  close(name: string): void {
    const wasSkipped = this.#skippedFrom > 0;
    if (!wasSkipped) this.#closeBlock(name);
    if (this.#skippedFrom === this.#depth) this.#skippedFrom = 0;
    if (this.#hiddenFrom === this.#depth) this.#hiddenFrom = 0;
    this.#looks.pop();
    this.#depth -= 1;
  }

  text(text: string): void {
    if (this.#skippedFrom === 0 && this.#paragraphs > 0) this.#put(text.replace(/\s+/gu, ' '));
  }

  #hides(name: string, attributes: Attributes): boolean {
    if (name === 'table-cell' && this.#hiddenColumns[this.#column]) return true;
    if (name === 'table-row') return /^(?:collapse|filter)$/u.test(attribute(attributes, 'visibility') ?? '');
    if (name === 'section') return isHiddenSection(attributes);
    if (name === 'hidden-text') return isHidden(attributes);
    return paragraphs.has(name) && this.#styles.hiddenParagraphs.has(this.#numbered);
  }

  #enter(name: string, attributes: Attributes): void {
    if (paragraphs.has(name)) this.#numbered += 1;
    const outer = this.#looks.at(-1) ?? {};
    const style = attribute(attributes, 'style-name') ?? '';
    this.#looks.push(this.#styles.over(frames.has(name) ? { ...outer, ...inFrame } : outer, style));
  }

  #openBlock(name: string, attributes: Attributes): void {
    if (name === 'spreadsheet') this.#isSpreadsheet = true;
    else if (name === 'page') this.#openSlide();
    else if (name === 'notes') this.#heading = 'Notes:\n';
    else if (name === 'table') this.#openTable(attribute(attributes, 'name') ?? '');
    else if (name === 'table-column') this.#openColumn(attributes);
    else if (name === 'table-row' && this.#cells === 0) {
      Object.assign(this.#repeat, { row: repeats(attributes, 'number-rows-repeated') });
      this.#row = '';
      this.#column = 0;
    } else if (cells.has(name)) {
      this.#cells += 1;
      if (this.#cells > 1) return;
      this.#repeat.cell = repeats(attributes, 'number-columns-repeated');
      this.#cell = '';
    } else if (name === 'note-body') {
      this.#put(' [');
      this.#notes += 1;
    }
  }

  #openInline(name: string, attributes: Attributes): void {
    if (name === 's') this.#put(' '.repeat(Math.min(Number(attribute(attributes, 'c')) || 1, maxSpaces)));
    else if (name === 'tab') this.#put(this.#cells > 0 ? ' ' : '\t');
    else if (name === 'line-break') this.#put(this.#cells > 0 ? ' ' : '\n');
  }

  #closeBlock(name: string): void {
    if (paragraphs.has(name)) {
      this.#paragraphs -= 1;
      this.#put(this.#cells > 0 || this.#notes > 0 ? ' ' : '\n');
    } else if (name === 'note-body') {
      this.#notes -= 1;
      this.#put(']');
    } else if (cells.has(name)) {
      this.#cells -= 1;
      if (this.#cells === 0) this.#closeCell();
    } else if (name === 'table-row' && this.#cells === 0) this.#closeRow();
  }

  #openSlide(): void {
    this.#slides += 1;
    this.#heading = `\n# Slide ${this.#slides}\n`;
  }

  #openTable(name: string): void {
    if (this.#cells > 0) return;
    this.#hiddenColumns = [];
    if (this.#isSpreadsheet) this.#heading = `\n# ${name}\n`;
  }

  #openColumn(attributes: Attributes): void {
    const hidden = attribute(attributes, 'visibility') === 'collapse';
    for (let count = repeats(attributes, 'number-columns-repeated'); count > 0; count -= 1) {
      if (this.#hiddenColumns.length < 1_000) this.#hiddenColumns.push(hidden);
    }
  }

  #closeCell(): void {
    const { cell: repeat } = this.#repeat;
    const room = this.#row.length < maxRowChars;
    if (room) this.#row += `${this.#cell.trim()}\t`.repeat(repeat);
    this.#column += repeat;
  }

  #closeRow(): void {
    const row = this.#row.trimEnd();
    if (row === '') return;
    for (let count = this.#repeat.row; count > 0; count -= 1) this.#emit(`${row}\n`);
  }

  #put(text: string): void {
    if (this.#hiddenFrom > 0 || isUnseen(this.#looks.at(-1) ?? {})) this.#sink.hide(text);
    else if (this.#cells === 0) this.#emit(text);
    else if (this.#cell.length < maxRowChars) this.#cell += text;
  }

  #emit(text: string): void {
    if (this.#heading !== '' && text.trim() === '') return;
    this.#sink.add(this.#heading + text);
    this.#heading = '';
  }
}

function isHiddenSection(attributes: Attributes): boolean {
  const display = attribute(attributes, 'display');
  return display === 'none' || (display === 'condition' && isHidden(attributes));
}

function repeats(attributes: Attributes, name: string): number {
  const count = Number(attribute(attributes, name) ?? 1);
  return Number.isInteger(count) ? Math.min(Math.max(count, 1), maxRepeats) : 1;
}
