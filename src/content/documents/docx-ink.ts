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
  looks: ReadonlyMap<string, Look>;
}

/** Half points. Nobody reads letters of one point. */
const smallestSize = 2;
const maxAncestors = 10;

/** What the styles of a document (ECMA-376 part 1, §17.7) say about how text is seen, by their ids. */
export async function readWordStyles(bytes: Uint8Array | undefined, sink: TextSink): Promise<WordStyles> {
  const own = new Map<string, Look>();
  const parents = new Map<string, string>();
  let style = '';
  const open = (name: string, attributes: Attributes) => {
    if (name === 'style') style = attribute(attributes, 'styleId') ?? '';
    else if (name === 'basedOn') parents.set(style, attribute(attributes, 'val') ?? '');
    else if (style !== '') own.set(style, { ...own.get(style), ...lookOf(name, attributes) });
  };
  const close = (name: string) => {
    if (name === 'style') style = '';
  };
  if (bytes) await walkXml(bytes, { open, close }, sink);
  const inherited = (id: string, depth = 0): Look => {
    const parent = parents.get(id);
    const behind = parent === undefined || depth >= maxAncestors ? {} : inherited(parent, depth + 1);
    return { ...behind, ...own.get(id) };
  };
  return { looks: new Map([...own.keys()].map((id) => [id, inherited(id)])) };
}

/** What one property says; nothing for any other element. */
function lookOf(name: string, attributes: Attributes): Look {
  const value = attribute(attributes, 'val') ?? '';
  if (name === 'vanish') return { vanish: !/^(?:0|false|off)$/u.test(value) };
  if (name === 'sz') return { size: Number(value) };
  if (name === 'shd') return shading(value, attributes);
  if (name === 'highlight') return value === 'none' ? {} : { ground: { color: parseColor(value) } };
  if (name !== 'color' || value === '') return {};
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

/** Follows the properties along a document and knows whether the text at hand can be seen. */
export class Ink {
  private readonly styles: WordStyles;
  /** Of the page, then of tables, cells and text boxes around the text. */
  private readonly around: { name: string; look: Look }[] = [{ name: '', look: page }];
  private paragraph: Look = {};
  private run: Look = {};
  private inRun = false;

  constructor(styles: WordStyles) {
    this.styles = styles;
  }

  open(name: string, attributes: Attributes, inParagraphProperties: boolean): void {
    if (containers.has(name)) this.enter(name);
    else if (name === 'p') this.paragraph = {};
    else if (name === 'r') {
      this.run = {};
      this.inRun = true;
    } else if (name === 'background')
      this.note({ ground: { color: parseColor(`#${attribute(attributes, 'color')}`) } });
    else if (name === 'pStyle') this.paragraph = { ...this.paragraph, ...this.styled(attributes) };
    else if (name === 'tblStyle') this.note(this.styled(attributes));
    else if (this.inRun) {
      const look = name === 'rStyle' ? this.styled(attributes) : lookOf(name, attributes);
      this.run = { ...this.run, ...look };
    } else if (name === 'shd') {
      // Of the mark's own properties (`rPr` in `pPr`) only the shading could be confused with the paragraph's.
      if (inParagraphProperties) this.paragraph = { ...this.paragraph, ...lookOf(name, attributes) };
      else this.note(lookOf(name, attributes));
    }
  }

  close(name: string): void {
    if (name === 'r') this.inRun = false;
    else if (name === this.around.at(-1)?.name) this.around.pop();
  }

  /** Whether a person does not see the text: hidden, too small, or in the colour of its ground. */
  get isHidden(): boolean {
    if (!this.inRun) return false;
    const { vanish, size, color, ground } = { ...this.around.at(-1)?.look, ...this.paragraph, ...this.run };
    if (vanish || (size !== undefined && size <= smallestSize)) return true;
    return color !== undefined && color !== 'auto' && !!ground?.color && isIndistinct(color, ground.color);
  }

  /** What a text box is filled with stands elsewhere: its ground is unknown. */
  private enter(name: string): void {
    const look = name === 'txbxContent' ? { ground: { color: undefined } } : this.around.at(-1)?.look;
    this.around.push({ name, look: { ...look } });
  }

  private note(look: Look): void {
    const around = this.around.at(-1);
    if (around) around.look = { ...around.look, ...look };
  }

  private styled(attributes: Attributes): Look {
    return this.styles.looks.get(attribute(attributes, 'val') ?? '') ?? {};
  }
}

const containers = new Set(['tbl', 'tc', 'txbxContent']);
