import type { Socket } from 'node:net';

/** Bytes of a throttled line leave in pieces of so many milliseconds, or one by one. */
const pieceMs = 50;

/** One direction of a connection: bytes leave in order, `delayMs` after they came, and not while it is held. */
export class DelayLine {
  /** What comes from now on leaves at this pace. */
  bytesPerSecond = Number.POSITIVE_INFINITY;
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #delayMs: number;
  /** Called with each chunk as it leaves; what it returns is sent on. */
  readonly #leaving: (chunk: Buffer) => Buffer;
  readonly #queue: { at: number; chunk: Buffer | undefined }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #held = false;
  #full = false;
  /** When the last of the bytes that came so far leaves. */
  #lastAt = 0;

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
    const rate = this.bytesPerSecond;
    const size = chunk && rate < Number.POSITIVE_INFINITY ? Math.ceil((rate * pieceMs) / 1000) : undefined;
    if (!chunk || size === undefined) this.#enqueue(chunk, 0);
    else {
      for (let start = 0; start < chunk.length; start += size) {
        const piece = chunk.subarray(start, start + size);
        this.#enqueue(piece, (piece.length * 1000) / rate);
      }
    }
    this.#pump();
  }

  /** @param takesMs how long the line is busy with it */
  #enqueue(chunk: Buffer | undefined, takesMs: number): void {
    this.#lastAt = Math.max(this.#lastAt, performance.now() + this.#delayMs) + takesMs;
    this.#queue.push({ at: this.#lastAt, chunk });
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
