import { isIndistinct, parseColor, white } from '../hidden/color.ts';

/** What pdf.js says a page draws: operators by their number, and what each is given. */
export interface Drawing {
  fnArray: readonly number[];
  argsArray: readonly unknown[];
}

/** The numbers of the operators, by their names. */
export type Operators = Readonly<Record<string, number>>;

/** A character as drawn, in the order of drawing. */
interface Glyph {
  char: string;
  seen: boolean;
}

interface Pen {
  /** Text rendering mode (ISO 32000-2 §9.3.6): 3 draws nothing, 7 only clips. */
  mode: number;
  /** White, as the page is before anything is painted on it. */
  pale: boolean;
  alpha: number;
}

const invisible = new Set([3, 7]);

/**
 * The characters a page draws and whether each can be seen: not where it is drawn with nothing, wholly transparent, or
 * white before anything else was painted. Where there is a picture (`pictured`) text without ink may be what was read
 * from it, and white text may stand on it.
 */
export function glyphsOf(drawing: Drawing, operators: Operators, pictured: boolean): Glyph[] {
  const names = new Map(Object.entries(operators).map(([name, number]) => [number, name]));
  const pens: Pen[] = [];
  const glyphs: Glyph[] = [];
  let pen: Pen = { mode: 0, pale: false, alpha: 1 };
  let isPainted = pictured;
  for (const [at, operator] of drawing.fnArray.entries()) {
    const name = names.get(operator) ?? '';
    const values = drawing.argsArray[at];
    const args: unknown[] = Array.isArray(values) ? values : [];
    if (name === 'save' || name === 'paintFormXObjectBegin') pens.push(pen);
    else if (name === 'restore' || name === 'paintFormXObjectEnd') pen = pens.pop() ?? pen;
    else if (name === 'showText') {
      const unseen = (!pictured && invisible.has(pen.mode)) || pen.alpha === 0;
      const seen = !unseen && (isPainted || !pen.pale);
      glyphs.push(...charactersOf(args[0]).map((char) => ({ char, seen })));
    } else if (paints.test(name)) isPainted ||= !pen.pale;
    else pen = changed(pen, name, args);
  }
  return glyphs;
}

const paints = /^(?:constructPath|shadingFill|rawFillPath|paint\w*Image\w*|paintSolidColorImageMask)$/u;

function changed(pen: Pen, name: string, args: readonly unknown[]): Pen {
  if (name === 'setTextRenderingMode') return { ...pen, mode: Number(args[0]) };
  if (name === 'setFillRGBColor') return { ...pen, pale: isPale(String(args[0])) };
  if (name === 'setFillColorN') return { ...pen, pale: false };
  if (name !== 'setGState' || !Array.isArray(args[0])) return pen;
  const alpha = args[0].find(
    (entry: unknown): entry is [string, number] => Array.isArray(entry) && entry[0] === 'ca',
  );
  return alpha ? { ...pen, alpha: alpha[1] } : pen;
}

function isPale(text: string): boolean {
  const color = parseColor(text);
  return color !== undefined && isIndistinct(color, white);
}

function charactersOf(glyphs: unknown): string[] {
  if (!Array.isArray(glyphs)) return [];
  return glyphs.flatMap((glyph: { unicode?: unknown } | number | null) =>
    typeof glyph === 'object' && typeof glyph?.unicode === 'string' ? inkOf(glyph.unicode) : [],
  );
}

/** Characters that show, as pdf.js writes them in its text. */
function inkOf(text: string): string[] {
  return [...text.normalize('NFKC').replace(/\s+/gu, '')];
}

/** Follows a page's text along what it draws; both are in the order of drawing, but for what is written right to left. */
export class Reading {
  readonly #glyphs: readonly Glyph[];
  readonly #anyUnseen: boolean;
  #at = 0;
  #seen = true;

  constructor(glyphs: readonly Glyph[]) {
    this.#glyphs = glyphs;
    this.#anyUnseen = glyphs.some(({ seen }) => !seen);
  }

  /** What can be seen of the next piece of text. */
  seenOf(text: string): string {
    if (!this.#anyUnseen) return text;
    const characters = [...text];
    return characters.filter((char, index) => this.#isSeen(char, characters, index)).join('');
  }

  #isSeen(char: string, characters: readonly string[], index: number): boolean {
    if (char.trim() === '') return this.#seen;
    const next = inkOf(characters.slice(index, index + lookAhead * 2).join('')).slice(0, lookAhead);
    const found = this.#find(next);
    if (found === undefined) return this.#seen;
    this.#seen = this.#glyphs[found]?.seen ?? true;
    this.#at = found + inkOf(char).length;
    return this.#seen;
  }

  /** Where these characters are drawn next; what is beside the page pdf.js leaves out of its text. */
  #find(next: readonly string[]): number | undefined {
    if (this.#glyphs[this.#at]?.char === next[0]) return this.#at;
    const last = Math.min(this.#glyphs.length, this.#at + maxSkipped);
    for (let at = this.#at; at < last; at += 1) {
      if (next.every((char, index) => this.#glyphs[at + index]?.char === char)) return at;
    }
    return undefined;
  }
}

const lookAhead = 3;
const maxSkipped = 1_000;
