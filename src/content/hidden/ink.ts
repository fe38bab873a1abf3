import type { Element } from '../html/tree.ts';
import { black, blend, type Color, parseColor } from './color.ts';
import { fillsLetters, groundOf } from './ground.ts';
import type { Style } from './style.ts';

/** What letters are drawn with; an undefined colour is one we cannot know. */
export interface Ink {
  color: Color | undefined;
  /** What `-webkit-text-fill-color` says, be it for an element further out: then `color` draws no letter. */
  fill: { color: Color | undefined } | undefined;
}

interface Around extends Ink {
  ground: Color | undefined;
  /** The colour of links, where the body names one. */
  linkColor: Color | undefined;
}

/** The ink of an element's text (Compatibility Standard §3.4, CSS Backgrounds 4 §3.3.3). */
export function inkOf(element: Element, style: Style, outer: Around): Ink {
  const color = colorOf(element, style, outer);
  const fill = fillOf(style.get('-webkit-text-fill-color'), outer.fill);
  if (!fillsLetters(style)) return { color, fill };
  const letters = throughLetters((fill ?? { color }).color, groundOf(style, outer.ground));
  return fill ? { color, fill: { color: letters } } : { color: letters, fill };
}

function throughLetters(letters: Color | undefined, ground: Color | undefined): Color | undefined {
  if (!letters || letters.alpha === 1) return letters;
  return ground && blend(letters, ground);
}

/** `a` with an address has a colour of its own; the others inherit. */
function colorOf({ name, attribs }: Element, style: Style, outer: Around): Color | undefined {
  const value = style.get('color');
  if (value === undefined) return name === 'a' && attribs.href !== undefined ? outer.linkColor : outer.color;
  if (value === 'inherit' || value === 'currentcolor' || value === 'unset') return outer.color;
  if (value === 'initial') return black;
  return parseColor(value);
}

function fillOf(value: string | undefined, inherited: Ink['fill']): Ink['fill'] {
  if (value === undefined || value === 'inherit' || value === 'unset') return inherited;
  return value === 'currentcolor' || value === 'initial' ? undefined : { color: parseColor(value) };
}
