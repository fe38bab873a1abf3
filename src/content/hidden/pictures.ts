import { type Document, type Element, elementsOf, isElement } from '../html/tree.ts';
import { isAnchor, isPlaced } from './box.ts';
import type { Cascade } from './cascade.ts';
import { definite } from './length.ts';
import { isPainted } from './painted.ts';
import type { Style } from './style.ts';

/** Pictures and the captions over them stand near each other. */
const maxSteps = 4;

/** Where the pictures and painted boxes of a document are, on which text may lie that is moved there. */
export class Pictures {
  private readonly document: Document;
  private readonly cascade: Cascade;
  private known: { own: Set<Element>; counts: Map<Element, number> } | undefined;

  constructor(document: Document, cascade: Cascade) {
    this.document = document;
    this.cascade = cascade;
  }

  /** How many pictures stand inside of the element. */
  countInside(element: Element): number {
    return this.countIn(element) - (this.found.own.has(element) ? 1 : 0);
  }

  /** How many pictures the element is or holds. */
  countIn(element: Element): number {
    return this.found.counts.get(element) ?? 0;
  }

  /** Whether style moves the element to where a picture near it may be. */
  mayLieUnder(element: Element, style: Style): boolean {
    if (!isMoved(style)) return false;
    let child = element;
    for (let steps = 0; steps < maxSteps && isElement(child.parent); steps += 1) {
      const { parent } = child;
      if (this.countInside(parent) > this.countIn(child)) return true;
      const around = this.cascade.known(parent);
      if (isPlaced(style) && around && isAnchor(around)) return false;
      child = parent;
    }
    return false;
  }

  /** Looked for when first asked for: most mail moves nothing. */
  private get found() {
    this.known ??= this.search();
    return this.known;
  }

  private search() {
    const own = new Set<Element>();
    const counts = new Map<Element, number>();
    const add = (element: Element, count: number) => counts.set(element, (counts.get(element) ?? 0) + count);
    for (const element of [...elementsOf(this.document)].reverse()) {
      if (isPainted(element, this.cascade.declarationsFor(element))) {
        own.add(element);
        add(element, 1);
      }
      const count = counts.get(element) ?? 0;
      if (count > 0 && isElement(element.parent)) add(element.parent, count);
    }
    return { own, counts };
  }
}

/** Placed freely, drawn upwards over what is before, or standing out of a box without height over what follows. */
function isMoved(style: Style): boolean {
  if (isPlaced(style)) return true;
  const isNegative = (property: string) => (definite(style.get(property), 16) ?? 0) < 0;
  const isRelative = style.get('position') === 'relative';
  if (isNegative('margin-top') || isNegative('margin-left')) return true;
  if (isRelative && (isNegative('top') || (definite(style.get('bottom'), 16) ?? 0) > 0)) return true;
  if (/translate(?:y|3d)?\([^()]*-\d/u.test(style.get('transform') ?? '')) return true;
  return ['height', 'max-height'].some((side) => (definite(style.get(side), 16) ?? 2) <= 1);
}
