import type { WireLine } from './imapflow-internals.d.ts';

/** A mail with 300 attachments has 75 kB. */
const maxLineBytes = 100_000;
/** Of one item, so many parts or addresses within so many bytes: more than is ever shown. */
const keptLists = 120;
const keptBytes = 40_000;

export interface ShortenedLine extends WireLine {
  shortened?: true;
}

const [quote, backslash, open, close, brace, blank] = Buffer.from('"\\(){ ');

/**
 * A FETCH response as it may be parsed. A mail of 70 kB can have 10,000 parts, and a BODYSTRUCTURE of 700 kB, which
 * imapflow's parser would hold up everything for: of such a line only the first parts, or addresses, stay, in their
 * places and with their numbers, and it is `shortened`. What cannot be cut that way becomes NIL, or the end of a line
 * that nobody can read. Takes one pass; literals stand apart.
 */
export function shortenedFetch(line: WireLine): ShortenedLine {
  if (line.payload.length <= maxLineBytes) return line;
  const scan = new FetchScan(line);
  return scan.isWhole() ? scan.result() : { payload: line.payload.subarray(0, 64), shortened: true };
}

interface List {
  /** Holds nothing but lists so far, as the parts of a multipart stand before its subtype, and as addresses do. */
  alike: boolean;
  lists: number;
}

/** Where an item began, in the line and in what is kept of it, and how many parts or addresses it has had. */
interface Item {
  at: number;
  pieces: number;
  literals: number;
  lists: number;
}

class FetchScan {
  readonly #payload: Buffer;
  readonly #literals: readonly Buffer[];
  readonly #lists: List[] = [];
  readonly #pieces: Buffer[] = [];
  readonly #kept: Buffer[] = [];
  #from = 0;
  #literal = 0;
  #item: Item = { at: 0, pieces: 0, literals: 0, lists: 0 };
  /** How many lists were open where what is left out began. */
  #dropped: number | undefined;
  #shortened = false;

  constructor({ payload, literals = [] }: WireLine) {
    this.#payload = payload;
    this.#literals = literals;
  }

  /** Goes through the line. False when it does not end as it should. */
  isWhole(): boolean {
    const payload = this.#payload;
    for (let at = 0; at < payload.length; at += 1) {
      const byte = payload[at];
      if (byte === open) this.#open(at);
      else if (byte === close) {
        if (!this.#close(at)) return false;
      } else if (byte !== blank) {
        this.#tell();
        if (byte === quote) at = this.#endOfString(at);
        else if (byte === brace) at = this.#endOfMarker(at);
      }
    }
    return this.#lists.length === 0 && this.#literal === this.#literals.length;
  }

  result(): ShortenedLine {
    const payload = Buffer.concat([...this.#pieces, this.#payload.subarray(this.#from)]);
    return { payload, literals: this.#kept, ...(this.#shortened ? { shortened: true } : {}) };
  }

  #open(at: number): void {
    const around = this.#lists.at(-1);
    if (this.#lists.length === 1) this.#begin(at);
    else if (around?.alike) this.#another(around, at);
    this.#lists.push({ alike: true, lists: 0 });
  }

  /** The first one stays in any case: a multipart needs a part. */
  #another(around: List, at: number): void {
    const item = this.#item;
    item.lists += 1;
    const isEnough = item.lists > keptLists || at - item.at > keptBytes;
    if (isEnough && around.lists > 0) this.#drop(at);
    around.lists += 1;
  }

  #close(at: number): boolean {
    if (!this.#lists.pop()) return false;
    if (this.#dropped === this.#lists.length) {
      this.#dropped = undefined;
      this.#from = at + 1;
    }
    if (this.#lists.length === 1) this.#end(at + 1);
    return true;
  }

  /** A string or an atom. */
  #tell(): void {
    const around = this.#lists.at(-1);
    if (around) around.alike = false;
  }

  #drop(at: number): void {
    if (this.#dropped !== undefined) return;
    this.#cut(at);
    this.#dropped = this.#lists.length;
  }

  #cut(at: number): void {
    this.#pieces.push(this.#payload.subarray(this.#from, at));
    this.#from = at;
    this.#shortened ||= this.#lists.length > 1;
  }

  #begin(at: number): void {
    this.#cut(at);
    this.#item = { at, pieces: this.#pieces.length, literals: this.#kept.length, lists: 0 };
  }

  #end(at: number): void {
    const { pieces, literals } = this.#item;
    const cut = this.#pieces.slice(pieces).reduce((sum, { length }) => sum + length, 0);
    if (cut + at - this.#from <= 2 * keptBytes) return;
    this.#pieces.splice(pieces, Infinity, Buffer.from('NIL'));
    this.#kept.length = literals;
    this.#from = at;
    this.#shortened = true;
  }

  /** @returns where the closing quote stands, or the end of the line. */
  #endOfString(at: number): number {
    const payload = this.#payload;
    let end = at + 1;
    while (end < payload.length && payload[end] !== quote) end += payload[end] === backslash ? 2 : 1;
    return end;
  }

  /** `{12}` and the line end: the literal itself stands apart. @returns where the marker ends; `at` when it is none. */
  #endOfMarker(at: number): number {
    const marker = /^\{\d+\}\r?\n/u.exec(this.#payload.toString('latin1', at, at + 24));
    if (!marker) return at;
    const literal = this.#literals[this.#literal];
    if (literal && this.#dropped === undefined) this.#kept.push(literal);
    this.#literal += 1;
    return at + marker[0].length - 1;
  }
}
