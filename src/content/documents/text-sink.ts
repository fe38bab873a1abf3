import type { Warning } from '../../domain/mail.ts';
import { cleanText, cutAt } from '../clean.ts';

export interface DocumentText {
  text: string;
  warnings: Warning[];
}

const maxChars = 5_000_000;

/** Where a reader puts what it finds: keeps the limits on text and time, counts what is hidden, notes faults. */
export class TextSink {
  #pieces: string[] = [];
  #chars = 0;
  #hidden = 0;
  #faults = new Set<string>();
  #warnings: Warning[] = [];
  readonly #deadline: number;

  constructor(maxMs: number) {
    this.#deadline = performance.now() + maxMs;
  }

  /** Whether reading on is no use: enough text, or no time left; the latter is noted. */
  get full(): boolean {
    const isLate = performance.now() > this.#deadline;
    if (isLate) this.fault('reading took too long and was stopped');
    return isLate || this.#chars >= maxChars;
  }

  add(text: string): void {
    const room = maxChars - this.#chars;
    const fitting = text.length <= room ? text : cutAt(text, room);
    if (fitting !== text) this.fault(`only the first ${maxChars} characters were read`);
    this.#pieces.push(fitting);
    this.#chars += fitting.length;
  }

  /** Text a person would not see in the document, or how many characters of it; only the length is kept. */
  hide(text: string | number): void {
    this.#hidden += typeof text === 'number' ? text : text.trim().length;
  }

  /** A `malformed` warning, each detail once. */
  fault(detail: string): void {
    this.#faults.add(detail);
  }

  warn(warning: Warning): void {
    this.#warnings.push(warning);
  }

  /** The text, cleaned: no trailing blanks, at most one empty line in a row. */
  finish(): DocumentText {
    const { text } = cleanText(this.#pieces.join(''));
    const hidden: Warning[] =
      this.#hidden > 0
        ? [{ code: 'hidden_text_removed', detail: `${this.#hidden} hidden characters left out` }]
        : [];
    const faults = [...this.#faults].map((detail): Warning => ({ code: 'malformed', detail }));
    return { text: tidy(text), warnings: [...hidden, ...this.#warnings, ...faults] };
  }
}

function tidy(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const kept = lines.filter((line, at) => line !== '' || (lines[at - 1] ?? '') !== '');
  return kept.join('\n').replace(/\n+$/u, '');
}
