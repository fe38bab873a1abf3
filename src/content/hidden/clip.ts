import { pixels } from './length.ts';
import { argumentsOf, callsIn, partsOf } from './shorthand.ts';
import type { Style } from './style.ts';

/** A box whose size nobody knows before the mail is laid out is taken to be so large, each way, in pixels. */
const side = 120;
/** Cut corners, slanted edges and round portraits leave half and more each way; of the area, less is a line. */
const least = { side: side / 2, area: (side * side) / 4 };

const nothing = /^(?:none|normal|initial|unset|inherit|revert|revert-layer|)(?:\s|$)/u;
const boxes = /^(?:(?:margin|border|padding|content|fill|stroke|view)-box|-\w+-[a-z-]+)$/u;

/** Whether `clip` or `clip-path` leaves too little of the element to be read (CSS Masking 1, CSS Shapes 1). */
export function isClipped(style: Style, fontSize: number): boolean {
  return isCut(style.get('clip')) || leavesLittle(style.get('clip-path') ?? '', fontSize);
}

function isCut(clip: string | undefined): boolean {
  const parts = /rect\(([^()]*)\)/u.exec(clip ?? '')?.[1]?.split(/[\s,]+/u) ?? [];
  const [top = 0, right = side, bottom = side, left = 0] = parts
    .filter((part) => part !== '')
    .map(Number.parseFloat);
  return bottom - top <= 1 || right - left <= 1;
}

/** Shapes that are not computed here, such as paths, leave nothing: genuine mail hardly uses them. */
function leavesLittle(path: string, fontSize: number): boolean {
  if (nothing.test(path) || boxes.test(path)) return false;
  const [[name = '', list = ''] = []] = callsIn(path);
  const corners = shapes[name]?.(list, (text) => pixels(text, fontSize, { whole: side }) ?? Number.NaN);
  if (!corners || corners.flat().some(Number.isNaN)) return true;
  const seen = corners.map(([x, y]): Corner => [within(x), within(y)]);
  const across = [seen.map(([x]) => x), seen.map(([, y]) => y)].map(
    (at) => Math.max(...at) - Math.min(...at),
  );
  return Math.min(...across) < least.side || areaOf(seen) < least.area;
}

type Corner = readonly [number, number];
type Length = (text: string) => number;

/** The corners of what a shape leaves: those of the box around it where it is round. */
const shapes: Readonly<Record<string, (list: string, length: Length) => Corner[]>> = {
  inset: (list, length) => {
    const [top = Number.NaN, right = top, bottom = top, left = right] = edgesIn(list).map(length);
    return box(left, top, side - right, side - bottom);
  },
  rect: (list, length) => {
    const [top = Number.NaN, right = top, bottom = top, left = right] = edgesIn(list).map(length);
    return box(left, top, right, bottom);
  },
  circle: (list, length) => {
    const { radii, x, y } = roundOf(list, length);
    const [radius = side / 2] = radii;
    return box(x - radius, y - radius, x + radius, y + radius);
  },
  ellipse: (list, length) => {
    const { radii, x, y } = roundOf(list, length);
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
function roundOf(list: string, length: Length): { radii: number[]; x: number; y: number } {
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

function within(at: number): number {
  return Math.min(side, Math.max(0, at));
}

/** The shoelace formula. */
function areaOf(corners: readonly Corner[]): number {
  const twice = corners.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = corners[(at + 1) % corners.length] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}
