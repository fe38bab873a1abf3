import { flowOf, isAnchor, isOutOfFlow, isPlaced } from './box.ts';
import { definite } from './length.ts';
import { argumentsOf, callsIn, partsOf } from './shorthand.ts';
import { isTablePart, type Style } from './style.ts';

/** What is left of the height of a box that cuts what stands out of it, in pixels. */
export interface Room {
  /** From where the next line begins, but for `margin`. */
  height: number;
  /** A margin that may still be one with the next below it (CSS 2, §8.3.1). */
  margin: number;
  /** The height at the top of the box that offsets of what is placed freely count from; undefined where that is outside. */
  anchor: number | undefined;
}

const leastSeen = 1;

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
  const of = (property: string) => definite(style.get(property), fontSize);
  const flow = flowOf(name, style);
  const own = flow === 'block' || flow === 'inline-block' ? ownHeight(style, name, of) : undefined;
  // In flexible boxes and grids what is too high may stand out above.
  if (/flex|grid|box/u.test(style.get('display') ?? '')) return undefined;
  const inner = outer && moved(style, fontSize, flow === 'block' ? pushed(of, outer) : outer);
  const anchor = isAnchor(style) ? (inner?.height ?? own) : inner?.anchor;
  if (own === undefined) return inner && { ...inner, anchor };
  if (!inner) return { height: own, margin: 0, anchor: isAnchor(style) ? own : undefined };
  return { height: Math.min(own, inner.height - inner.margin), margin: 0, anchor };
}

type Lengths = (property: string) => number | undefined;

/** The height in which text of a box is seen that does not grow, and cuts. */
function ownHeight(style: Style, name: string, of: Lengths): number | undefined {
  const cuts = ['overflow', 'overflow-y'].some((property) => /hidden|clip/u.test(style.get(property) ?? ''));
  if (!cuts || isTablePart(style, name)) return undefined;
  const height = Math.min(of('height') ?? Infinity, of('max-height') ?? Infinity);
  if (height === Infinity || style.get('flex-grow') || style.get('flex')) return undefined;
  const least = style.get('min-height');
  if (least !== undefined && of('min-height') === undefined && least !== 'auto') return undefined;
  const [above, below] = [of('padding-top') ?? 0, of('padding-bottom') ?? 0];
  const inside = Math.max(height, of('min-height') ?? 0);
  return style.get('box-sizing') === 'border-box' ? Math.max(inside, above + below) - above : inside + below;
}

/** Below the margin and the padding of a block. */
function pushed(of: Lengths, outer: Room): Room {
  const margin = of('margin-top') ?? 0;
  const padding = of('padding-top') ?? 0;
  const most = margin < 0 ? outer.margin + margin : Math.max(outer.margin, margin);
  return padding > 0
    ? { ...outer, height: outer.height - most - padding, margin: 0 }
    : { ...outer, margin: most };
}

/** Where offsets and transforms put the element; undefined where it is not cut, or its place is not known. */
function moved(style: Style, fontSize: number, at: Room): Room | undefined {
  const top = definite(style.get('top'), fontSize);
  const by = (height: number, down = 0) => ({ ...at, height: height - down - translated(style, fontSize) });
  if (isPlaced(style)) {
    const { anchor } = at;
    return anchor === undefined || top === undefined ? undefined : { ...by(anchor, top), margin: 0 };
  }
  const isRelative = style.get('position') === 'relative';
  return by(at.height, isRelative ? (top ?? -(definite(style.get('bottom'), fontSize) ?? 0)) : 0);
}

/** Pixels down, as far as translations alone say. */
function translated(style: Style, fontSize: number): number {
  const list = callsIn(style.get('transform') ?? '').map(([name, args]) => {
    const [first, second] = argumentsOf(args);
    return name === 'translatey' ? first : name.startsWith('translate') ? second : undefined;
  });
  const [, alone] = partsOf(style.get('translate') ?? '');
  return [...list, alone].reduce((sum, value) => sum + (definite(value, fontSize) ?? 0), 0);
}

/** The room below an element: a block of a height of its own takes that away. */
export function roomBelow(
  { name, attribs }: { name: string; attribs: Readonly<Record<string, string>> },
  style: Style,
  fontSize: number,
  room: Room,
): Room {
  if (name === 'br') return { ...room, height: room.height - room.margin - fontSize / 2, margin: 0 };
  const isPicture = name === 'img' && style.get('display') === 'block';
  if (isOutOfFlow(style) || style.get('display') === 'none') return room;
  if (flowOf(name, style) !== 'block' && !isPicture) return room;
  const said = definite(style.get('height'), fontSize) ?? (isPicture ? Number(attribs.height) || 0 : 0);
  const most = definite(style.get('max-height'), fontSize) ?? said;
  const filled = Math.min(said, most);
  return filled <= 0 ? room : { ...room, height: room.height - room.margin - filled, margin: 0 };
}
