import { largest, narrow, pixels, type Window, wide } from './hidden-length.ts';
import { shapeOf } from './hidden-transform.ts';

/** The properties of one element after the cascade. */
export type Style = ReadonlyMap<string, string>;

/** No box of mail is that far away by accident; negative space of layouts is some tens of pixels. */
const farAway = 500;
const farRight = 5_000;
const invisible = 0.1;
const smallestScale = 0.05;

/** How much smaller letters in the element are than their font says; undefined when nothing of its box is seen. */
export function visibleScale(style: Style, fontSize: number, name: string): number | undefined {
  const { scale, reversed, moved } = shapeOf(style, fontSize);
  const hidden =
    style.get('display')?.startsWith('none') === true ||
    style.get('content-visibility') === 'hidden' ||
    (style.get('mso-hide') === 'all' && name !== 'a') ||
    scale <= smallestScale ||
    moved >= farAway * 2 ||
    (reversed && style.get('backface-visibility') === 'hidden') ||
    isTransparent(style) ||
    isZeroBox(style, fontSize) ||
    isOffScreen(style, fontSize) ||
    isClipped(style);
  return hidden ? undefined : scale;
}

function isTransparent(style: Style): boolean {
  const opacity = style.get('opacity');
  const filter = /opacity\(\s*([\d.]+)(%?)/u.exec(style.get('filter') ?? '');
  const filtered = filter ? Number(filter[1]) / (filter[2] ? 100 : 1) : 1;
  return fraction(opacity) <= invisible || filtered <= invisible;
}

/** Opacity from 0 to 1; 1 where nothing is said. */
export function fraction(value: string | undefined): number {
  const number = Number.parseFloat(value ?? '');
  if (Number.isNaN(number)) return 1;
  return value?.endsWith('%') ? number / 100 : number;
}

function isZeroBox(style: Style, fontSize: number): boolean {
  const size = (property: string) => largest(style.get(property), fontSize);
  const stretched = (property: string) => (size(property) ?? 0) > 1;
  const tiny = (property: string) => (size(property) ?? 2) <= 1;
  const low = tiny('height') || tiny('max-height');
  // max-width:0 with a width is how table cells are made to end in an ellipsis.
  const slim = tiny('width') || (tiny('max-width') && !style.has('width'));
  const [flat, thin] = [low && !stretched('min-height'), slim && !stretched('min-width')];
  const maxHeight = size('max-height');
  return (maxHeight !== undefined && maxHeight <= 0 && flat) || (cutsOverflow(style) && (flat || thin));
}

/** Whether what does not fit into the box is not shown. */
export function cutsOverflow(style: Style): boolean {
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
  if (beyond('margin-left', 1.5) || beyond('padding-left', 1.5)) return true;
  return ['margin-top', 'margin-right', 'margin-bottom'].some(
    (margin) => (pixels(style.get(margin), fontSize) ?? 0) <= -farAway,
  );
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

function isClipped(style: Style): boolean {
  const [top, right, bottom, left] = numbers(/rect\(([^()]*)\)/u.exec(style.get('clip') ?? '')?.[1]);
  if (bottom !== undefined && top !== undefined && bottom - top <= 1) return true;
  if (left !== undefined && right !== undefined && right - left <= 1) return true;
  const [, shape, list] =
    /(inset|circle|ellipse|polygon)\(([^()]*)\)/u.exec(style.get('clip-path') ?? '') ?? [];
  const values = numbers(list).filter((value) => value !== undefined);
  if (shape === 'inset') return list?.includes('%') === true && values.some((value) => value >= 50);
  if (shape === 'polygon') return values.length > 0 && values.every((value) => value === values[0]);
  return (shape === 'circle' || shape === 'ellipse') && values[0] === 0;
}

/** The numbers of a list, undefined for `auto` and the like. */
function numbers(list: string | undefined): (number | undefined)[] {
  const parts = list?.split(/[\s,]+/u).filter((part) => part !== '') ?? [];
  return parts.map((part) => {
    const number = Number.parseFloat(part);
    return Number.isNaN(number) ? undefined : number;
  });
}
