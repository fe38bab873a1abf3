import { calculate } from './calc.ts';
import { pixels } from './length.ts';
import { argumentsOf, callsIn, partsOf } from './shorthand.ts';

/** A linear map in rows, and where it moves the origin. */
interface Transform {
  rows: readonly (readonly number[])[];
  moved: [number, number];
}

const identity = matrix(1, 0, 0, 0, 1, 0, 0, 0, 1);
const maxFunctions = 50;
/** Pixels: a share of the height of a box leads as far as a caption is from the picture above it. */
const usualHeight = 200;

/** What `transform`, `translate`, `scale`, `rotate` and `zoom` make of a box (CSS Transforms 2). */
export interface Shape {
  /** How much smaller letters are in the direction that shrinks most: 1 as they were, 0 edge-on or nothing. */
  scale: number;
  /** The back is turned to the reader. */
  reversed: boolean;
  /** How far the box is moved, in pixels, whatever the direction. */
  moved: number;
}

export function shapeOf(style: ReadonlyMap<string, string>, fontSize: number): Shape {
  const spelled = ['translate', 'scale', 'rotate'].map((name) => asFunction(name, style.get(name) ?? ''));
  const list = `${spelled.join(' ')} ${style.get('transform') ?? ''}`;
  let rows = identity;
  let moved = 0;
  for (const [name, args] of callsIn(list).slice(0, maxFunctions)) {
    const transform = transformOf(name, args, fontSize);
    moved = Math.max(moved, ...transform.moved.map((way) => Math.abs(way)));
    rows = product(rows, transform.rows);
  }
  const zoom = number(style.get('zoom') ?? '1');
  return { scale: shrinkage(rows) * (Number.isNaN(zoom) ? 1 : zoom), reversed: isReversed(rows), moved };
}

/** `rotate: y 90deg` as `rotateY(90deg)`, `translate: 1px 2px` as `translate(1px,2px)`. */
function asFunction(name: string, value: string): string {
  const parts = partsOf(value);
  if (parts.length === 0 || value === 'none') return '';
  const axis = parts.findIndex((part) => /^[xyz]$/u.test(part));
  if (name === 'rotate' && axis >= 0) return `rotate${parts[axis]}(${parts[1 - axis] ?? ''})`;
  return `${name}${name === 'rotate' && parts.length > 3 ? '3d' : ''}(${parts.join(',')})`;
}

function transformOf(name: string, list: string, fontSize: number): Transform {
  const args = argumentsOf(list);
  const values = args.map(number);
  const [first = Number.NaN, second = first, third = 1] = values;
  const still = (rows: Transform['rows']): Transform => ({ rows, moved: [0, 0] });
  const last = angle(args.at(-1) ?? '');
  if (name.startsWith('translate')) return { rows: identity, moved: translation(name, args, fontSize) };
  switch (name) {
    case 'scale':
    case 'scale3d':
      return still(matrix(first, 0, 0, 0, second, 0, 0, 0, third));
    case 'scalex':
      return still(matrix(first, 0, 0, 0, 1, 0, 0, 0, 1));
    case 'scaley':
      return still(matrix(1, 0, 0, 0, first, 0, 0, 0, 1));
    case 'skew':
      return still(skewed(angle(args[0] ?? ''), angle(args[1] ?? '0')));
    case 'skewx':
      return still(skewed(last, 0));
    case 'skewy':
      return still(skewed(0, last));
    case 'rotatex':
      return still(rotation([1, 0, 0], last));
    case 'rotatey':
      return still(rotation([0, 1, 0], last));
    case 'rotate3d':
      return still(rotation([first, second, third], last));
    case 'matrix':
      return ofMatrix(values, [0, 2, 1, 3], [4, 5]);
    case 'matrix3d':
      return ofMatrix(values, [0, 4, 1, 5], [12, 13]);
    default:
      return still(identity);
  }
}

/** How far in the direction of the lines and across, in the third dimension, towards the reader, as well. */
function translation(name: string, args: readonly string[], fontSize: number): [number, number] {
  const isUpright = (at: number) => at > 0 || name === 'translatey';
  const [first = 0, ...others] = args.map(
    (arg, at) => pixels(arg, fontSize, isUpright(at) ? { whole: usualHeight } : {}) ?? 0,
  );
  return name === 'translatey' ? [0, first] : [first, Math.max(0, ...others.map(Math.abs))];
}

/** `places` are those of the upper left 2 × 2 in rows; the third dimension is lost on the screen. */
function ofMatrix(values: readonly number[], places: readonly number[], move: readonly number[]): Transform {
  const at = (index = -1) => values[index] ?? Number.NaN;
  const [a = 1, c = 0, b = 0, d = 1] = places.map(at);
  const [x = 0, y = 0] = move.map(at);
  return { rows: matrix(a, c, 0, b, d, 0, 0, 0, 1), moved: [x || 0, y || 0] };
}

/** Rodrigues' formula. */
function rotation(axis: readonly number[], radians: number): Transform['rows'] {
  const size = Math.hypot(...axis);
  const [x = 0, y = 0, z = 0] = axis.map((part) => part / size);
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  const rest = 1 - cos;
  return matrix(
    cos + x * x * rest,
    x * y * rest - z * sin,
    x * z * rest + y * sin,
    y * x * rest + z * sin,
    cos + y * y * rest,
    y * z * rest - x * sin,
    z * x * rest - y * sin,
    z * y * rest + x * sin,
    cos + z * z * rest,
  );
}

function skewed(x: number, y: number): Transform['rows'] {
  return matrix(1, Math.tan(x), 0, Math.tan(y), 1, 0, 0, 0, 1);
}

/** What cannot be computed leaves the box as it is. */
function matrix(...values: number[]): Transform['rows'] {
  if (values.some((value) => !Number.isFinite(value))) return identity;
  return [values.slice(0, 3), values.slice(3, 6), values.slice(6, 9)];
}

function product(left: Transform['rows'], right: Transform['rows']): Transform['rows'] {
  return left.map((row) =>
    [0, 1, 2].map((column) => row.reduce((sum, value, at) => sum + value * (right[at]?.[column] ?? 0), 0)),
  );
}

function entries(rows: Transform['rows']) {
  const [[a = 1, b = 0, c = 0] = [], [d = 0, e = 1, f = 0] = [], [g = 0, h = 0, i = 1] = []] = rows;
  return { a, b, c, d, e, f, g, h, i, flat: a * e - b * d };
}

function shrinkage(rows: Transform['rows']): number {
  const { a, b, d, e, flat } = entries(rows);
  const longest = Math.max(Math.hypot(a, d), Math.hypot(b, e));
  return longest === 0 ? 0 : Math.min(longest, Math.abs(flat) / longest);
}

/** The normal of the box points away: a mirror image has not turned its back. */
function isReversed(rows: Transform['rows']): boolean {
  const { a, b, c, d, e, f, g, h, i, flat } = entries(rows);
  const volume = a * (e * i - f * h) - b * (d * i - f * g) + c * flat;
  return flat * volume < 0;
}

function number(text: string): number {
  return calculate(text, (amount, unit) => (unit === '%' ? amount / 100 : amount)) ?? Number.NaN;
}

const degrees: Readonly<Record<string, number>> = { deg: 1, grad: 0.9, turn: 360, rad: 180 / Math.PI };

/** In radians. */
function angle(text: string): number {
  const value = calculate(
    text,
    (amount, unit) => amount * (degrees[unit] ?? (amount === 0 ? 1 : Number.NaN)),
  );
  return ((value ?? Number.NaN) * Math.PI) / 180;
}
