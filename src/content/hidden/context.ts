import { type ChildNode, type Element, isElement, textOf } from '../html/tree.ts';
import { remembered } from '../remembered.ts';
import { VariableScope } from '../style-sheet/variables.ts';
import { flowOf, isPlainInline } from './box.ts';
import type { Cascade, Cascaded } from './cascade.ts';
import { black, type Color, isIndistinct, legacyColor, parseColor, white } from './color.ts';
import { type Displacement, displaced, undisplaced } from './displacement.ts';
import { isFlatGrid, isObscured, isSqueezed } from './effects.ts';
import { brightened, type Filtered, filtered, unfiltered } from './filter.ts';
import { groundOf, hasGround } from './ground.ts';
import { type Ink, inkOf } from './ink.ts';
import { fontSize, largest, pixels } from './length.ts';
import { noOutline, type Outline, outlineOf } from './outline.ts';
import { hasLine, type Room, roomIn } from './room.ts';
import { darkened, isDark } from './scheme.ts';
import { cutsOverflow, fraction, type Style, visibleScale } from './style.ts';

/** Elements that mean something to visibility without any style. */
const special = new Set(['a', 'body', 'dialog', 'img', 'table']);

const smallestReadable = 2;
const faintest = 0.1;
/** Longer than this it is no star, arrow or label any more but prose. */
export const maxDecoration = 40;

/** What text inherits from the elements around it; an undefined colour is one we cannot know, such as a picture. */
export interface Context extends Ink {
  shown: boolean;
  /** Inside an element that screen readers pass over, and that is short enough to be decoration. */
  decoration: boolean;
  fontSize: number;
  /** How much smaller than their font says letters are drawn. */
  scale: number;
  /** Lines have no height. */
  flatLines: boolean;
  /** The box is as high as its lines, and what stands out is cut. */
  cut: boolean;
  /** What is left of the box around that cuts, where that is known. */
  room: Room | undefined;
  /** Boxes of the document stand below each other, so that their heights add up. */
  stacked: boolean;
  /** The box around makes boxes of their own of what stands in it, inline or not (CSS Flexbox 1, §4). */
  blockifies: boolean;
  displacement: Displacement;
  outline: Outline;
  opacity: number;
  filter: Filtered;
  /** Colours of the system are those of the night. */
  dark: boolean;
  ground: Color | undefined;
  /** The ground of blocks: that of the lines they interrupt is not painted behind them. */
  blockGround: Color | undefined;
  /** The ground behind a picture beside the boxes around, on which they may lie, and how many more may. */
  lent?: { behind: Color | undefined; levels: number };
  /** The colour of links, where the body names one. */
  linkColor: Color | undefined;
  /** In a table whose columns are as wide as they say, whatever is in them. */
  fixedTable: boolean;
  /** The grid around gives the element no room. */
  flatGrid: boolean;
  /** Letters lie over each other or far apart. */
  squeezed: boolean;
  variables: VariableScope;
}

export const page: Context = {
  shown: true,
  decoration: false,
  fontSize: 16,
  scale: 1,
  flatLines: false,
  cut: false,
  room: undefined,
  stacked: true,
  blockifies: false,
  displacement: undisplaced,
  opacity: 1,
  filter: unfiltered,
  dark: false,
  color: black,
  fill: undefined,
  outline: noOutline,
  ground: white,
  blockGround: white,
  linkColor: undefined,
  fixedTable: false,
  flatGrid: false,
  squeezed: false,
  variables: new VariableScope(),
};

/** The context inside the element; undefined when nothing in it is seen. */
export function enter(element: Element, outer: Context, cascade: Cascade): Context | undefined {
  const cascaded = cascade.styleOf(element, outer.variables);
  const { style, otherwise } = cascaded;
  if (style.get('display') === 'none') return undefined;
  if (style.size === 0 && !otherwise && isPlain(element, outer, cascaded)) return outer;
  if (isClosed(element, outer, cascade)) return undefined;
  const { variables } = cascaded;
  const around = variables === outer.variables ? outer : { ...outer, variables };
  const inner = inside(element, style, around);
  if (!inner || !otherwise) return inner;
  // What hides the text from some readers hides it.
  const forSome = inside(element, otherwise, around);
  return forSome && !isReadable(forSome) ? forSome : forSome && inner;
}

function isPlain({ name, attribs }: Element, outer: Context, { variables }: Cascaded): boolean {
  if (special.has(name) || attribs['aria-hidden'] || variables !== outer.variables) return false;
  return (
    !outer.flatGrid &&
    !outer.blockifies &&
    (outer.ground === outer.blockGround || flowOf(name, none) !== 'block')
  );
}

const none: Style = new Map();

/** Not open to the reader, whatever its style. */
function isClosed({ name, attribs, children }: Element, outer: Context, cascade: Cascade): boolean {
  if (name === 'dialog') return attribs.open === undefined;
  if (name !== 'table') return false;
  const columns = children.flatMap((child) =>
    isElement(child) ? [child, ...child.children.filter(isElement)] : [],
  );
  return columns.some(
    (column) =>
      /^col(?:group)?$/u.test(column.name) &&
      cascade.styleOf(column, outer.variables).style.get('visibility') === 'collapse',
  );
}

/** What was found inside elements of a name, by their style and what is around them. */
const entered = new WeakMap<Context, WeakMap<Style, Map<string, Context | undefined>>>();

/** Mail repeats the same cell by the hundred: where only name and style count, each is looked at once. */
function inside(element: Element, style: Style, outer: Context): Context | undefined {
  const { name, attribs } = element;
  if (special.has(name) || attribs['aria-hidden']) return lookInto(element, style, outer);
  const byStyle = remembered(entered, outer, () => new WeakMap());
  const byName = remembered(byStyle, style, () => new Map<string, Context | undefined>());
  if (!byName.has(name)) byName.set(name, lookInto(element, style, outer));
  return byName.get(name);
}

