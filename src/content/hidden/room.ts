import { type Document, elementsOf, textOf } from '../html/tree.ts';
import { flowOf, isAnchor, isOutOfFlow, isPlaced } from './box.ts';
import { pixels } from './length.ts';
import { callsIn } from './shorthand.ts';
import { isTablePart, type Style } from './style.ts';

/** What is left of the height of a box that cuts what stands out of it, in pixels. */
export interface Room {
  /** From where the next line begins, but for `margin`. */
  height: number;
  /** A margin that may still be one with the next below it (CSS 2, §8.3.1). */
  margin: number;
  /** The height that offsets of what is placed freely count from; undefined where that is not the box that cuts. */
  anchor: number | undefined;
}

const leastSeen = 1;

/** Margins that may draw up what is below, wherever they stand, lines that do not run from top to bottom, heights by their other names. */
const upwards =
  /margin[a-z-]{0,20}\s{0,9}:[^;}]{0,99}?(?:-\s{0,9}[\d.]|\()|writing-mode|column|block-size|padding-block/iu;

/** Whether boxes of the document stand below each other, so that their heights add up. */
export function isStacked(document: Document): boolean {
  for (const element of elementsOf(document)) {
    const css = element.name === 'style' ? textOf(element) : (element.attribs.style ?? '');
    if (upwards.test(css)) return false;
  }
  return true;
}

/** Whether a line that begins here is seen. */
export function hasLine(room: Room | undefined): boolean {
  return !room || room.height - room.margin > leastSeen;
}

/** The room in the element, where that is plain arithmetic; undefined where nothing cuts, or nobody knows what. */
export function roomIn(
  style: Style,
  { name, fontSize }: { name: string; fontSize: number },
  outer: Room | undefined,
): Room | undefined {
  if (style.size === 0) return outer;
  if (isStrange(style)) return undefined;
  const of = (property: string) => plainLength(style.get(property), fontSize);
  const own = ownHeight(style, name, of);
  const around = outer && moved(style, of, outer);
  const inner = around && isPlainBlock(name, style) ? pushed(of, around) : around;
  if (own === undefined) return inner && { ...inner, anchor: isAnchor(style) ? undefined : inner.anchor };
  const height = inner ? Math.min(own, inner.height - inner.margin) : own;
  const above = style.has('padding-top') ? undefined : own;
  return { height, margin: 0, anchor: isAnchor(style) ? above : undefined };
}

type Lengths = (property: string) => number | undefined;

/** In pixels, where nothing around counts but the font. */
function plainLength(value: string | undefined, fontSize: number): number | undefined {
  return /^-?[\d.]+em$/u.test(value ?? '') ? pixels(value, fontSize) : inPixels(value);
}

function inPixels(value: string | undefined): number | undefined {
  return /^(?:-?[\d.]+(?:px|pt)|0)$/u.test(value?.trim() ?? '') ? pixels(value) : undefined;
}

const turning = ['rotate', 'scale', 'translate', 'zoom', 'animation', 'animation-name'];

/** Whether what stands in the box is turned, sized, set beside or moved in ways that are not followed here. */
function isStrange(style: Style): boolean {
  if (!/^(?:|block|inline|inline-block|list-item|flow-root|table.*)$/u.test(style.get('display') ?? ''))
    return true;
  if (turning.some((property) => style.has(property))) return true;
  const calls = callsIn(style.get('transform') ?? '');
  return calls.some(([name]) => name !== 'translatey');
}

const centring = new Set(
  'html body button fieldset legend dialog details summary input select textarea'.split(' '),
);

/** A block that begins below the one before it, and what stands in it at its top. */
function isPlainBlock(name: string, style: Style): boolean {
  if (centring.has(name) || name === 'img' || isTablePart(style, name)) return false;
  return (
    flowOf(name, style) === 'block' && /^(?:|block|list-item|flow-root)$/u.test(style.get('display') ?? '')
  );
}

/** The height in which text of a box is seen that does not grow, and cuts. */
function ownHeight(style: Style, name: string, of: Lengths): number | undefined {
  const overflow = [style.get('overflow'), style.get('overflow-y')].filter((value) => value !== undefined);
  if (overflow.length === 0 || overflow.some((value) => value !== 'hidden')) return undefined;
  const isInline = flowOf(name, style) === 'inline-block' && !centring.has(name);
  if (!isInline && !isPlainBlock(name, style)) return undefined;
  const height = Math.min(of('height') ?? Infinity, of('max-height') ?? Infinity);
  if (height === Infinity || style.get('flex-grow') || style.get('flex')) return undefined;
  const least = style.get('min-height');
  if (least !== undefined && of('min-height') === undefined && least !== 'auto') return undefined;
  const unknown = ['padding-top', 'padding-bottom'].some((side) => style.has(side) && of(side) === undefined);
  if (unknown) return undefined;
  const [above, below] = [of('padding-top') ?? 0, of('padding-bottom') ?? 0];
  const inside = Math.max(height, of('min-height') ?? 0);
  return style.get('box-sizing') === 'border-box' ? Math.max(inside, above + below) - above : inside + below;
}

/** Below the margin and the padding of a block. */
function pushed(of: Lengths, outer: Room): Room {
  const margin = Math.max(outer.margin, of('margin-top') ?? 0);
  const padding = of('padding-top') ?? 0;
  return padding > 0
    ? { ...outer, height: outer.height - margin - padding, margin: 0 }
    : { ...outer, margin };
}

/** Where offsets and translations put the element; undefined where it is not cut, or its place is not known. */
function moved(style: Style, of: Lengths, at: Room): Room | undefined {
  const position = style.get('position') ?? 'static';
  const ways = callsIn(style.get('transform') ?? '').map(([, args]) => inPixels(args) ?? Number.NaN);
  const down = ways.reduce((sum, way) => sum + way, 0);
  if (Number.isNaN(down)) return undefined;
  const top = of('top');
  if (position === 'static') return { ...at, height: at.height - down };
  if (position === 'absolute' && isPlaced(style))
    return at.anchor === undefined || top === undefined
      ? undefined
      : { ...at, height: at.anchor - top - down, margin: 0 };
  if (position !== 'relative') return undefined;
  const isUnsure = ['top', 'bottom'].some((side) => style.has(side) && of(side) === undefined);
  return isUnsure ? undefined : { ...at, height: at.height - down - (top ?? -(of('bottom') ?? 0)) };
}

/** The room below an element: a plain block of a height of its own takes that away. */
export function roomBelow(name: string, style: Style, fontSize: number, room: Room): Room {
  if (isOutOfFlow(style) || isStrange(style) || !isPlainBlock(name, style)) return room;
  const said = plainLength(style.get('height'), fontSize);
  const most = style.has('max-height') ? plainLength(style.get('max-height'), fontSize) : said;
  const filled = Math.min(said ?? 0, most ?? 0);
  return filled <= 0 ? room : { ...room, height: room.height - room.margin - filled, margin: 0 };
}
