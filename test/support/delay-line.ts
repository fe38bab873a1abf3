import type { Socket } from 'node:net';

/** One direction of a connection: bytes leave in order, `delayMs` after they came, and not while it is held. */
export class DelayLine {
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #delayMs: number;
  /** Called with each chunk as it leaves; what it returns is sent on. */
  readonly #leaving: (chunk: Buffer) => Buffer;
  readonly #queue: { at: number; chunk: Buffer | undefined }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #held = false;
  #full = false;

  constructor(source: Socket, target: Socket, delayMs: number, leaving: (chunk: Buffer) => Buffer) {
    this.#source = source;
    this.#target = target;
    this.#delayMs = delayMs;
    this.#leaving = leaving;
    source.on('data', (chunk: Buffer) => this.#arrived(chunk));
    source.on('end', () => this.#arrived(undefined));
    target.on('drain', () => {
      this.#full = false;
      this.#source.resume();
      this.#pump();
    });
  }

  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#pump();
  }

  /** `undefined` is the end of the stream, which has to wait its turn like the bytes before it. */
  #arrived(chunk: Buffer | undefined): void {
    this.#queue.push({ at: performance.now() + this.#delayMs, chunk });
    this.#pump();
  }

  // One timer for the line: a timer for each chunk could fire out of order.
  #pump(): void {
    clearTimeout(this.#timer);
    for (let next = this.#queue[0]; next && !this.#held && !this.#full; next = this.#queue[0]) {
      const wait = next.at - performance.now();
      if (wait > 0.3) {
        this.#timer = setTimeout(() => this.#pump(), wait);
        return;
      }
      this.#queue.shift();
      this.#send(next.chunk);
    }
  }

  #send(chunk: Buffer | undefined): void {
    if (this.#target.destroyed) return;
    if (!chunk) {
      this.#target.end();
    } else if (!this.#target.write(this.#leaving(chunk))) {
      this.#full = true;
      this.#source.pause();
    }
  }
}
