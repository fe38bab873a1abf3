import type { Element } from '../html/tree.ts';
import { remembered } from '../remembered.ts';
import type { Declaration } from '../style-sheet/declarations.ts';
import { isIndistinct, legacyColor, parseColor, white } from './color.ts';
import { pixels } from './length.ts';
import { argumentsOf, partsOf } from './shorthand.ts';

/** Pixels: smaller ones are icons, badges and lines, no text is set on them. */
const smallest: Readonly<Record<string, number>> = { width: 40, height: 16 };

const pictures = new Set(['img', 'svg', 'video', 'canvas', 'object', 'embed', 'iframe']);

/** Whether an element is a picture, or has a background that white letters may be read on, of some size. */
export function isPainted({ name, attribs }: Element, declared: readonly Declaration[]): boolean {
  const attributes = [attribs.width, attribs.height].map((value) => value?.toLowerCase());
  if (isSmall('width', attributes[0]) || isSmall('height', attributes[1])) return false;
  if (declared.some(({ property, value }) => isSmall(property, value))) return false;
  if (declared.some(({ property, value }) => property === 'display' && value === 'none')) return false;
  if (pictures.has(name) || attribs.background) return true;
  return paints(legacyColor(attribs.bgcolor) ?? '') || declared.some(paintsGround);
}

/** Whether a declaration makes a box too small for text; one of another property does not. */
export function isSmall(property: string, value: string | undefined): boolean {
  const least = smallest[property.replace(/^max-/u, '')];
  return (
    least !== undefined && value !== undefined && !value.includes('%') && (pixels(value) ?? least) < least
  );
}

const painting = new WeakMap<Declaration, { ground: boolean }>();

function paintsGround(declaration: Declaration): boolean {
  if (!declaration.property.startsWith('background')) return false;
  return remembered(painting, declaration, ({ value }) => ({ ground: paints(value.toLowerCase()) })).ground;
}

/** Whether a background may be of a colour of its own: for white there is no need to look for more than the page. */
function paints(background: string): boolean {
  if (/(?:url|image|gradient|var)[\w-]*\(/u.test(background)) return true;
  const colors = argumentsOf(background)
    .flatMap(partsOf)
    .map((part) => parseColor(part));
  return colors.some((color) => color && color.alpha > 0 && !isIndistinct(color, white));
}
