import { type Color, parseColor } from './color.ts';
import { pixels } from './length.ts';
import { argumentsOf, partsOf } from './shorthand.ts';
import type { Style } from './style.ts';

/** Pixels: what is thrown further, or spread wider, draws no letter. */
const farthest = 20;
const thinnest = 0.2;

/** The colours letters are drawn in beside their own: by shadows and by a line around them. Both are inherited. */
export interface Outline {
  shadows: readonly Color[];
  strokes: readonly Color[];
}

export const noOutline: Outline = { shadows: [], strokes: [] };

/** The outline of an element's letters (CSS Text Decoration 3 §4, Compatibility Standard §3.4). */
export function outlineOf(style: Style, outer: Outline): Outline {
  const shadow = style.get('text-shadow');
  const stroke = ['', '-width', '-color'].flatMap((part) => style.get(`-webkit-text-stroke${part}`) ?? []);
  if (isInherited(shadow) && stroke.every(isInherited)) return outer;
  return {
    shadows: isInherited(shadow) ? outer.shadows : argumentsOf(shadow ?? '').flatMap(shadowOf),
    strokes: stroke.every(isInherited) ? outer.strokes : strokeOf(stroke.flatMap(partsOf)),
  };
}

function isInherited(value: string | undefined): boolean {
  return value === undefined || value === 'inherit' || value === 'unset';
}

function shadowOf(shadow: string): Color[] {
  const parts = partsOf(shadow);
  const lengths = parts.flatMap((part) => pixels(part) ?? []);
  const color = parts.map(parseColor).find((known) => known !== undefined);
  return color && lengths.every((length) => Math.abs(length) <= farthest) ? [color] : [];
}

function strokeOf(parts: readonly string[]): Color[] {
  const isDrawn = parts.some(
    (part) => (pixels(part) ?? 0) >= thinnest || /^(?:thin|medium|thick)$/u.test(part),
  );
  return isDrawn ? parts.flatMap((part) => parseColor(part) ?? []).slice(-1) : [];
}
