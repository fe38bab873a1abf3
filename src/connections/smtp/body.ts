import { Readable } from 'node:stream';

export interface BodyEvents {
  /** Right before the first byte. */
  started(): void;
  /** Before each piece. */
  progress(): void;
  /**
   * Right before the end of the message: only then does nodemailer write the dot with which the server may take the
   * mail. Earlier than this nothing can have been sent; when it throws, the end is never handed out.
   */
  complete(): void;
}

const pieceBytes = 64 * 1024;

/**
 * The message in pieces, each handed out only when the one before has been taken, so that the events tell the truth. The
 * first waits for `clearance`; without it none is handed out.
 */
export function messageBody(raw: Uint8Array, events: BodyEvents, clearance: Promise<unknown>): Readable {
  let offset = 0;
  const handOut = (stream: Readable) => {
    if (offset < raw.length) {
      events.progress();
      const piece = raw.subarray(offset, offset + pieceBytes);
      offset += piece.length;
      stream.push(piece);
    } else {
      try {
        events.complete();
      } catch (error) {
        stream.destroy(error as Error);
        return;
      }
      stream.push(null);
    }
  };
  const begin = (stream: Readable) => {
    if (stream.destroyed) return;
    events.started();
    handOut(stream);
  };
  return new Readable({
    highWaterMark: 1,
    read() {
      if (offset > 0) handOut(this);
      else
        clearance.then(
          () => begin(this),
          () => this.destroy(),
        );
    },
  });
}
