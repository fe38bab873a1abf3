interface Prefix {
  /** Before the first line, e.g. `- `. */
  first: string;
  /** Before every further line, e.g. two blanks, or `> ` for a quote. */
  rest: string;
  used: boolean;
}

const maxLength = 2_000_000;
/** Deeper quotes and lists are not indented further: indentation must not multiply the text. */
const maxPrefixes = 15;

/** Builds plain text from runs and breaks: blanks collapse, blocks stand on lines of their own. */
export class TextWriter {
  private readonly pieces: string[] = [];
  private length = 0;
  private breaks = 0;
  private space = false;
  private separator = '';
  private readonly prefixes: Prefix[] = [];
  /** The shallowest nesting since the last text: a blank line belongs to the outer block. */
  private blankDepth = 0;
  private unmarked = 0;
  private flat = 0;

  /** Text whose blanks collapse as HTML has it. */
  write(text: string): void {
    const [lead, trail] = [/^[\s\u00a0]/u.test(text), /[\s\u00a0]$/u.test(text)];
    const words = text.replace(/[\s\u00a0]+/gu, ' ').trim();
    if (lead) this.space = true;
    if (words === '') return;
    this.put(words);
    this.space = trail;
  }

  /** Text whose blanks and line ends are kept (`pre`). */
  writeLiteral(text: string): void {
    for (const [index, line] of text.split(/\r\n|\r|\n/u).entries()) {
      if (index > 0) this.lineBreak();
      if (line !== '') this.put(line.replace(/\u00a0/gu, ' '));
    }
  }

  /** Ends the line if one is begun; with `count` 2 leaves one line empty. */
  breakLine(count: 1 | 2): void {
    if (this.flat > 0) this.space = true;
    else if (this.pieces.length > 0) {
      this.breaks = Math.max(this.breaks, count);
      this.blankDepth = Math.min(this.blankDepth, this.prefixes.length);
    }
  }

  /** A line end as the author set it: two in a row leave a line empty. */
  lineBreak(): void {
    if (this.flat > 0) this.space = true;
    else this.breaks = Math.min(2, this.breaks + 1);
  }

  /** Lines that follow are marked until `leave`. */
  enter(first: string, rest = first): void {
    if (this.prefixes.length < maxPrefixes) this.prefixes.push({ first, rest, used: false });
    else this.unmarked += 1;
  }

  leave(): void {
    if (this.unmarked > 0) this.unmarked -= 1;
    else this.prefixes.pop();
    this.blankDepth = Math.min(this.blankDepth, this.prefixes.length);
  }

  /** From here to `endRow` everything stays on one line. */
  beginRow(): void {
    this.breakLine(1);
    this.flat += 1;
  }

  /** The next text of the row stands in another cell; with `keepEmpty` cells without text keep their place. */
  nextCell(keepEmpty: boolean): void {
    this.separator = keepEmpty ? `${this.separator} | ` : ' | ';
  }

  /** Text one blank behind the last, on its line. */
  writeAfter(text: string): void {
    this.add(` ${text}`);
  }

  endRow(): void {
    this.flat -= 1;
    this.separator = '';
    this.breakLine(1);
  }

  /** A place in the text, for `since`. */
  mark(): number {
    return this.pieces.length;
  }

  since(mark: number): string {
    return this.pieces.slice(mark).join('').trim();
  }

  get full(): boolean {
    return this.length > maxLength;
  }

  toString(): string {
    return this.pieces.join('').trim();
  }

  private put(text: string): void {
    if (this.full) return;
    const begun = this.pieces.length > 0;
    if (this.breaks > 0 || !begun) this.startLine(begun ? this.breaks : 0);
    else if (this.separator) this.add(this.separator);
    else if (this.space) this.add(' ');
    this.add(text);
    this.breaks = 0;
    this.space = false;
    this.separator = '';
    this.blankDepth = this.prefixes.length;
  }

  private startLine(breaks: number): void {
    if (breaks > 1) this.add(`\n${this.prefix(this.blankDepth).trimEnd()}`);
    if (breaks > 0) this.add('\n');
    const marks = this.prefixes.map((prefix) => {
      const mark = prefix.used ? prefix.rest : prefix.first;
      prefix.used = true;
      return mark;
    });
    this.add(marks.join(''));
  }

  private prefix(depth: number): string {
    return this.prefixes
      .slice(0, depth)
      .map(({ rest }) => rest)
      .join('');
  }

  private add(text: string): void {
    if (text === '') return;
    this.pieces.push(text);
    this.length += text.length;
  }
}
