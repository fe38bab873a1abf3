import { isAnchor, isPlaced } from './box.ts';
import { definite } from './length.ts';
import type { Style } from './style.ts';

/** How far from its place in an empty page a box is moved by its own offsets and those of the boxes around it. */
export interface Displacement {
  /** Pixels to the right. */
  right: number;
  /** Pixels down. */
  down: number;
  /** Offsets of what is placed freely count from a box around, whose place nobody knows. */
  anchored: boolean;
}

export const undisplaced: Displacement = { right: 0, down: 0, anchored: false };

/** No box of mail is that far away by accident; negative space of layouts is some tens of pixels. */
const farAway = 500;

/** Where the element is, with what is around it; undefined where all of it is outside of the page. */
export function displaced(style: Style, fontSize: number, outer: Displacement): Displacement | undefined {
  if (style.size === 0) return outer;
  const of = (property: string) => definite(style.get(property), fontSize);
  const indent = (of('margin-left') ?? 0) + (of('padding-left') ?? 0);
  const isMoved = /^(?:relative|absolute|fixed|sticky)$/u.test(style.get('position') ?? '');
  const aside = isMoved ? (of('left') ?? -(of('right') ?? 0)) : 0;
  const sum = outer.right + indent + aside;
  const right = isUnsure(style, of) ? Math.max(0, sum) : sum;
  const down = outer.down + (isMoved ? (of('top') ?? 0) : 0);
  if (right <= -farAway || down <= -farAway) return undefined;
  if (isPlaced(style) && !outer.anchored && endsOutside(of, right)) return undefined;
  return right === outer.right && down === outer.down && !isAnchor(style)
    ? outer
    : { right, down, anchored: outer.anchored || isAnchor(style) };
}

/** Whether a share of the box around may be added, or the box stands at the right: then only what leads on counts. */
function isUnsure(style: Style, of: (property: string) => number | undefined): boolean {
  if (style.get('float') === 'right') return true;
  if (style.has('transform') || style.has('translate')) return true;
  return ['left', 'right', 'margin-left', 'padding-left'].some(
    (property) => (style.get(property) ?? '') !== '' && of(property) === undefined,
  );
}

/** Whether a box of a width of its own ends before the page begins. */
function endsOutside(of: (property: string) => number | undefined, right: number): boolean {
  const width = of('left') === undefined ? undefined : of('width');
  return right < 0 && width !== undefined && right + Math.max(width, of('min-width') ?? 0) <= 0;
}
