import { isClipped } from './clip.ts';
import { largest, pixels } from './length.ts';
import { argumentsOf, partsOf } from './shorthand.ts';
import { cutsOverflow, type Style } from './style.ts';

/*
 * The rule for effects: genuine mail hardly uses them. Where one can hide text and what it makes of this text is not
 * computed here, the text counts as hidden.
 */

const nothing = /^(?:none|normal|initial|unset|inherit|revert|revert-layer|)(?:\s|$)/u;
/** Any value but nothing hides, or may. */
const veils = [
  ...['mask', 'mask-image', 'mask-border', 'mask-border-source', 'mask-box-image', 'mix-blend-mode'],
  ...['offset', 'offset-path', '-webkit-text-security'],
];

/** Whether masks, blending, clipping or containment may leave nothing of the element to be read. */
export function isObscured(style: Style, fontSize: number): boolean {
  return (
    veils.some((veil) => !nothing.test(style.get(veil) ?? '')) ||
    isClipped(style, fontSize) ||
    isContained(style, fontSize) ||
    isFlexedAway(style, fontSize) ||
    hasNoFontSize(style.get('font-size-adjust'))
  );
}

/** A box as large as if it were empty, of which nothing stands out (CSS Containment 2). */
function isContained(style: Style, fontSize: number): boolean {
  const contain = style.get('contain') ?? '';
  if (!/\b(?:strict|size|block-size)\b/u.test(contain)) return false;
  const cuts = /\b(?:strict|paint)\b/u.test(contain) || cutsOverflow(style);
  const given = ['height', 'min-height', 'contain-intrinsic-size'];
  return (
    cuts &&
    !given.some((property) => (largest(style.get(property)?.replace(/^auto\s/u, ''), fontSize) ?? 0) > 2)
  );
}

/** A flexible box of no length that does not grow, of which nothing stands out. */
function isFlexedAway(style: Style, fontSize: number): boolean {
  if (!cutsOverflow(style)) return false;
  const [first = '', ...further] = partsOf(style.get('flex') ?? '');
  const basis =
    style.get('flex-basis') ??
    (further.length === 2 ? further[1] : further.find((part) => /[a-z%]/u.test(part)));
  const grow = style.get('flex-grow') ?? (/^[\d.]+$/u.test(first) ? first : '0');
  const length = largest(basis, fontSize);
  return (
    length !== undefined &&
    length <= 1 &&
    Number(grow) === 0 &&
    (largest(style.get('min-width'), fontSize) ?? 0) <= 1
  );
}

/** Letters are made as large as that share of the size, by their x-height. */
function hasNoFontSize(adjust: string | undefined): boolean {
  const share = Number.parseFloat(partsOf(adjust ?? '').at(-1) ?? '');
  return share <= 0.1;
}

/** Whether the grid gives what stands in it no room in one direction. */
export function isFlatGrid(style: Style, fontSize: number): boolean {
  if (!/grid/u.test(style.get('display') ?? '')) return false;
  const lists = ['grid', 'grid-template', 'grid-template-rows', 'grid-template-columns'];
  return lists
    .flatMap((name) => argumentsOf((style.get(name) ?? '').replaceAll('/', ',')))
    .flatMap(partsOf)
    .some((track) => track === '0fr' || (largest(track, fontSize) ?? 2) <= 1);
}

/** Letters drawn over each other, or so far apart that the window holds none. */
export function isSqueezed(style: Style, fontSize: number, inherited: boolean): boolean {
  const letters = style.get('letter-spacing');
  const words = style.get('word-spacing');
  if (letters === undefined && words === undefined) return inherited;
  const between = pixels(letters, fontSize) ?? 0;
  return between <= -0.4 * fontSize || between >= 500 || Math.abs(pixels(words, fontSize) ?? 0) >= 500;
}
