import { type Color, parseColor, white } from '../hidden/color.ts';
import type { TextSink } from './text-sink.ts';
import { type Attributes, attribute, walkXml } from './xml.ts';

/** How text is drawn; an absent value is inherited, a ground of `undefined` cannot be known. */
export interface Look {
  vanish?: boolean;
  /** Off the page, or in a line or row too low to show it. */
  outOfSight?: boolean;
  /** Half points. */
  size?: number;
  /** Of the width letters have otherwise, in percent. */
  scale?: number;
  /** What is put between two letters, in twentieths of a point. */
  spacing?: number;
  /** `auto` is whatever can be read on the ground. */
  color?: Color | 'auto';
  ground?: { color: Color | undefined };
}

export interface WordStyles {
  /** What holds where no style says otherwise. */
  defaults: Look;
  /** The id of the style of paragraphs that name none. */
  standard: string;
  looks: ReadonlyMap<string, Look>;
}

const maxAncestors = 10;

/** Half points above or below its line; beyond, text has left it for good. */
const farthest = 500;

export const unknownGround = { color: undefined };

/** What the styles of a document (ECMA-376 part 1, §17.7) say about how text is seen, by their ids. */
export function readWordStyles(bytes: Uint8Array | undefined, sink: TextSink): WordStyles {
  const own = new Map<string, Look>();
  const parents = new Map<string, string>();
  let defaults: Look = {};
  let [style, standard] = ['', ''];
  let isConditional = false;
  const open = (name: string, attributes: Attributes) => {
    if (name === 'style') {
      style = attribute(attributes, 'styleId') ?? '';
      const isDefault = /^(?:1|true|on)$/u.test(attribute(attributes, 'default') ?? '');
      if (isDefault && attribute(attributes, 'type') === 'paragraph') standard = style;
    } else if (name === 'tblStylePr') isConditional = true;
    // Which cells of a table a condition is for is not worked out: what they stand on is unknown.
    else if (isConditional)
      own.set(style, name === 'shd' ? { ...own.get(style), ground: unknownGround } : { ...own.get(style) });
    else if (name === 'basedOn') parents.set(style, attribute(attributes, 'val') ?? '');
    else if (style === '') defaults = { ...defaults, ...lookOf(name, attributes) };
    else own.set(style, { ...own.get(style), ...lookOf(name, attributes) });
  };
  const close = (name: string) => {
    if (name === 'style') style = '';
    if (name === 'tblStylePr') isConditional = false;
  };
  if (bytes) walkXml(bytes, { open, close }, sink);
  const inherited = (id: string, depth = 0): Look => {
    const parent = parents.get(id);
    const behind = parent === undefined || depth >= maxAncestors ? {} : inherited(parent, depth + 1);
    return { ...behind, ...own.get(id) };
  };
  return { defaults, standard, looks: new Map([...own.keys()].map((id) => [id, inherited(id)])) };
}

/** What one property says; nothing for any other element. `webHidden` hides from web pages only. */
export function lookOf(name: string, attributes: Attributes): Look {
  const value = attribute(attributes, 'val') ?? '';
  if (name === 'vanish' || name === 'specVanish') return { vanish: !/^(?:0|false|off)$/u.test(value) };
  if (name === 'sz') return { size: Number(value) };
  if (name === 'position') return Math.abs(Number(value)) > farthest ? { vanish: true } : {};
  if (name === 'w') return { scale: Number(value) };
  if (name === 'shd') return shading(value, attributes);
  if (name === 'highlight') return value === 'none' ? {} : { ground: { color: parseColor(value) } };
  if (name === 'color') return colorOf(value, attributes);
  if (name === 'spacing' && value !== '') return { spacing: Number(value) };
  return placeOf(name, attributes);
}

/** Twentieths of a point. */
const lowest = 40;
const pageWidth = 10_000;

function placeOf(name: string, attributes: Attributes): Look {
  const number = (key: string) => Number(attribute(attributes, key) ?? Number.NaN);
  const isExact = (key: string) => attribute(attributes, key) === 'exact';
  const isOutside = (...keys: string[]) => keys.some((key) => number(key) < -pageWidth);
  const outOfSight =
    (name === 'spacing' && isExact('lineRule') && number('line') <= lowest) ||
    (name === 'trHeight' && isExact('hRule') && number('val') <= lowest) ||
    (name === 'ind' && isOutside('left', 'start')) ||
    (name === 'framePr' && isOutside('x', 'y'));
  return outOfSight ? { outOfSight } : {};
}

function colorOf(value: string, attributes: Attributes): Look {
  // A theme colour outranks the value beside it; themes begin with a light ground and dark text.
  const theme =
    attribute(attributes, 'themeShade') || attribute(attributes, 'themeTint')
      ? ''
      : attribute(attributes, 'themeColor');
  if (theme === 'background1' || theme === 'light1') return { color: white };
  if (theme === 'text1' || theme === 'dark1' || value === '') return { color: 'auto' };
  const color = parseColor(`#${value}`);
  return { color: color ?? 'auto' };
}

/** A pattern in two colours is no ground one could name; a fill of `auto` lets the one behind through. */
function shading(pattern: string, attributes: Attributes): Look {
  const fill = attribute(attributes, pattern === 'solid' ? 'color' : 'fill') ?? 'auto';
  if (pattern === 'nil' || (fill === 'auto' && pattern !== 'solid')) return {};
  const isPlain = pattern === 'clear' || pattern === 'solid' || pattern === '';
  return { ground: { color: isPlain ? parseColor(`#${fill}`) : undefined } };
}
