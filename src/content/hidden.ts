import { Cascade, type Variables } from './hidden-cascade.ts';
import { black, type Color, isIndistinct, parseColor, white } from './hidden-color.ts';
import { groundOf } from './hidden-ground.ts';
import { fontSize, largest, pixels } from './hidden-length.ts';
import { cutsOverflow, fraction, type Style, visibleScale } from './hidden-style.ts';
import { type ChildNode, type Document, type Element, isElement, textOf } from './html-tree.ts';
import type { StyleSheet } from './style-sheet.ts';

export interface Hidden {
  /** Elements and text nodes a person does not see. */
  nodes: ReadonlySet<ChildNode>;
  /** Characters of text in them, blanks and invisible characters not counted. */
  chars: number;
}

/** Never text to a person, whatever the style: code, metadata, fallbacks for players and pictures. */
const neverShown = new Set(
  (
    'script style title meta link base template noscript svg annotation annotation-xml ' +
    'audio video canvas object embed iframe applet noframes noembed datalist rp param source track'
  ).split(' '),
);

/** Dropped, but nothing that was kept from the reader. */
const uncounted = new Set(['style', 'title']);

/** Elements that mean something to visibility without any style. */
const special = new Set(['a', 'img', 'dialog']);

const smallestReadable = 2;
const faintest = 0.1;
/** Longer than this it is no star, arrow or label any more but prose. */
const maxDecoration = 40;

/** What text inherits from the elements around it; an undefined colour is one we cannot know, such as a picture. */
interface Context {
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
  variables: Variables;
}

const page: Context = {
  shown: true,
  decoration: false,
  fontSize: 16,
  scale: 1,
  flatLines: false,
  cut: false,
  opacity: 1,
  color: black,
  ground: white,
  variables: new Map(),
};

/** Finds what a desktop mail program in light mode would not show of a document. Linear, without recursion. */
export function findHidden(document: Document, sheet: StyleSheet): Hidden {
  const cascade = new Cascade(sheet);
  const nodes = new Set<ChildNode>();
  let chars = 0;
  const hide = (node: ChildNode, counted = true) => {
    nodes.add(node);
    if (counted) chars += visibleLength(node);
  };
  const pending: [ChildNode, Context][] = document.children.map((child) => [child, page]);
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [node, context] = next;
    if (node.type === 'text') {
      if (!isReadable(context)) hide(node);
    } else if (node.type === 'comment') hide(node, isProse(node.data));
    else if (isElement(node)) {
      const inner = neverShown.has(node.name) ? undefined : enter(node, context, cascade);
      if (!inner) hide(node, !uncounted.has(node.name));
      else for (const child of shownChildren(node, hide)) pending.push([child, inner]);
    }
  }
  return { nodes, chars };
}

/** The context inside the element; undefined when nothing in it is seen. */
function enter(element: Element, outer: Context, cascade: Cascade): Context | undefined {
  const { style, variables } = cascade.styleOf(element, outer.variables);
  if (style.size === 0 && !special.has(element.name) && !element.attribs['aria-hidden']) return outer;
  const size = fontSize(style.get('font-size'), outer.fontSize);
  const opacity = outer.opacity * fraction(style.get('opacity'));
  const scale = visibleScale(style, size, element.name);
  if (opacity <= faintest || scale === undefined) return undefined;
  const shown = isShown(style.get('visibility'), outer.shown);
  if (element.name === 'img' && (!shown || isTrackingImage(element, style))) return undefined;
  const decoration = outer.decoration || element.attribs['aria-hidden'] === 'true';
  if (decoration && !outer.decoration && visibleLength(element) > maxDecoration) return undefined;
  if (element.name === 'dialog' && element.attribs.open === undefined) return undefined;
  const ground = groundOf(style, outer.ground);
  const color = colorOf(element, style, outer.color);
  const flatLines = hasFlatLines(style.get('line-height'), size, outer.flatLines);
  const cut = (outer.cut || cutsOverflow(style)) && !hasHeight(style, size);
  return {
    ...{ shown, decoration, fontSize: size, scale: scale * outer.scale, flatLines, cut },
    ...{ opacity, color, ground, variables },
  };
}

/** A closed `<details>` shows its summary only. */
function* shownChildren(element: Element, hide: (node: ChildNode) => void): Generator<ChildNode> {
  const closed = element.name === 'details' && element.attribs.open === undefined;
  for (const child of element.children) {
    if (closed && !(isElement(child) && child.name === 'summary')) hide(child);
    else yield child;
  }
}

function isReadable({ shown, fontSize, scale, flatLines, cut, opacity, color, ground }: Context): boolean {
  if (!shown || fontSize * scale <= smallestReadable || (flatLines && cut)) return false;
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
function colorOf({ name, attribs }: Element, style: Style, inherited: Color | undefined): Color | undefined {
  const clip = style.get('background-clip') ?? style.get('-webkit-background-clip');
  if (clip === 'text') return undefined;
  const value = style.get('-webkit-text-fill-color') ?? style.get('color');
  if (value === undefined) return name === 'a' && attribs.href !== undefined ? undefined : inherited;
  if (value === 'inherit' || value === 'currentcolor' || value === 'unset') return inherited;
  if (value === 'initial') return black;
  return parseColor(value);
}

function isTrackingImage({ attribs }: Element, style: Style): boolean {
  const sides = [attribs.width, attribs.height, style.get('width'), style.get('height')];
  return sides.some((side) => (pixels(side?.toLowerCase()) ?? 2) <= 1);
}

/** Short comments are notes of layout programs, however much is drawn around them; conditional ones markup for Outlook. */
function isProse(comment: string): boolean {
  return (
    comment.replace(/[^\p{L}\p{N}]+/gu, '').length > maxDecoration &&
    !/^\s*(?:\[if\s|<?!?\[endif)/iu.test(comment)
  );
}

function visibleLength(node: ChildNode): number {
  const text = node.type === 'comment' ? node.data : textOf(node);
  return text.replace(/[\s\p{Default_Ignorable_Code_Point}]+/gu, '').length;
}
