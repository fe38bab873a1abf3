import type { Writable } from 'node:stream';
import { writerTo } from '../output.ts';
import { isTerminal } from './paint.ts';
import type { Progress } from './steps.ts';

/** Back to the first column and everything there gone (ECMA-48 EL). */
const clear = '\r\u001b[K';
const defaultColumns = 80;

/** One line on stderr that tells what is being asked; silent where nobody looks on. */
export class ProgressLine implements Progress {
  private readonly stream: Writable;
  private readonly put: (text: string) => void;
  private readonly isShown: boolean;
  private readonly running = new Set<string>();
  private done = 0;

  constructor(stream: Writable) {
    this.stream = stream;
    this.put = writerTo(stream);
    this.isShown = isTerminal(stream);
  }

  began(check: string): void {
    this.running.add(check);
    this.draw();
  }

  ended(check: string): void {
    this.running.delete(check);
    this.done++;
    this.draw();
  }

  /** Writes a line of the log above. */
  write(line: string): void {
    this.put(this.isShown ? `${clear}${line}` : line);
    this.draw();
  }

  /** Leaves nothing behind. */
  close(): void {
    this.running.clear();
    if (this.isShown) this.put(clear);
  }

  private draw(): void {
    if (!this.isShown || this.running.size === 0) return;
    const columns = 'columns' in this.stream ? Number(this.stream.columns) : defaultColumns;
    const text = `${this.done} done, checking ${[...this.running].join(', ')} ...`;
    this.put(`${clear}${text.slice(0, Math.max(20, (columns || defaultColumns) - 1))}`);
  }
}
