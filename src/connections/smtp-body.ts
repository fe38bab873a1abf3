import { Readable } from 'node:stream';

export interface BodyEvents {
  /** Right before the first byte. */
  started(): void;
  /** Before each piece. */
  progress(): void;
  /**
   * Right before the end of the message: only then does nodemailer write the dot with which the server may take the
   * mail. Earlier than this nothing can have been sent.
   */
  complete(): void;
}

const pieceBytes = 64 * 1024;

/** The message in pieces, each handed out only when the one before has been taken, so that the events tell the truth. */
export function messageBody(raw: Uint8Array, events: BodyEvents): Readable {
  let offset = 0;
  return new Readable({
    highWaterMark: 1,
    read() {
      if (offset === 0) events.started();
      if (offset < raw.length) {
        events.progress();
        const piece = raw.subarray(offset, offset + pieceBytes);
        offset += piece.length;
        this.push(piece);
      } else {
        events.complete();
        this.push(null);
      }
    },
  });
}
