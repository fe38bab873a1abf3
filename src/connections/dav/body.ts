import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';

/** Of what is unpacked at a time: a large answer comes in fewer, larger pieces. */
const chunkSize = 128 * 1024;

/** An answer longer than it may be, measured after unpacking. */
export class BodyTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes`);
    this.name = 'BodyTooLarge';
  }
}

/** The characters of an answer, unpacked, as they arrive. @throws BodyTooLarge; Error for a coding nobody asked for. */
export async function* textPieces(response: IncomingMessage, maxBytes: number): AsyncGenerator<string> {
  const decoder = decoderFor(response.headers['content-type']);
  for await (const chunk of bounded(unpacked(response), maxBytes)) {
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

/** Told when we wait for the server, and when it is we who take the time. */
export interface Watch {
  waiting(): void;
  working(): void;
}

/** The same pieces under a watch. */
export async function* watched<T>(pieces: AsyncIterable<T>, watch: Watch): AsyncGenerator<T> {
  for await (const piece of pieces) {
    watch.working();
    yield piece;
    watch.waiting();
  }
}

/** The whole body as text. @throws as `textPieces` */
export async function wholeText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of textPieces(response, maxBytes)) pieces.push(piece);
  return pieces.join('');
}

function unpacked(response: IncomingMessage): Readable {
  const coding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (coding === 'identity' || coding === '') return response;
  if (coding !== 'gzip' && coding !== 'x-gzip') throw new Error(`content coding ${coding}`);
  // An error of either end destroys the other; whoever reads hears of it.
  return pipeline(response, createGunzip({ chunkSize }), () => 'the reader is told');
}

async function* bounded(source: Readable, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BodyTooLarge(maxBytes);
    yield chunk;
  }
}

/** UTF-8 unless the header names another charset that is known. */
function decoderFor(contentType: string | undefined): TextDecoder {
  const charset = /;\s*charset="?([^";\s]+)/iu.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
