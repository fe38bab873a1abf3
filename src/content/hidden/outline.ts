import { type Color, parseColor } from './color.ts';
import { pixels } from './length.ts';
import { argumentsOf, partsOf } from './shorthand.ts';
import type { Style } from './style.ts';

/** Pixels: what is thrown further draws no letter. */
const farthest = 20;
const thinnest = 0.3;
/** Pixels: how broad the lines of letters are, which a blur spreads over its own width. */
const letterLine = 2;

/** The colours letters are drawn in beside their own: by shadows and by a line around them. Both are inherited. */
export interface Outline {
  shadows: readonly Color[];
  strokes: readonly Color[];
}

export const noOutline: Outline = { shadows: [], strokes: [] };

/** The outline of an element's letters (CSS Text Decoration 3 §4, Compatibility Standard §3.4). */
export function outlineOf(style: Style, outer: Outline): Outline {
  const shadow = style.get('text-shadow');
  const [whole, width, color] = ['', '-width', '-color']
    .map((part) => style.get(`-webkit-text-stroke${part}`))
    .map((value) => (isInherited(value) ? undefined : value));
  const isStroked = whole !== undefined || width !== undefined || color !== undefined;
  if (isInherited(shadow) && !isStroked) return outer;
  return {
    shadows: isInherited(shadow) ? outer.shadows : shadowsOf(shadow ?? ''),
    strokes: isStroked ? strokeOf(partsOf(whole ?? ''), width, color) : outer.strokes,
  };
}

function isInherited(value: string | undefined): boolean {
  return value === undefined || value === 'inherit' || value === 'unset';
}

/** The colour of each shadow, and that of all: many faint ones make a dark one. One that is invalid undoes them all. */
function shadowsOf(list: string): Color[] {
  const layers = argumentsOf(list).map(partsOf);
  if (!layers.every(isShadow)) return [];
  const drawn = layers.flatMap(shadowOf);
  return drawn.length > 1 ? [...drawn, drawn.reduce(together)] : drawn;
}

/** Two lengths, or three with a blur, in a row, and at most one colour. */
function isShadow(parts: readonly string[]): boolean {
  const lengths = parts.filter(isLength);
  const others = parts.filter((part) => !isLength(part));
  const isInRow = others.length === 0 || !isLength(parts[0] ?? '') || !isLength(parts.at(-1) ?? '');
  if (others.length > 1 || !others.every(isColor) || !isInRow) return false;
  return lengths.length === 2 || (lengths.length === 3 && (pixels(lengths[2]) ?? 0) >= 0);
}

function shadowOf(parts: readonly string[]): Color[] {
  const [right = 0, down = 0, blur = 0] = parts.filter(isLength).flatMap((part) => pixels(part) ?? []);
  const color = parts.filter(isColor).map(parseColor)[0];
  if (!color || Math.max(Math.abs(right), Math.abs(down)) > farthest) return [];
  return [{ ...color, alpha: color.alpha * Math.min(1, letterLine / Math.max(blur, letterLine)) }];
}

/** No share of anything, and of a number without unit zero only. */
function isLength(part: string): boolean {
  const length = part.includes('%') ? undefined : pixels(part);
  return length !== undefined && (length === 0 || !/^[-+\d.]+$/u.test(part));
}

/** Digits without their `#` are a colour to old attributes only. */
function isColor(part: string): boolean {
  if (/^[\da-f]+$/u.test(part) || isLength(part)) return false;
  return parseColor(part) !== undefined || /^(?:currentcolor$|[a-z-]+\()/u.test(part);
}

/** One translucent colour upon another. */
function together(upper: Color, lower: Color): Color {
  const below = lower.alpha * (1 - upper.alpha);
  const alpha = upper.alpha + below;
  const mix = (at: 0 | 1 | 2) =>
    alpha === 0 ? 0 : (upper.channels[at] * upper.alpha + lower.channels[at] * below) / alpha;
  return { channels: [mix(0), mix(1), mix(2)], alpha };
}

/** What is said of width or colour alone is said after the shorthand, as a rule. */
function strokeOf(parts: readonly string[], width: string | undefined, color: string | undefined): Color[] {
  const widths = parts.filter(isWidth);
  const colors = parts.filter(isColor);
  const isValid = widths.length <= 1 && colors.length <= 1 && widths.length + colors.length === parts.length;
  if (!isValid || !isDrawn(width ?? widths[0] ?? '')) return [];
  return parseStroke(color ?? colors[0] ?? '');
}

function parseStroke(color: string): Color[] {
  const known = isColor(color) ? parseColor(color) : undefined;
  return known ? [known] : [];
}

const namedWidth = /^(?:thin|medium|thick)$/u;

function isWidth(part: string): boolean {
  return namedWidth.test(part) || isLength(part);
}

function isDrawn(width: string): boolean {
  return namedWidth.test(width) || (isLength(width) && (pixels(width) ?? 0) >= thinnest);
}
