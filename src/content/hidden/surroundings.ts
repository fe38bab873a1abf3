import { type Document, type Element, isElement } from '../html/tree.ts';
import type { StyleSheet } from '../style-sheet.ts';
import { flowOf, isOutOfFlow, isPlaced } from './box.ts';
import type { Cascade } from './cascade.ts';
import type { Context } from './context.ts';
import { covers, groundOf } from './ground.ts';
import { definite, largest } from './length.ts';
import { Pictures } from './pictures.ts';
import { remembered } from './remembered.ts';
import { roomBelow } from './room.ts';
import { cutsOverflow, isTablePart, type Style } from './style.ts';

/** What the elements around and beside an element make of its context, where its own style does not say. */
export class Surroundings {
  private readonly cascade: Cascade;
  private readonly pictures: Pictures;
  private readonly generates: boolean;
  private readonly pictured = new WeakMap<Context, Context>();

  constructor(document: Document, sheet: StyleSheet, cascade: Cascade) {
    this.cascade = cascade;
    this.pictures = new Pictures(document);
    this.generates = sheet.generates;
  }

  /** The context the element stands in: one that is moved there may stand on a picture. */
  around(element: Element, outer: Context): Context {
    if (this.pictures.areNone || outer.ground === undefined) return outer;
    const { style } = this.cascade.styleOf(element, outer.variables);
    return this.pictures.mayLieUnder(element, style, this.cascade) ? this.onPicture(outer) : outer;
  }

  /** The context of what the element holds, which has `inner` of itself. */
  within(element: Element, inner: Context, outer: Context): Context {
    const context =
      inner.ground !== outer.ground && this.isCollapsed(element, inner)
        ? { ...inner, ground: outer.blockGround, blockGround: outer.blockGround }
        : inner;
    return this.covered(element, context);
  }

  /** The context below a child of an element in whose context it is. */
  below(child: Element, context: Context): Context {
    const { room, flatLines, fontSize } = context;
    if (!room || (child.name === 'br' && flatLines)) return context;
    const { style } = this.cascade.styleOf(child, context.variables);
    const left = roomBelow(child, style, fontSize, room);
    return left === room ? context : { ...context, room: left };
  }

  /** What stands beside a box or a picture that covers the whole element stands on it. */
  private covered(element: Element, context: Context): Context {
    for (const child of element.children) {
      if (!isElement(child)) continue;
      const isPictured = this.pictures.countIn(child) > 0;
      if (!isPictured && !mayCover(child)) continue;
      const { style } = this.cascade.styleOf(child, context.variables);
      if (isPictured && isUnderOthers(style)) return this.onPicture(context);
      const ground = covers(style) ? groundOf(style, context.ground) : context.ground;
      if (ground !== context.ground) return { ...context, ground, blockGround: ground };
    }
    return context;
  }

  private onPicture(context: Context): Context {
    return remembered(this.pictured, context, () => ({
      ...context,
      ...{ ground: undefined, blockGround: undefined },
    }));
  }

  /** Whether the box has no height: what stands in it neither gives it one nor is in it. */
  private isCollapsed(element: Element, inner: Context): boolean {
    const { style } = this.cascade.styleOf(element, inner.variables);
    if (!growsWithContent(element, style) || hasHeight(style, inner.fontSize)) return false;
    const parent = isElement(element.parent) ? this.cascade.known(element.parent) : undefined;
    if (/flex|grid|box/u.test(parent?.get('display') ?? '')) return false;
    const children = element.children.filter(isElement).filter(({ name }) => !unseen.has(name));
    if (children.length === 0 || element.children.some((node) => node.type === 'text' && node.data.trim()))
      return false;
    return children.every((child) => {
      const { style } = this.cascade.styleOf(child, inner.variables);
      // A box that style sheets generate may end the floats, and so be below them.
      return isPlaced(style) || (!this.generates && isOutOfFlow(style));
    });
  }
}

const unseen = new Set(['style', 'script', 'template', 'meta', 'link', 'title', 'base']);

/** Boxes that lie over others are elements without text in them: what holds text is itself to be read. */
function mayCover({ name, children }: Element): boolean {
  return ['div', 'span', 'td', 'p', 'section', 'img'].includes(name) && children.length <= 2;
}

/** Placed freely, or what follows is drawn up over it. */
function isUnderOthers(style: Style): boolean {
  return isPlaced(style) || (definite(style.get('margin-bottom'), 16) ?? 0) < 0;
}

/** A block as high as its lines and the blocks in it. */
function growsWithContent({ name }: Element, style: Style): boolean {
  if (name === 'body' || name === 'html' || isTablePart(style, name)) return false;
  if (flowOf(name, style) !== 'block' || isOutOfFlow(style) || cutsOverflow(style)) return false;
  return /^(?:block|list-item)?$/u.test(style.get('display') ?? '');
}

function hasHeight(style: Style, fontSize: number): boolean {
  if (style.has('contain') || style.has('aspect-ratio')) return true;
  const properties = ['height', 'min-height', 'padding-top', 'padding-bottom'];
  return properties.some((property) => (largest(style.get(property), fontSize) ?? 0) > 0);
}
