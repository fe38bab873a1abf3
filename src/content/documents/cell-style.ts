import { black, type Color, isIndistinct, parseColor, white } from '../hidden/color.ts';
import { type CellFormat, cellFormat } from './cell-format.ts';
import type { TextSink } from './text-sink.ts';
import { type Attributes, walkXml } from './xml.ts';

/** How a cell shows what is in it. */
export interface CellStyle {
  format: CellFormat;
  /** Nobody sees it: in the colour of its ground, of a point at most, or by a format that shows nothing. */
  hidden: boolean;
}

interface Font {
  color?: Color | undefined;
  /** Points. */
  size?: number;
}

/** `undefined` where the ground cannot be known. */
type Fill = Color | undefined;

const smallestSize = 1;

/** The formats of cells (SpreadsheetML, ECMA-376 part 1, §18.8), in the order cells refer to them. */
export function readCellStyles(bytes: Uint8Array, sink: TextSink): CellStyle[] {
  const codes = new Map<number, string>();
  const fonts: Font[] = [];
  const fills: Fill[] = [];
  const styles: CellStyle[] = [];
  let section = '';
  const sections = new Set(['numFmts', 'fonts', 'fills', 'borders', 'cellStyleXfs', 'cellXfs', 'dxfs']);
  const open = (name: string, attributes: Attributes) => {
    if (sections.has(name)) section = name;
    else if (name === 'numFmt' && section === 'numFmts')
      codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
    else if (section === 'fonts') openFont(name, attributes, fonts);
    else if (section === 'fills') openFill(name, attributes, fills);
    else if (name === 'xf' && section === 'cellXfs')
      styles.push(styleOf(attributes, { codes, fonts, fills }));
  };
  const close = (name: string) => {
    if (name === section) section = '';
  };
  walkXml(bytes, { open, close }, sink);
  return styles;
}

interface Parts {
  codes: ReadonlyMap<number, string>;
  fonts: readonly Font[];
  fills: readonly Fill[];
}

function styleOf(attributes: Attributes, { codes, fonts, fills }: Parts): CellStyle {
  const id = Number(attributes.numFmtId ?? 0);
  const code = codes.get(id);
  const { color, size } = fonts[Number(attributes.fontId ?? 0)] ?? {};
  const fillId = Number(attributes.fillId ?? 0);
  const ground = fillId < fills.length ? fills[fillId] : white;
  const isTiny = size !== undefined && size <= smallestSize;
  const isPale = color !== undefined && ground !== undefined && isIndistinct(color, ground);
  return { format: cellFormat(id, code), hidden: isTiny || isPale || showsNothing(code) };
}

/** `;;;`: empty for what is positive, negative, zero and text. */
function showsNothing(code = ''): boolean {
  const sections = code.replace(/"\s*"|\[[^\]]*\]|\s/gu, '').split(';');
  return sections.length >= 4 && sections.every((section) => section === '');
}

function openFont(name: string, attributes: Attributes, fonts: Font[]): void {
  if (name === 'font') fonts.push({});
  const font = fonts.at(-1);
  if (font && name === 'color') font.color = colorOf(attributes);
  else if (font && name === 'sz') font.size = Number(attributes.val);
}

function openFill(name: string, { patternType = 'none', ...attributes }: Attributes, fills: Fill[]): void {
  if (name === 'fill') fills.push(undefined);
  else if (name === 'patternFill') fills[fills.length - 1] = patternType === 'none' ? white : undefined;
  else if (name === 'fgColor') fills[fills.length - 1] ??= colorOf(attributes);
}

/** Themes begin with a light ground and dark text; what a tint makes of them, and other colours, are not known. */
function colorOf({ rgb, theme, indexed, tint = '0' }: Attributes): Color | undefined {
  if (rgb !== undefined) return parseColor(`#${rgb.slice(-6)}`);
  if (indexed !== undefined) return fixed.get(indexed);
  return Number(tint) === 0 ? themed.get(theme ?? '') : undefined;
}

const themed = new Map([
  ['0', white],
  ['1', black],
]);
/** ECMA-376 part 1, §18.8.27; 64 and 65 are the text and ground of the system. */
const fixed = new Map([
  ['0', black],
  ['1', white],
  ['8', black],
  ['9', white],
  ['64', black],
  ['65', white],
]);
