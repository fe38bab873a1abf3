import type { Archive } from './archive.ts';
import { formatCell } from './cell-format.ts';
import { type CellStyle, readCellStyles } from './cell-style.ts';
import { readRelations } from './relations.ts';
import type { TextSink } from './text-sink.ts';
import { type Attributes, walkXml, type XmlHandler } from './xml.ts';

interface Sheet {
  name: string;
  relation: string;
  hidden: boolean;
}

interface Workbook {
  sheets: Sheet[];
  date1904: boolean;
  strings: string[];
  styles: readonly CellStyle[];
}

/** Empty cells before a far one are not worth a tab each. */
const maxGap = 50;

/** What a cell can hold in Excel; one string may stand in a million cells. */
const maxCellChars = 32_767;

/** SpreadsheetML (ECMA-376 part 1, §18): every visible sheet under its name, rows as lines, cells between tabs. */
export function readXlsx(archive: Archive, main: string, sink: TextSink): void {
  const relations = readRelations(archive, main, sink);
  const part = (kind: string) => archive.entries.get(relations.find((one) => one.kind === kind)?.path ?? '');
  const book: Workbook = { sheets: [], date1904: false, strings: [], styles: [] };
  const workbook = archive.entries.get(main);
  if (workbook) walkXml(workbook, workbookHandler(book), sink);
  const strings = part('sharedStrings');
  if (strings) walkXml(strings, stringsHandler(book), sink);
  const styles = part('styles');
  if (styles) book.styles = readCellStyles(styles, sink);
  for (const sheet of book.sheets) {
    const relation = relations.find(({ id }) => id === sheet.relation);
    const bytes = archive.entries.get(relation?.path ?? '');
    // A sheet that is a chart has no cells.
    if (relation && relation.kind !== 'worksheet') continue;
    if (!bytes) {
      sink.fault('a sheet is missing');
      continue;
    }
    if (!sheet.hidden) sink.add(`\n# ${sheet.name}\n`);
    walkXml(bytes, sheetHandler(book, sheet, sink), sink);
  }
}

function workbookHandler(book: Workbook): XmlHandler {
  return {
    open(name, attributes) {
      if (name === 'workbookPr') book.date1904 = isTrue(attributes.date1904);
      if (name !== 'sheet') return;
      const relation = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '';
      const hidden = /hidden/iu.test(attributes.state ?? '');
      book.sheets.push({ name: attributes.name ?? '', relation, hidden });
    },
  };
}

function stringsHandler({ strings }: Workbook): XmlHandler {
  let text = '';
  let inText = false;
  let phonetic = false;
  return {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') inText = !phonetic;
    },
    close(name) {
      if (name === 'si') strings.push(oneLine(text));
      else if (name === 'rPh') phonetic = false;
      else if (name === 't') inText = false;
    },
    text(piece) {
      if (inText) text += piece;
    },
  };
}

interface SheetState {
  hiddenColumns: { from: number; to: number }[];
  rowHidden: boolean;
  rowHasText: boolean;
  /** The last column of this row that was written. */
  column: number;
  cell: { attributes: Attributes; column: number };
  value: string;
  inValue: boolean;
}

function sheetHandler(book: Workbook, sheet: Sheet, sink: TextSink): XmlHandler {
  const cell = { attributes: {}, column: 0 };
  const state: SheetState = {
    hiddenColumns: [],
    rowHidden: false,
    rowHasText: false,
    column: 0,
    cell,
    value: '',
    inValue: false,
  };
  return {
    open: (name, attributes) => openCell(name, attributes, state),
    close(name) {
      if (name === 'v' || name === 't') state.inValue = false;
      else if (name === 'c') closeCell(book, sheet, state, sink);
      else if (name === 'row' && state.rowHasText) sink.add('\n');
    },
    text(text) {
      if (state.inValue) state.value += text;
    },
  };
}

function openCell(name: string, attributes: Attributes, state: SheetState): void {
  if (name === 'col' && (isTrue(attributes.hidden) || isFlat(attributes.width))) {
    state.hiddenColumns.push({ from: Number(attributes.min), to: Number(attributes.max) });
  } else if (name === 'row') {
    state.cell = { attributes: {}, column: 0 };
    const rowHidden = isTrue(attributes.hidden) || isFlat(attributes.ht);
    Object.assign(state, { column: 1, rowHasText: false, rowHidden });
  } else if (name === 'c') {
    state.cell = { attributes, column: columnOf(attributes.r) ?? state.cell.column + 1 };
    state.value = '';
  } else if (name === 'v' || name === 't') state.inValue = true;
}

function closeCell(book: Workbook, sheet: Sheet, state: SheetState, sink: TextSink): void {
  const { column } = state.cell;
  const text = cellText(book, state);
  const styleHidden = styleOf(book, state)?.hidden;
  const columnHidden = state.hiddenColumns.some(({ from, to }) => column >= from && column <= to);
  if (sheet.hidden || state.rowHidden || columnHidden || styleHidden) sink.hide(text);
  else if (text !== '') putCell(text, column, state, sink);
}

function putCell(text: string, column: number, state: SheetState, sink: TextSink): void {
  sink.add('\t'.repeat(Math.min(Math.max(column - state.column, 0), maxGap)) + text);
  state.column = column;
  state.rowHasText = true;
}

function styleOf({ styles }: Workbook, { cell }: SheetState): CellStyle | undefined {
  return styles[Number(cell.attributes.s ?? '0')];
}

function cellText(book: Workbook, state: SheetState): string {
  const { strings, date1904 } = book;
  const { cell, value } = state;
  const { t: type = 'n' } = cell.attributes;
  if (type === 's') return strings[Number(value)] ?? '';
  if (type === 'b') return value.trim() === '1' ? 'TRUE' : 'FALSE';
  if (type === 'n') return formatCell(value, styleOf(book, state)?.format ?? 'number', date1904);
  return oneLine(value);
}

function oneLine(text: string): string {
  return text.slice(0, maxCellChars).replace(/\s+/gu, ' ').trim();
}

/** `AB12` is column 28. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^([A-Z]{1,3})\d/u.exec(reference ?? '')?.[1];
  if (!letters) return undefined;
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0);
}

/** Points, or characters: nobody sees what is in a row or column of that size. */
function isFlat(size: string | undefined): boolean {
  return size !== undefined && Number(size) < 0.5;
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}
