import { flowOf } from './box.ts';
import { blend, type Color, isIndistinct, parseColor } from './color.ts';
import { definite, largest, pixels } from './length.ts';
import { argumentsOf, callsIn, partsOf } from './shorthand.ts';
import { isTablePart, leastHeight, type Style } from './style.ts';

/** The colour text in the element stands on; undefined when it cannot be known, such as on a picture. */
export function groundOf(style: Style, behind: Color | undefined): Color | undefined {
  const ground = backgroundOf(style, behind);
  const shadow = innerShadow(style.get('box-shadow') ?? '');
  return shadow && ground ? blend(shadow, ground) : (shadow ?? ground);
}

const grounds = ['background', 'background-color', 'background-image', 'box-shadow'];

interface Box {
  name: string;
  fontSize: number;
  shown: boolean;
  /** The box around makes a box of this one, inline or not. */
  blockifies: boolean;
}

/** Whether the element has a background, and that has room to be seen behind what stands in it. */
export function hasGround(style: Style, box: Box): boolean {
  if (!grounds.some((property) => style.has(property))) return false;
  if (!box.shown || style.get('display') === 'contents' || fillsLetters(style)) return false;
  if (isTablePart(style, box.name)) return true;
  if (flowOf(box.name, style) !== 'inline') return hasRoom(style, box);
  // Of what stands in a line the ground is as high as its own letters, whatever those in it are.
  return box.blockifies || box.fontSize >= smallestFont || isPadded(style, box, ['top', 'bottom']);
}

function hasRoom(style: Style, box: Box): boolean {
  const of = (property: string) => definite(style.get(property), box.fontSize) ?? Infinity;
  if (box.blockifies && (style.has('flex') || style.has('flex-grow'))) return true;
  const isFlat = Math.min(of('height'), of('max-height')) < smallestGround;
  const isThin = Math.min(of('width'), of('max-width')) < smallestGround;
  const isHigh =
    leastHeight(style, box.fontSize) >= smallestGround || isPadded(style, box, ['top', 'bottom']);
  if (isFlat && !isHigh) return false;
  const isWide = (largest(style.get('min-width'), box.fontSize) ?? 0) >= smallestGround;
  return !isThin || isWide || isPadded(style, box, ['left', 'right']);
}

function isPadded(style: Style, { fontSize }: Box, sides: readonly string[]): boolean {
  const padding = sides.map((side) => largest(style.get(`padding-${side}`), fontSize) ?? 0);
  return padding.reduce((sum, side) => sum + side, 0) >= smallestGround;
}

/** Whether the background is seen where letters are, and nowhere else. */
export function fillsLetters(style: Style): boolean {
  return /\btext\b/u.test(style.get('background-clip') ?? '');
}

/** Whether the image of a background is so small or far away, and once, that no letter stands on it. */
function isSpeck(style: Style, shorthand: string): boolean {
  if (argumentsOf(style.get('background-image') || shorthand).length > 1) return false;
  const [place = '', inShorthand = ''] = shorthand.replace(/\([^()]*\)/gu, '').split('/');
  const sides = lengthsIn(style.get('background-size') || inShorthand);
  if (sides.some((side) => side === 0)) return true;
  if (!/no-repeat/u.test(style.get('background-repeat') || shorthand)) return false;
  // A gradient is as large as its box; what a picture holds at some place nobody knows.
  const isGradient = !/url\(|image/u.test(style.get('background-image') || shorthand);
  const isAway = lengthsIn(style.get('background-position') || place).some((at) => Math.abs(at) >= farAway);
  return (isGradient && isAway) || sides.some((side) => side < smallestGround);
}

function lengthsIn(value: string): number[] {
  return partsOf(value).flatMap((part) => definite(part, 16) ?? []);
}

/** The colour of a shadow inwards so wide that it fills the box. */
function innerShadow(shadows: string): Color | undefined {
  const filling = argumentsOf(shadows).find((shadow) => {
    const lengths = partsOf(shadow).flatMap((part) => pixels(part) ?? []);
    return /\binset\b/u.test(shadow) && Math.max(0, ...lengths.slice(2)) >= widestShadow;
  });
  return filling === undefined
    ? undefined
    : partsOf(filling)
        .map(parseColor)
        .find((color) => color !== undefined);
}

/** Whether a box lies over all of the one it stands in, under what comes after it. */
export function covers(style: Style): boolean {
  if (style.get('display') === 'none') return false;
  if (!/^(?:absolute|fixed)$/u.test(style.get('position') ?? '')) return false;
  const fills = (from: string, to: string, size: string) =>
    (pixels(style.get(from)) === 0 && pixels(style.get(to)) === 0) ||
    /^1\d\d(?:\.\d+)?(?:%|v[wh])$/u.test(style.get(size) ?? '');
  return fills('left', 'right', 'width') && fills('top', 'bottom', 'height');
}

const widestShadow = 50;
/** Pixels: less is no ground for a letter. */
const smallestGround = 10;
const smallestFont = 6;
const farAway = 500;

function backgroundOf(style: Style, behind: Color | undefined): Color | undefined {
  const shorthand = style.get('background') ?? '';
  const colored = colorBehind(style.get('background-color') || colorInShorthand(shorthand), behind);
  const images = `${style.get('background-image') || shorthand}`;
  if (!/url\(|gradient|image/u.test(images) || isSpeck(style, shorthand)) return colored;
  // The first layer is the topmost.
  return argumentsOf(images).reduceRight<Color | undefined>(layered, colored);
}

/** The ground with one more layer upon it; no longer known with a picture, or a gradient of several colours. */
function layered(below: Color | undefined, layer: string): Color | undefined {
  if (!/url\(|gradient|image/u.test(layer)) return below;
  const gradient = gradientColor(layer);
  return gradient && (gradient.alpha === 1 ? gradient : below && blend(gradient, below));
}

function colorBehind(value: string | undefined, behind: Color | undefined): Color | undefined {
  if (value === undefined || /^(?:inherit|initial|unset|none|)$/u.test(value)) return behind;
  const color = parseColor(value);
  if (color?.alpha === 0) return behind;
  return color && (color.alpha === 1 ? color : behind && blend(color, behind));
}

function colorInShorthand(shorthand: string): string | undefined {
  return argumentsOf(shorthand)
    .flatMap(partsOf)
    .find((part) => parseColor(part) !== undefined);
}

/** The colour of a layer where that is a gradient from a colour to about the same. */
function gradientColor(layer: string): Color | undefined {
  const [[name = '', list = ''] = []] = callsIn(layer);
  if (!name.endsWith('gradient')) return undefined;
  const stops = argumentsOf(list).map((stop) =>
    partsOf(stop)
      .map(parseColor)
      .find((color) => color !== undefined),
  );
  const known = (stops[0] === undefined ? stops.slice(1) : stops).map((color) => color ?? unknown);
  const [first] = known;
  if (!first || known.includes(unknown)) return undefined;
  const isOne = known.every(
    (color) => Math.abs(color.alpha - first.alpha) < 0.1 && isIndistinct({ ...color, alpha: 1 }, first),
  );
  return isOne ? first : undefined;
}

const unknown: Color = { channels: [Number.NaN, Number.NaN, Number.NaN], alpha: 1 };
