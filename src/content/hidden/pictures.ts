import { type Document, type Element, elementsOf, isElement } from '../html/tree.ts';
import { isAnchor, isPlaced } from './box.ts';
import type { Cascade } from './cascade.ts';
import { definite, pixels } from './length.ts';
import type { Style } from './style.ts';

/** Smaller ones are icons and lines: no text is set on them. */
const smallest = 20;
/** Pictures and the captions over them stand near each other. */
const maxSteps = 4;

/** Where the pictures of a document are, on which captions may lie that are moved there. */
export class Pictures {
  private readonly counts = new Map<Element, number>();

  constructor(document: Document) {
    if (!hasPicture(document)) return;
    for (const element of [...elementsOf(document)].reverse()) {
      const count = this.countIn(element) + (isPicture(element) ? 1 : 0);
      if (count === 0) continue;
      this.counts.set(element, count);
      if (isElement(element.parent)) this.counts.set(element.parent, this.countIn(element.parent) + count);
    }
  }

  get areNone(): boolean {
    return this.counts.size === 0;
  }

  /** How many pictures the element is or holds. */
  countIn(element: Element): number {
    return this.counts.get(element) ?? 0;
  }

  /** Whether style moves the element to where one of the pictures around it may be. */
  mayLieUnder(element: Element, style: Style, cascade: Cascade): boolean {
    if (!isMoved(style)) return false;
    let parent = element.parent;
    for (let steps = 0; steps < maxSteps && isElement(parent); steps += 1) {
      if (this.countIn(parent) > this.countIn(element)) return true;
      const around = cascade.known(parent);
      if (isPlaced(style) && around && isAnchor(around)) return false;
      parent = parent.parent;
    }
    return false;
  }
}

function hasPicture(document: Document): boolean {
  for (const element of elementsOf(document)) if (isPicture(element)) return true;
  return false;
}

function isPicture({ name, attribs }: Element): boolean {
  if (name !== 'img') return false;
  return [attribs.width, attribs.height].every(
    (side) => (pixels(side?.toLowerCase()) ?? smallest) >= smallest,
  );
}

/** Placed freely, or drawn upwards over what is before. */
function isMoved(style: Style): boolean {
  if (isPlaced(style)) return true;
  const isNegative = (property: string) => (definite(style.get(property), 16) ?? 0) < 0;
  const isRelative = style.get('position') === 'relative';
  if (isNegative('margin-top') || isNegative('margin-left')) return true;
  if (isRelative && (isNegative('top') || (definite(style.get('bottom'), 16) ?? 0) > 0)) return true;
  return /translate(?:y|3d)?\([^()]*-\d/u.test(style.get('transform') ?? '');
}
