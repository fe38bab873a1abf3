import { pixels } from './hidden-length.ts';

/** The properties of one element after the cascade. */
export type Style = ReadonlyMap<string, string>;

/** No box of mail is that far away by accident; negative space of layouts is some tens of pixels. */
const farAway = 500;
const farRight = 5_000;
const invisible = 0.1;

/** Whether the element and all in it is kept from view by its own box: not shown, cut to nothing, or off the page. */
export function hidesBox(style: Style, fontSize: number, name: string): boolean {
  return (
    style.get('display')?.startsWith('none') === true ||
    style.get('content-visibility') === 'hidden' ||
    (style.get('mso-hide') === 'all' && name !== 'a') ||
    isTransparent(style) ||
    isZeroBox(style, fontSize) ||
    isOffScreen(style, fontSize) ||
    isClipped(style)
  );
}

function isTransparent(style: Style): boolean {
  const opacity = style.get('opacity');
  const filter = /opacity\(\s*([\d.]+)(%?)/u.exec(style.get('filter') ?? '');
  const filtered = filter ? Number(filter[1]) / (filter[2] ? 100 : 1) : 1;
  return fraction(opacity) <= invisible || filtered <= invisible;
}

/** Opacity from 0 to 1; 1 where nothing is said. */
export function fraction(value: string | undefined): number {
  const number = Number.parseFloat(value ?? '');
  if (Number.isNaN(number)) return 1;
  return value?.endsWith('%') ? number / 100 : number;
}

function isZeroBox(style: Style, fontSize: number): boolean {
  const tiny = (property: string) => {
    const size = pixels(style.get(property), fontSize);
    return size !== undefined && size <= 1;
  };
  const maxHeight = pixels(style.get('max-height'), fontSize);
  if (maxHeight !== undefined && maxHeight <= 0) return true;
  const cut = ['overflow', 'overflow-x', 'overflow-y'].some((property) =>
    /hidden|clip|scroll|auto/u.test(style.get(property) ?? ''),
  );
  // max-width:0 with a width is how table cells are made to end in an ellipsis.
  return (
    cut &&
    (tiny('height') || tiny('max-height') || tiny('width') || (tiny('max-width') && !style.has('width')))
  );
}

function isOffScreen(style: Style, fontSize: number): boolean {
  const at = (property: string) => pixels(style.get(property), fontSize) ?? 0;
  const positioned = ['absolute', 'fixed', 'relative', 'sticky'].includes(style.get('position') ?? '');
  const sides = ['left', 'top', 'right', 'bottom'];
  if (positioned && sides.some((side) => at(side) <= -farAway || at(side) >= farRight)) return true;
  if (Math.abs(at('text-indent')) >= farAway) return true;
  const margins = [
    ...(style.get('margin')?.split(/\s+/u) ?? []),
    style.get('margin-left'),
    style.get('margin-top'),
  ];
  if (margins.some((margin) => (pixels(margin, fontSize) ?? 0) <= -farAway)) return true;
  return isMovedAway(style.get('transform') ?? '', fontSize);
}

function isMovedAway(transform: string, fontSize: number): boolean {
  const [, kind = '', list = ''] = /(scale|translate)(?:3d|x|y)?\(([^()]*)\)/u.exec(transform) ?? [];
  const values = list.split(',').map((part) => pixels(part, fontSize));
  if (kind === 'scale') return values.some((value) => value !== undefined && Math.abs(value) <= 0.05);
  return values.some((value) => value !== undefined && Math.abs(value) >= farAway * 2);
}

function isClipped(style: Style): boolean {
  const [top, right, bottom, left] = numbers(/rect\(([^()]*)\)/u.exec(style.get('clip') ?? '')?.[1]);
  if (bottom !== undefined && top !== undefined && bottom - top <= 1) return true;
  if (left !== undefined && right !== undefined && right - left <= 1) return true;
  const [, shape, list] =
    /(inset|circle|ellipse|polygon)\(([^()]*)\)/u.exec(style.get('clip-path') ?? '') ?? [];
  const values = numbers(list).filter((value) => value !== undefined);
  if (shape === 'inset') return list?.includes('%') === true && values.some((value) => value >= 50);
  if (shape === 'polygon') return values.length > 0 && values.every((value) => value === values[0]);
  return (shape === 'circle' || shape === 'ellipse') && values[0] === 0;
}

/** The numbers of a list, undefined for `auto` and the like. */
function numbers(list: string | undefined): (number | undefined)[] {
  const parts = list?.split(/[\s,]+/u).filter((part) => part !== '') ?? [];
  return parts.map((part) => {
    const number = Number.parseFloat(part);
    return Number.isNaN(number) ? undefined : number;
  });
}
