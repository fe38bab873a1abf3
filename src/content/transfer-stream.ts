import { decodeTransfer } from './transfer.ts';

/** Decodes a part that comes in pieces. */
export interface TransferDecoder {
  push(piece: Uint8Array): Uint8Array;
  /** What was still waiting for more. */
  end(): Uint8Array;
}

/** Base64 and unencoded parts are decoded piece by piece; the rare others are gathered first. Never throws. */
export function transferDecoder(encoding: string): TransferDecoder {
  if (encoding === 'base64') return base64Decoder();
  if (['7bit', '8bit', 'binary'].includes(encoding))
    return { push: (piece) => piece, end: () => new Uint8Array() };
  const pieces: Uint8Array[] = [];
  return {
    push: (piece) => {
      pieces.push(piece);
      return new Uint8Array();
    },
    end: () => decodeTransfer(Buffer.concat(pieces), encoding),
  };
}

function base64Decoder(): TransferDecoder {
  let rest = '';
  const take = (text: string): Uint8Array => Buffer.from(text, 'base64');
  return {
    push: (piece) => {
      const text =
        rest +
        Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
          .toString('latin1')
          .replace(/[^A-Za-z0-9+/]+/gu, '');
      const whole = text.length - (text.length % 4);
      rest = text.slice(whole);
      return take(text.slice(0, whole));
    },
    end: () => take(rest),
  };
}