function lookInto(element: Element, given: Style, outer: Context): Context | undefined {
  const { name } = element;
  const dark = isDark(given, outer.dark);
  const style = dark ? darkened(given) : given;
  const size = fontSize(style.get('font-size'), outer.fontSize);
  const fixedTable = name === 'table' ? style.get('table-layout') === 'fixed' : outer.fixedTable;
  const scale = visibleScale(style, { name, fontSize: size, fixedTable });
  const displacement = displaced(style, size, outer.displacement);
  if (scale === undefined || !displacement || isObscured(style, size)) return undefined;
  if (outer.flatGrid && cutsOverflow(style)) return undefined;
  const shown = isShown(style.get('visibility'), outer.shown);
  if (name === 'img' && (!shown || isTrackingImage(element, style))) return undefined;
  const decoration = outer.decoration || element.attribs['aria-hidden'] === 'true';
  if (decoration && !outer.decoration && visibleLength(element) > maxDecoration) return undefined;
  const drawn = drawing(element, style, { ...outer, shown, dark, fontSize: size });
  if (!drawn) return undefined;
  const flatLines = hasFlatLines(style.get('line-height'), size, outer.flatLines);
  const cut = (outer.cut || cutsOverflow(style)) && !hasHeight(style, size);
  return {
    ...{ ...drawn, decoration, scale: scale * outer.scale, flatLines, cut, displacement },
    ...{ room: outer.stacked ? roomIn(style, { name, fontSize: size }, outer.room) : undefined, fixedTable },
    blockifies: /flex|grid|box/u.test(style.get('display') ?? '') || (outer.blockifies && isContents(style)),
    ...{ flatGrid: isFlatGrid(style, size), squeezed: isSqueezed(style, size, outer.squeezed) },
  };
}

/** The context with what the element's letters and their ground are drawn in; undefined where nothing is seen of it. */
function drawing(element: Element, style: Style, outer: Context): Context | undefined {
  const { name } = element;
  const opacity = outer.opacity * fraction(style.get('opacity'));
  const filter = filtered(style.get('filter') ?? '', outer.filter);
  if (!filter || opacity * filter.opacity <= faintest) return undefined;
  const flow = flowOf(name, style);
  const behind = flow === 'block' ? outer.blockGround : outer.ground;
  const painted = hasGround(style, { ...outer, name }) ? groundOf(style, behind) : behind;
  const ground = painted === behind ? behind : brightened(painted, filter.brightness);
  const linkColor = name === 'body' ? parseColor(legacyColor(element.attribs.link) ?? '') : outer.linkColor;
  return {
    ...{ ...outer, ...inkOf(element, style, { ...outer, linkColor }), opacity, filter, linkColor, ground },
    outline: outlineOf(style, outer.outline),
    // Lines that a block interrupts are not painted behind it.
    blockGround: isPlainInline(name, style) && !outer.blockifies ? outer.blockGround : ground,
  };
}

function isContents(style: Style): boolean {
  return style.get('display') === 'contents';
}

type Drawing = Pick<Context, 'opacity' | 'filter' | 'ground'>;

const readable = new WeakMap<Context, boolean>();

/** Whether text in the context is seen. */
export function isReadable(context: Context): boolean {
  return remembered(readable, context, () => judge(context));
}

function judge({ shown, squeezed, fontSize, scale, flatLines, cut, room, ...context }: Context): boolean {
  if (!shown || squeezed || fontSize * scale <= smallestReadable) return false;
  if ((flatLines && cut) || !hasLine(room)) return false;
  const { fill, outline } = context;
  return [(fill ?? context).color, ...outline.shadows, ...outline.strokes].some((color) =>
    isDrawn(color, context),
  );
}

/** Whether what is drawn in a colour can be told from the ground; what is not known can. */
function isDrawn(color: Color | undefined, { opacity, filter, ground }: Drawing): boolean {
  const ink = brightened(color, filter.brightness);
  if (!ink) return true;
  const alpha = ink.alpha * opacity * filter.opacity;
  return alpha > faintest && !(ground && isIndistinct({ ...ink, alpha }, ground));
}

function isShown(visibility: string | undefined, inherited: boolean): boolean {
  if (visibility === 'hidden' || visibility === 'collapse') return false;
  return visibility === 'visible' || visibility === 'initial' ? true : inherited;
}

function hasFlatLines(lineHeight: string | undefined, size: number, inherited: boolean): boolean {
  if (lineHeight === undefined || lineHeight === 'inherit') return inherited;
  const isFactor = /^[\d.]+$/u.test(lineHeight);
  const height = isFactor ? Number(lineHeight) * size : pixels(lineHeight, size, { whole: size });
  return height !== undefined && height <= 1;
}

/** A height of its own, or padding that what stands out of a line without height is seen in. */
function hasHeight(style: Style, size: number): boolean {
  const properties = ['height', 'min-height', 'padding-top', 'padding-bottom'];
  return properties.some((property) => (largest(style.get(property), size) ?? 0) > 2);
}

function isTrackingImage({ attribs }: Element, style: Style): boolean {
  const sides = [attribs.width, attribs.height, style.get('width'), style.get('height')];
  return sides.some((side) => (pixels(side?.toLowerCase()) ?? 4) <= 3);
}

/** How much there is to read below a node: neither blanks nor what has no shape. */
export function visibleLength(node: ChildNode): number {
  const text = node.type === 'comment' ? node.data : textOf(node);
  return text.replace(/[\s\p{Default_Ignorable_Code_Point}]+/gu, '').length;
}
