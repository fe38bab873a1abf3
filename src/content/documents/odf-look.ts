import { type Color, isIndistinct, parseColor, white } from '../hidden/color.ts';
import type { TextSink } from './text-sink.ts';
import { type Attributes, attribute, walkXml } from './xml.ts';

/** How a style draws; an absent value is inherited, a ground of `undefined` cannot be known. */
interface Look {
  /** The text, sheet or slide is not displayed. */
  hidden?: boolean;
  /** Points. */
  size?: number;
  color?: Color;
  ground?: { color: Color | undefined };
}

/** Nobody reads letters of one point. */
const smallestSize = 1;
const maxAncestors = 10;

/** What a document says about how its text is seen. */
export class OdfStyles {
  readonly #own = new Map<string, Look>();
  readonly #parents = new Map<string, string>();
  #page: Look = { ground: { color: white } };
  /** Paragraphs that hold a field which hides them, by their number in the content. */
  readonly hiddenParagraphs = new Set<number>();

  /** Reads `styles.xml` or `content.xml`. */
  read(bytes: Uint8Array, sink: TextSink): void {
    let style = '';
    let paragraphs = 0;
    const open: number[] = [];
    walkXml(
      bytes,
      {
        open: (name, attributes) => {
          if (name === 'style') style = attribute(attributes, 'name') ?? '';
          else if (name === 'default-style') style = defaultOf(attributes);
          else if (name === 'p' || name === 'h') open.push(paragraphs++);
          else if (name === 'hidden-paragraph' && isHidden(attributes)) this.#hideParagraph(open.at(-1));
          if (name === 'style') this.#parents.set(style, attribute(attributes, 'parent-style-name') ?? '');
          this.#take(style, name, attributes);
        },
        close: (name) => {
          if (name === 'p' || name === 'h') open.pop();
          else if (name === 'style' || name === 'default-style') style = '';
        },
      },
      sink,
    );
  }

  /** The look of the page, where text has no other. */
  get page(): Look {
    return { ...this.#page, ...this.#own.get(standard) };
  }

  /** `outer` drawn on with this style. */
  over(outer: Look, style: string): Look {
    let look: Look = {};
    for (let name = style, depth = 0; name !== '' && depth < maxAncestors; depth += 1) {
      look = { ...this.#own.get(name), ...look };
      name = this.#parents.get(name) ?? '';
    }
    return { ...outer, ...look, hidden: outer.hidden === true || look.hidden === true };
  }

  #hideParagraph(number: number | undefined): void {
    if (number !== undefined) this.hiddenParagraphs.add(number);
  }

  #take(style: string, name: string, attributes: Attributes): void {
    const look = lookOf(name, attributes);
    if (name === 'page-layout-properties') this.#page = { ...this.#page, ...look };
    else if (style !== '') this.#own.set(style, { ...this.#own.get(style), ...look });
  }
}

/** No style has this name: what holds for paragraphs that say nothing. */
const standard = ' ';

function defaultOf(attributes: Attributes): string {
  return attribute(attributes, 'family') === 'paragraph' ? standard : '';
}

/** Whether a field or section that hides on a condition hides now. */
export function isHidden(attributes: Attributes): boolean {
  const condition = attribute(attributes, 'condition') ?? '';
  return attribute(attributes, 'is-hidden') === 'true' || /^(?:\w+:)?(?:true|1)$/iu.test(condition);
}

/** Whether a person does not see what is drawn so: not displayed, too small, or in the colour of its ground. */
export function isUnseen({ hidden, size, color, ground }: Look): boolean {
  const isTiny = size !== undefined && size <= smallestSize;
  return hidden === true || isTiny || (!!color && !!ground?.color && isIndistinct(color, ground.color));
}

/** What is drawn in a frame stands on a ground its graphic style tells, which is not read. */
export const inFrame: Look = { ground: { color: undefined } };

export type { Look };

function lookOf(name: string, attributes: Attributes): Look {
  const hidden =
    (name === 'text-properties' && attribute(attributes, 'display') === 'none') ||
    (name === 'table-properties' && attribute(attributes, 'display') === 'false') ||
    (name === 'drawing-page-properties' && attribute(attributes, 'visibility') === 'hidden');
  const ground = attribute(attributes, 'background-color');
  const color = name === 'text-properties' ? parseColor(attribute(attributes, 'color') ?? '') : undefined;
  const points = /^([\d.]+)pt$/u.exec(attribute(attributes, 'font-size') ?? '')?.[1];
  return {
    ...(hidden ? { hidden } : {}),
    ...(color ? { color } : {}),
    ...(points === undefined ? {} : { size: Number(points) }),
    ...(ground === undefined || ground === 'transparent' ? {} : { ground: { color: parseColor(ground) } }),
  };
}
