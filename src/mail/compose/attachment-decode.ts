import { type TransferDecoder, transferDecoder } from '../../content/transfer-stream.ts';

/** Gathers a part that comes in pieces and undoes its transfer encoding, with at most two copies of it in memory. */
export class PartBytes {
  /** Bytes as transferred. */
  received = 0;
  private readonly decoder: TransferDecoder;
  private readonly decoded: Uint8Array[] = [];

  constructor(encoding: string) {
    this.decoder = transferDecoder(encoding);
  }

  push(piece: Uint8Array): void {
    this.received += piece.byteLength;
    this.decoded.push(this.decoder.push(piece));
  }

  /** Everything, decoded. To be called once. */
  end(): Buffer {
    return Buffer.concat([...this.decoded, this.decoder.end()]);
  }
}
