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

/**
 * Up to the first character that is neither data nor line end, as there is in padding; the rest, hardly ever more than
 * a line, is judged as a whole: data after padding, footers of lists.
 */
function base64Decoder(): TransferDecoder {
  let open = '';
  const waiting: Uint8Array[] = [];
  return {
    push: (piece) => {
      const text = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1');
      if (waiting.length > 0 || /[^A-Za-z0-9+/\r\n]/u.test(text)) {
        waiting.push(piece);
        return new Uint8Array();
      }
      const data = open + text.replace(/[\r\n]+/gu, '');
      const whole = data.length - (data.length % 4);
      open = data.slice(whole);
      return Buffer.from(data.slice(0, whole), 'base64');
    },
    end: () => decodeTransfer(Buffer.concat([Buffer.from(open, 'latin1'), ...waiting]), 'base64'),
  };
}
