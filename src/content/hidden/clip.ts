import { pixels } from './length.ts';
import { type Corner, polygonArea } from './polygon-area.ts';
import { argumentsOf, callsIn, partsOf } from './shorthand.ts';
import type { Style } from './style.ts';

/** A box whose size nobody knows before the mail is laid out is taken to be so large, each way, in pixels. */
const side = 120;
/** Cut corners, slanted edges and round portraits leave half of a side and more; what is less may be none of a line. */
const leastShare = side / 2;
/** Pixels that are left whatever the size of the box: a line of text. */
const leastLine = 16;
const smallestCut = 10;
/** No shape of genuine mail has more. */
const maxCorners = 200;

const nothing = /^(?:none|normal|initial|unset|inherit|revert|revert-layer|)(?:\s|$)/u;
const boxes = /^(?:(?:margin|border|padding|content|fill|stroke|view)-box|-\w+-[a-z-]+)$/u;

/** Whether `clip` or `clip-path` leaves too little of the element to be read (CSS Masking 1, CSS Shapes 1). */
export function isClipped(style: Style, fontSize: number): boolean {
  return isCut(style.get('clip'), fontSize) || leavesLittle(style.get('clip-path') ?? '', fontSize);
}

function isCut(clip: string | undefined, fontSize: number): boolean {
  const parts = /rect\(([^()]*)\)/u.exec(clip ?? '')?.[1]?.split(/[\s,]+/u) ?? [];
  const [top = 0, right = side, bottom = side, left = 0] = parts
    .filter((part) => part !== '')
    .map((part) => pixels(part, fontSize));
  return bottom - top < smallestCut || right - left < smallestCut;
}

/** Shapes that are not computed here, such as paths, leave nothing: genuine mail hardly uses them. */
function leavesLittle(path: string, fontSize: number): boolean {
  if (nothing.test(path) || boxes.test(path)) return false;
  const [[name = '', list = ''] = []] = callsIn(path);
  const seen = seenOf(name, list, { side, fontSize });
  const seenOfMore = seenOf(name, list, { side: side * 2, fontSize });
  if (!seen || !seenOfMore) return true;
  const high = extent(seen, 1);
  const leastHigh = high === extent(seenOfMore, 1) ? leastLine : leastShare;
  if (high < leastHigh || extent(seen, 0) < leastShare) return true;
  const rule = /^\s*evenodd\b/u.test(list) ? 'evenodd' : 'nonzero';
  return polygonArea(seen, side, rule) < leastHigh * leastShare;
}

interface Box {
  side: number;
  fontSize: number;
}

/** The corners of what is left of a box; undefined where that is not known. */
function seenOf(name: string, list: string, { side, fontSize }: Box): Corner[] | undefined {
  const length = (text: string) => pixels(text, fontSize, { whole: side }) ?? Number.NaN;
  const corners = Object.hasOwn(shapes, name) ? shapes[name]?.(list, length, side) : undefined;
  if (!corners || corners.length > maxCorners || corners.flat().some(Number.isNaN)) return undefined;
  const within = (at: number) => Math.min(side, Math.max(0, at));
  return corners.map(([x, y]): Corner => [within(x), within(y)]);
}

function extent(corners: readonly Corner[], axis: 0 | 1): number {
  const at = corners.map((corner) => corner[axis]);
  return Math.max(...at) - Math.min(...at);
}

type Length = (text: string) => number;

/** The corners of what a shape leaves: those of the box around it where it is round. */
const shapes: Readonly<Record<string, (list: string, length: Length, side: number) => Corner[]>> = {
  inset: (list, length, side) => {
    const [top = Number.NaN, right = top, bottom = top, left = right] = edgesIn(list).map(length);
    return box(left, top, side - right, side - bottom);
  },
  rect: (list, length) => {
    const [top = Number.NaN, right = top, bottom = top, left = right] = edgesIn(list).map(length);
    return box(left, top, right, bottom);
  },
  circle: (list, length, side) => {
    const { radii, x, y } = roundOf(list, length, side);
    const [radius = side / 2] = radii;
    return box(x - radius, y - radius, x + radius, y + radius);
  },
  ellipse: (list, length, side) => {
    const { radii, x, y } = roundOf(list, length, side);
    const [wide = side / 2, high = side / 2] = radii;
    return box(x - wide, y - high, x + wide, y + high);
  },
  polygon: (list, length) =>
    argumentsOf(list)
      .filter((corner) => !/^(?:nonzero|evenodd)$/u.test(corner))
      .map((corner): Corner => {
        const [x = Number.NaN, y = Number.NaN] = partsOf(corner).map(length);
        return [x, y];
      }),
};

function edgesIn(list: string): string[] {
  return partsOf(list.split(/\bround\b/u)[0] ?? '');
}

/** The radii that are lengths, and the centre; in the middle of the box where it is given by words. */
function roundOf(list: string, length: Length, side: number): { radii: number[]; x: number; y: number } {
  const [before = '', after = ''] = list.split(/\bat\b/u);
  const radii = partsOf(before)
    .filter((part) => !/^[a-z-]+$/u.test(part))
    .map(length);
  const [x = side / 2, y = side / 2] = /[a-z]{5}|top|left/u.test(after) ? [] : partsOf(after).map(length);
  return { radii, x, y };
}

function box(left: number, top: number, right: number, bottom: number): Corner[] {
  const [farX, farY] = [Math.max(left, right), Math.max(top, bottom)];
  return [
    [left, top],
    [farX, top],
    [farX, farY],
    [left, farY],
  ];
}
