import { type Document, type Element, isElement } from '../html/tree.ts';
import { remembered } from '../remembered.ts';
import type { StyleSheet } from '../style-sheet.ts';
import { flowOf, isOutOfFlow, isPlaced } from './box.ts';
import type { Cascade, Cascaded } from './cascade.ts';
import type { Color } from './color.ts';
import type { Context } from './context.ts';
import { covers, groundOf } from './ground.ts';
import { definite } from './length.ts';
import { isSmall } from './painted.ts';
import { Pictures } from './pictures.ts';
import { roomBelow } from './room.ts';
import { cutsOverflow, fraction, isTablePart, type Style } from './style.ts';

/** What the elements around and beside an element make of its context, where its own style does not say. */
export class Surroundings {
  private readonly cascade: Cascade;
  private readonly pictures: Pictures;
  private readonly generates: boolean;
  private readonly pictured = new WeakMap<Context, Context>();
  private readonly lending = new WeakMap<Context, Context>();
  private readonly further = new WeakMap<Context, Context>();

  constructor(document: Document, sheet: StyleSheet, cascade: Cascade) {
    this.cascade = cascade;
    this.pictures = new Pictures(document, cascade);
    this.generates = sheet.generates;
  }

  /** The context the element stands in: one that is moved there may stand on a picture. */
  around(element: Element, outer: Context): Context {
    if (groundBelow(outer) === undefined) return outer;
    const { style } = this.cascade.styleOf(element, outer.variables);
    return this.pictures.mayLieUnder(element, style) ? this.onPicture(outer) : outer;
  }

  /** The context of what the element holds, which has `inner` of itself. */
  within(element: Element, inner: Context, outer: Context): Context {
    const context =
      inner.ground !== outer.ground && !outer.blockifies && this.isCollapsed(element, inner)
        ? { ...inner, ground: outer.blockGround, blockGround: outer.blockGround }
        : inner;
    return this.covered(element, this.receding(element, context));
  }

  /** What stands deep inside of others is not beside the box that it might lie on. */
  private receding(element: Element, context: Context): Context {
    const { lent } = context;
    if (!lent) return context;
    const { style } = this.cascade.styleOf(element, context.variables);
    const isOwn = context.ground !== undefined || hasBackground(style);
    const isLevel = !isTablePart(style, element.name) && flowOf(element.name, style) === 'block';
    if (!isOwn && !isLevel) return context;
    return remembered(this.further, context, () => {
      const { lent: _, ...own } = context;
      if (isOwn) return own;
      if (lent.levels > 0) return { ...own, lent: { ...lent, levels: lent.levels - 1 } };
      return { ...own, ground: lent.behind, blockGround: lent.behind };
    });
  }

  /** The context below a child of an element in whose context it is. */
  below(child: Element, context: Context): Context {
    const { room, fontSize } = context;
    if (!room) return context;
    const { style, otherwise } = this.cascade.styleOf(child, context.variables);
    // A font of its own makes another length of an `em`.
    if (otherwise || style.has('font-size')) return context;
    const left = roomBelow(child.name, style, fontSize, room);
    return left === room ? context : { ...context, room: left };
  }

  /** What stands beside a box or a picture that others may lie on stands on it. */
  private covered(element: Element, context: Context): Context {
    const behind = groundBelow(context);
    for (const child of element.children) {
      if (!isElement(child) || behind === undefined) continue;
      const { style } = this.cascade.styleOf(child, context.variables);
      if (!isUnderOthers(style) || this.pictures.countIn(child) === 0) continue;
      const isFull = covers(style);
      const isPlain = isFull && !isTranslucent(style) && this.pictures.countInside(child) === 0;
      const ground = isPlain ? groundOf(style, behind) : behind;
      if (ground !== behind) return { ...context, ground, blockGround: ground };
      // No colour of its own: the box is a picture, or not all that is around.
      const pictured = this.onPicture(context);
      if (isFull) return pictured;
      return remembered(this.lending, context, () => ({ ...pictured, lent: { behind, levels: maxLevels } }));
    }
    return context;
  }

  private onPicture(context: Context): Context {
    return remembered(this.pictured, context, ({ lent: _, ...own }) => ({
      ...own,
      ...{ ground: undefined, blockGround: undefined },
    }));
  }

  /** Whether the box has no height: what stands in it neither gives it one nor is in it. */
  private isCollapsed(element: Element, inner: Context): boolean {
    if (
      this.generates ||
      !inner.stacked ||
      !growsWithContent(element, this.cascade.styleOf(element, inner.variables))
    )
      return false;
    const children = element.children.filter(isElement).filter(({ name }) => !unseen.has(name));
    // A no-break space makes a line.
    if (element.children.some((node) => node.type === 'text' && /[^ \t\r\n\f]/u.test(node.data)))
      return false;
    return (
      children.length > 0 &&
      children.every((child) => {
        const { style, otherwise } = this.cascade.styleOf(child, inner.variables);
        return !otherwise && isOutOfFlow(style);
      })
    );
  }
}

const unseen = new Set(['style', 'script', 'template', 'meta', 'link', 'title', 'base']);

function isTranslucent(style: Style): boolean {
  return fraction(style.get('opacity')) < 1 || style.has('filter');
}

const backgrounds = ['background', 'background-color', 'background-image'];

function hasBackground(style: Style): boolean {
  return backgrounds.some((property) => (style.get(property) ?? '') !== '');
}

/** Blocks in each other that a box beside the outermost may still lie under. */
const maxLevels = 6;
/** Pixels: what is drawn up by less than a line is not over what it follows. */
const leastOverlap = 10;

/** What is known to be behind all pictures that were only lent. */
function groundBelow({ ground, lent }: Context): Color | undefined {
  return ground ?? lent?.behind;
}

/** Placed freely, or what follows is drawn up over it, and not cut to less than a line. */
function isUnderOthers(style: Style): boolean {
  if (cutsOverflow(style) && [...style].some(([property, value]) => isSmall(property, value))) return false;
  return isPlaced(style) || (definite(style.get('margin-bottom'), 16) ?? 0) <= -leastOverlap;
}

/** Boxes that have nothing of their own, as a list has its marks and a field set its frame. */
const plainBoxes = new Set(
  'div p section article header footer main nav center h1 h2 h3 h4 h5 h6 span a'.split(' '),
);
/** What does not make a box higher, nor hold floats in it. */
const harmless = /^(?:background|color$|font|text|letter|word|width$|max-width$|margin|mso-|-webkit-text)/u;
const nothing = /^(?:0[a-z%]*|auto|none|normal|initial|static|relative|visible|)$/u;

/** A block that is surely no higher than its lines and the blocks in it. */
function growsWithContent({ name }: Element, { style, otherwise }: Cascaded): boolean {
  if (otherwise || !plainBoxes.has(name) || flowOf(name, style) !== 'block') return false;
  return [...style].every(([property, value]) => isNoHeight(property, value));
}

/** What cuts or scrolls holds floats as well (CSS 2, §9.4.1). */
function isNoHeight(property: string, value: string): boolean {
  if (harmless.test(property)) return true;
  if (property === 'display') return value === 'block';
  return property.startsWith('overflow') ? /^(?:visible|initial|)$/u.test(value) : nothing.test(value);
}
