import type { Attributes } from './xml.ts';

/** English metric units, 360,000 to a centimetre. */
export interface Size {
  width: number;
  height: number;
}

/** Of a slide whose size nobody tells, which nothing is beside. */
export const anySize: Size = { width: Infinity, height: Infinity };

export function sizeOf({ cx, cy }: Attributes): Size {
  return { width: Number(cx), height: Number(cy) };
}

/** Hundredths of a point: nobody reads letters of one point. */
const smallestSize = 100;

const names = new Set(['sp', 'grpSp', 'graphicFrame', 'cxnSp', 'pic']);

interface Shape {
  hidden: boolean;
  left: number;
  top: number;
}

/** Follows the shapes of a slide, which nest in groups: a hidden one hides what it holds. */
export class Shapes {
  readonly #slide: Size;
  readonly #open: Shape[] = [];
  #inRun = false;
  /** Inside the properties of a run, but not inside its outline. */
  #inLetters = false;
  #runHidden = false;

  constructor(slide: Size) {
    this.#slide = slide;
  }

  /** Whether a person does not see the text at hand: hidden, beside the slide, too small, or without any colour. */
  get hideText(): boolean {
    return (this.#inRun && this.#runHidden) || this.#open.some(({ hidden }) => hidden);
  }

  open(name: string, attributes: Attributes): void {
    const shape = this.#open.at(-1);
    if (names.has(name)) this.#open.push({ hidden: false, left: 0, top: 0 });
    else if (name === 'r' || name === 'fld') {
      this.#inRun = true;
      this.#runHidden = false;
    } else if (name === 'rPr' && this.#inRun) {
      this.#inLetters = true;
      this.#runHidden = Number(attributes.sz ?? smallestSize + 1) <= smallestSize;
    } else if (name === 'ln' || name === 'effectLst') this.#inLetters = false;
    else if (this.#inLetters)
      this.#runHidden ||= name === 'noFill' || (name === 'alpha' && Number(attributes.val) === 0);
    else if (shape) this.#place(name, attributes, shape);
  }

  close(name: string): void {
    if (names.has(name)) this.#open.pop();
    else if (name === 'r' || name === 'fld') this.#inRun = false;
    else if (name === 'rPr') this.#inLetters = false;
    // An outline stands before what fills the letters.
    else if (name === 'ln' && this.#inRun) this.#inLetters = true;
  }

  #place(name: string, attributes: Attributes, shape: Shape): void {
    if (name === 'cNvPr' && /^(?:1|true)$/u.test(attributes.hidden ?? '')) shape.hidden = true;
    // Inside of a group the numbers are its own.
    if (this.#open.length > 1) return;
    if (name === 'off') Object.assign(shape, { left: Number(attributes.x), top: Number(attributes.y) });
    else if (name === 'ext' && attributes.cx !== undefined) {
      const { width, height } = sizeOf(attributes);
      const { left, top } = shape;
      const isBeside =
        left + width <= 0 || top + height <= 0 || left >= this.#slide.width || top >= this.#slide.height;
      if (isBeside) shape.hidden = true;
    }
  }
}
