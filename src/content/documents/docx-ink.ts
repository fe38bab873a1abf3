import { type Color, isIndistinct, parseColor, white } from '../hidden-color.ts';
import type { TextSink } from './text-sink.ts';
import { type Attributes, attribute, walkXml } from './xml.ts';

/** How text is drawn; an absent value is inherited, a ground of `undefined` cannot be known. */
interface Look {
  vanish?: boolean;
  /** Half points. */
  size?: number;
  /** `auto` is whatever can be read on the ground. */
  color?: Color | 'auto';
  ground?: { color: Color | undefined };
}

export interface WordStyles {
  /** The id of the style of paragraphs that name none. */
  standard: string;
  looks: ReadonlyMap<string, Look>;
}

/** Half points. Nobody reads letters of one point. */
const smallestSize = 2;
const maxAncestors = 10;

const unknown = { color: undefined };

/** What the styles of a document (ECMA-376 part 1, §17.7) say about how text is seen, by their ids. */
export function readWordStyles(bytes: Uint8Array | undefined, sink: TextSink): WordStyles {
  const own = new Map<string, Look>();
  const parents = new Map<string, string>();
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
      own.set(style, name === 'shd' ? { ...own.get(style), ground: unknown } : { ...own.get(style) });
    else if (name === 'basedOn') parents.set(style, attribute(attributes, 'val') ?? '');
    else if (style !== '') own.set(style, { ...own.get(style), ...lookOf(name, attributes) });
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
  return { standard, looks: new Map([...own.keys()].map((id) => [id, inherited(id)])) };
}

/** What one property says; nothing for any other element. */
function lookOf(name: string, attributes: Attributes): Look {
  const value = attribute(attributes, 'val') ?? '';
  if (name === 'vanish') return { vanish: !/^(?:0|false|off)$/u.test(value) };
  if (name === 'sz') return { size: Number(value) };
  if (name === 'shd') return shading(value, attributes);
  if (name === 'highlight') return value === 'none' ? {} : { ground: { color: parseColor(value) } };
  if (name !== 'color') return {};
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

const page: Look = { ground: { color: white } };

interface Place {
  name: string;
  /** Of what is around the text: page, table, cell, text box. */
  look: Look;
  paragraph: Look;
  run: Look;
  inRun: boolean;
}

/** Follows the properties along a document and knows whether the text at hand can be seen. */
export class Ink {
  private readonly styles: WordStyles;
  private readonly outer: Place[] = [];
  private place: Place = { name: '', look: page, paragraph: {}, run: {}, inRun: false };
  /** Inside the properties of a paragraph mark, which say nothing about the text before it. */
  private inMark = false;

  constructor(styles: WordStyles) {
    this.styles = styles;
  }

  open(name: string, attributes: Attributes, inParagraphProperties: boolean): void {
    const { place } = this;
    if (containers.has(name)) this.enter(name);
    else if (name === 'p') place.paragraph = this.styled(this.styles.standard);
    else if (name === 'r') {
      place.run = {};
      place.inRun = true;
    } else if (name === 'rPr') this.inMark = inParagraphProperties;
    else if (this.inMark) return;
    else if (name === 'pStyle') place.paragraph = this.styled(attribute(attributes, 'val'));
    else if (name === 'tblStyle') add(place, 'look', this.styled(attribute(attributes, 'val')));
    else if (place.inRun) {
      const isStyle = name === 'rStyle';
      add(place, 'run', isStyle ? this.styled(attribute(attributes, 'val')) : lookOf(name, attributes));
    } else if (name === 'shd') {
      add(place, inParagraphProperties ? 'paragraph' : 'look', lookOf(name, attributes));
    } else if (name === 'background') {
      // Whether the page is shown in its colour the settings say, which are not read.
      add(place, 'look', { ground: unknown });
    }
  }

  close(name: string): void {
    if (name === 'r') this.place.inRun = false;
    else if (name === 'rPr') this.inMark = false;
    else if (name === this.place.name) this.place = this.outer.pop() ?? this.place;
  }

  /** Whether a person does not see the text: hidden, too small, or in the colour of its ground. */
  get isHidden(): boolean {
    const { look, paragraph, run, inRun } = this.place;
    const { vanish, size, color, ground } = { ...look, ...paragraph, ...(inRun ? run : {}) };
    if (vanish || (size !== undefined && size <= smallestSize)) return true;
    return color !== undefined && color !== 'auto' && !!ground?.color && isIndistinct(color, ground.color);
  }

  /** What a text box is filled with stands elsewhere: its ground is unknown. */
  private enter(name: string): void {
    const look = name === 'txbxContent' ? { ground: unknown } : this.place.look;
    this.outer.push(this.place);
    this.place = { name, look, paragraph: {}, run: {}, inRun: false };
  }

  private styled(id: string | undefined): Look {
    return this.styles.looks.get(id ?? '') ?? {};
  }
}

function add(place: Place, to: 'look' | 'paragraph' | 'run', more: Look): void {
  place[to] = { ...place[to], ...more };
}

const containers = new Set(['tbl', 'tc', 'txbxContent']);
