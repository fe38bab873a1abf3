import { type ChildNode, type Element, isElement, textOf } from '../html/tree.ts';
import type { Variables } from '../style-sheet/variables.ts';
import type { Cascade, Cascaded } from './cascade.ts';
import { black, type Color, isIndistinct, legacyColor, parseColor, white } from './color.ts';
import { isFlatGrid, isObscured, isSqueezed } from './effects.ts';
import { groundOf } from './ground.ts';
import { fontSize, largest, pixels } from './length.ts';
import { remembered } from './remembered.ts';
import { cutsOverflow, fraction, type Style, visibleScale } from './style.ts';

/** Elements that mean something to visibility without any style. */
const special = new Set(['a', 'body', 'dialog', 'img', 'table']);

const smallestReadable = 2;
const faintest = 0.1;
/** Longer than this it is no star, arrow or label any more but prose. */
export const maxDecoration = 40;

/** What text inherits from the elements around it; an undefined colour is one we cannot know, such as a picture. */
export interface Context {
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
  opacity: number;
  color: Color | undefined;
  ground: Color | undefined;
  /** The colour of links, where the body names one. */
  linkColor: Color | undefined;
  /** In a table whose columns are as wide as they say, whatever is in them. */
  fixedTable: boolean;
  /** The grid around gives the element no room. */
  flatGrid: boolean;
  /** Letters lie over each other or far apart. */
  squeezed: boolean;
  variables: Variables;
}

export const page: Context = {
  shown: true,
  decoration: false,
  fontSize: 16,
  scale: 1,
  flatLines: false,
  cut: false,
  opacity: 1,
  color: black,
  ground: white,
  linkColor: undefined,
  fixedTable: false,
  flatGrid: false,
  squeezed: false,
  variables: new Map(),
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
  return !special.has(name) && !attribs['aria-hidden'] && variables === outer.variables && !outer.flatGrid;
}

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

function lookInto(element: Element, style: Style, outer: Context): Context | undefined {
  const { name } = element;
  const size = fontSize(style.get('font-size'), outer.fontSize);
  const fixedTable = name === 'table' ? style.get('table-layout') === 'fixed' : outer.fixedTable;
  const opacity = outer.opacity * fraction(style.get('opacity'));
  const scale = visibleScale(style, { name, fontSize: size, fixedTable });
  if (opacity <= faintest || scale === undefined || isObscured(style, size)) return undefined;
  if (outer.flatGrid && cutsOverflow(style)) return undefined;
  const shown = isShown(style.get('visibility'), outer.shown);
  if (name === 'img' && (!shown || isTrackingImage(element, style))) return undefined;
  const decoration = outer.decoration || element.attribs['aria-hidden'] === 'true';
  if (decoration && !outer.decoration && visibleLength(element) > maxDecoration) return undefined;
  const linkColor = name === 'body' ? parseColor(legacyColor(element.attribs.link) ?? '') : outer.linkColor;
  const color = colorOf(element, style, outer);
  const flatLines = hasFlatLines(style.get('line-height'), size, outer.flatLines);
  const cut = (outer.cut || cutsOverflow(style)) && !hasHeight(style, size);
  return {
    ...{ shown, decoration, fontSize: size, scale: scale * outer.scale, flatLines, cut, opacity, color },
    ...{ ground: groundOf(style, outer.ground), linkColor, fixedTable, flatGrid: isFlatGrid(style, size) },
    ...{ squeezed: isSqueezed(style, size, outer.squeezed), variables: outer.variables },
  };
}

const readable = new WeakMap<Context, boolean>();

/** Whether text in the context is seen. */
export function isReadable(context: Context): boolean {
  return remembered(readable, context, () => judge(context));
}

function judge({ shown, squeezed, fontSize, scale, flatLines, cut, ...context }: Context): boolean {
  const { opacity, color, ground } = context;
  if (!shown || squeezed || fontSize * scale <= smallestReadable || (flatLines && cut)) return false;
  if (color && color.alpha * opacity <= faintest) return false;
  return !(color && ground && isIndistinct({ ...color, alpha: color.alpha * opacity }, ground));
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

/** `a` with an address has a colour of its own; the others inherit. */
function colorOf({ name, attribs }: Element, style: Style, outer: Context): Color | undefined {
  const inherited = outer.color;
  const clip = style.get('background-clip') ?? style.get('-webkit-background-clip');
  if (clip === 'text') return undefined;
  const value = style.get('-webkit-text-fill-color') ?? style.get('color');
  if (value === undefined) return name === 'a' && attribs.href !== undefined ? outer.linkColor : inherited;
  if (value === 'inherit' || value === 'currentcolor' || value === 'unset') return inherited;
  if (value === 'initial') return black;
  return parseColor(value);
}

function isTrackingImage({ attribs }: Element, style: Style): boolean {
  const sides = [attribs.width, attribs.height, style.get('width'), style.get('height')];
  return sides.some((side) => (pixels(side?.toLowerCase()) ?? 2) <= 1);
}

/** How much there is to read below a node: neither blanks nor what has no shape. */
export function visibleLength(node: ChildNode): number {
  const text = node.type === 'comment' ? node.data : textOf(node);
  return text.replace(/[\s\p{Default_Ignorable_Code_Point}]+/gu, '').length;
}
