import { decodeTransfer } from '../../content/transfer.ts';

/**
 * Gathers a part that comes in pieces and undoes its transfer encoding with at most two copies of it in memory.
 * Base64 is decoded as it comes up to the first character that is neither data nor line end, as there is in padding;
 * the rest, hardly ever more than a line, is judged as a whole by `decodeTransfer`.
 */
export class PartBytes {
  /** Bytes as transferred. */
  received = 0;
  private readonly encoding: string;
  private readonly decoded: Uint8Array[] = [];
  private readonly waiting: Uint8Array[] = [];
  /** Base64 data of a group of four whose end has not come. */
  private open = '';

  constructor(encoding: string) {
    this.encoding = encoding;
  }

  push(piece: Uint8Array): void {
    this.received += piece.byteLength;
    if (this.encoding !== 'base64' || this.waiting.length > 0) this.waiting.push(piece);
    else this.pushBase64(piece);
  }

  /** Everything, decoded. To be called once. */
  end(): Buffer {
    const rest = Buffer.concat([Buffer.from(this.open, 'latin1'), ...this.waiting]);
    this.waiting.length = 0;
    const last = decodeTransfer(rest, this.encoding);
    return this.decoded.length > 0
      ? Buffer.concat([...this.decoded, last])
      : Buffer.from(last.buffer, last.byteOffset, last.byteLength);
  }

  private pushBase64(piece: Uint8Array): void {
    const text = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1');
    if (/[^A-Za-z0-9+/\r\n]/u.test(text)) {
      this.waiting.push(piece);
      return;
    }
    const data = this.open + text.replace(/[\r\n]+/gu, '');
    const whole = data.length - (data.length % 4);
    this.decoded.push(Buffer.from(data.slice(0, whole), 'base64'));
    this.open = data.slice(whole);
  }
}
