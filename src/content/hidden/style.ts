import { unknown } from '../style-sheet/variables.ts';
import { calculate } from './calc.ts';
import { largest, narrow, pixels, type Window, wide } from './length.ts';
import { shapeOf } from './transform.ts';

/** The properties of one element after the cascade. */
export type Style = ReadonlyMap<string, string>;

/** No box of mail is that far away by accident; negative space of layouts is some tens of pixels. */
const farAway = 500;
const farRight = 5_000;
const invisible = 0.1;
const smallestScale = 0.05;
const smallestLine = 4;

/** What the element is and stands in, as far as its box depends on it. */
export interface Box {
  name: string;
  fontSize: number;
  /** In a table whose columns are as wide as they say, whatever is in them. */
  fixedTable: boolean;
}

/** How much smaller letters in the element are than their font says; undefined when nothing of its box is seen. */
export function visibleScale(style: Style, box: Box): number | undefined {
  const { scale, reversed, moved } = shapeOf(style, box.fontSize);
  const hidden =
    style.get('display') === 'none' ||
    style.get('content-visibility') === 'hidden' ||
    [...style.values()].includes(unknown) ||
    scale <= smallestScale ||
    moved >= farAway * 2 ||
    (reversed && style.get('backface-visibility') === 'hidden') ||
    fraction(style.get('opacity')) <= invisible ||
    isZeroBox(style, box) ||
    isOffScreen(style, box.fontSize);
  return hidden ? undefined : scale;
}

/** Opacity from 0 to 1; 1 where nothing is said. */
export function fraction(value: string | undefined): number {
  const number = calculate(value ?? '', (amount, unit) => (unit === '%' ? amount / 100 : amount));
  return Math.min(1, Math.max(0, number ?? 1));
}

const tableParts = new Set('table thead tbody tfoot tr td th'.split(' '));

/** Tables and their parts grow with what stands in them: their sizes are the least they have (CSS 2, §17.5). */
export function isTablePart(style: Style, name: string): boolean {
  const display = style.get('display');
  return display === undefined ? tableParts.has(name) : /^(?:inline-)?table/u.test(display);
}

function isZeroBox(style: Style, { name, fontSize, fixedTable }: Box): boolean {
  const size = (property: string) => largest(style.get(property), fontSize);
  const stretched = (property: string) => (size(property) ?? 0) > 1;
  const tiny = (property: string, most = 1) => (size(property) ?? most + 1) <= most;
  const narrowColumn = tiny('max-width') && !style.has('width');
  if (isTablePart(style, name)) return cutsOverflow(style) && (narrowColumn || (tiny('width') && fixedTable));
  // A line of which a quarter is seen is not read.
  const sliver = Math.max(smallestLine, fontSize * 0.3);
  const low = tiny('height', sliver) || tiny('max-height', sliver);
  // max-width:0 with a width is how boxes are made to end in an ellipsis.
  const slim = tiny('width') || narrowColumn;
  const [flat, thin] = [low && leastHeight(style, fontSize) <= sliver, slim && !stretched('min-width')];
  return cutsOverflow(style) && (flat || thin);
}

/** Pixels; a share is one of a height that grows with what is in it, so none (CSS 2, §10.7). */
export function leastHeight(style: Style, fontSize: number): number {
  const least = style.get('min-height');
  return least?.includes('%') ? 0 : (largest(least, fontSize) ?? 0);
}

/** Whether what does not fit into the box is not shown. */
export function cutsOverflow(style: Style): boolean {
  // What contains its painting cuts as well (CSS Containment 2, §3.4 and §4).
  if (/\b(?:paint|strict|content)\b/u.test(style.get('contain') ?? '')) return true;
  if (/\b(?:auto|hidden)\b/u.test(style.get('content-visibility') ?? '')) return true;
  return ['overflow', 'overflow-x', 'overflow-y'].some((property) =>
    /hidden|clip|scroll|auto/u.test(style.get(property) ?? ''),
  );
}

function isOffScreen(style: Style, fontSize: number): boolean {
  const position = style.get('position') ?? '';
  const beyond = (property: string, windows: number) =>
    isBeyond(style.get(property), property, fontSize, windows);
  // Further down than the window one can scroll, to what is fixed one cannot.
  const below = position === 'fixed' ? 1 : 1.5;
  if (['absolute', 'fixed', 'relative', 'sticky'].includes(position)) {
    if (beyond('left', 1) || beyond('right', 1) || beyond('top', below) || beyond('bottom', below))
      return true;
  }
  if (Math.abs(pixels(style.get('text-indent'), fontSize) ?? 0) >= farAway) return true;
  const of = (property: string) => pixels(style.get(property), fontSize) ?? 0;
  // Columns of one height have padding below that a margin takes back, bands across the page at their sides.
  const taken = (side: string) => of(`margin-${side}`) + of(`padding-${side}`);
  const isBand = of('margin-left') < 0 && taken('left') > -farAway;
  if ((!isBand && beyond('margin-left', 1.5)) || beyond('padding-left', 1.5)) return true;
  return Math.min(of('margin-top'), taken('right'), taken('bottom')) <= -farAway;
}

/** Whether an offset leads out of every window: far back, very far on, or by more than so many windows. */
function isBeyond(value: string | undefined, property: string, fontSize: number, windows: number): boolean {
  const lengthOf = (window: Window) => (/top|bottom/u.test(property) ? window.height : window.width);
  const at = (window: Window) => pixels(value, fontSize, { window, whole: lengthOf(window) });
  const [inNarrow, inWide] = [at(narrow), at(wide)];
  if (inNarrow === undefined || inWide === undefined) return false;
  const growth = (inWide - inNarrow) / (lengthOf(wide) - lengthOf(narrow));
  return (
    Math.max(inNarrow, inWide) <= -farAway || Math.min(inNarrow, inWide) >= farRight || growth >= windows
  );
}
