const newline = 0x0a;
/** Enough of a line's beginning and end to find the id that stands there. */
const keptBytes = 512;

export interface LineReaderOptions {
  /** The longest line that is kept. */
  maxBytes: number;
  onLine(line: string): void;
  /** Told once the line is over, of which only the beginning and the end are left. */
  onTooLong(head: string, tail: string): void;
}

/** Splits a stream of bytes at newlines. What is longer than the limit is passed over up to the next newline. */
export class LineReader {
  private readonly options: LineReaderOptions;
  private chunks: Buffer[] = [];
  private bytes = 0;
  /** The beginning of a line that is too long, while it lasts. */
  private head: Buffer | undefined;

  constructor(options: LineReaderOptions) {
    this.options = options;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.keep(chunk.subarray(start, end));
      this.finish();
      start = end + 1;
    }
    this.keep(chunk.subarray(start));
  }

  /** What stands behind the last newline is a line, too. */
  end(): void {
    if (this.bytes > 0) this.finish();
  }

  private keep(piece: Buffer): void {
    this.chunks.push(piece);
    this.bytes += piece.length;
    if (!this.head && this.bytes <= this.options.maxBytes) return;
    const line = Buffer.concat(this.chunks);
    this.head ??= Buffer.from(line.subarray(0, keptBytes));
    this.chunks = [Buffer.from(line.subarray(-keptBytes))];
  }

  private finish(): void {
    const { chunks, head } = this;
    Object.assign(this, { chunks: [], bytes: 0, head: undefined });
    const line = Buffer.concat(chunks).toString('utf8');
    if (head) this.options.onTooLong(head.toString('utf8'), line);
    else this.options.onLine(line);
  }
}
